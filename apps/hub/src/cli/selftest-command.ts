import type { Command } from "commander";
import { runSelftest } from "../lab/selftest.js";
import { EXIT, type SetExit } from "./exit-code.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";

/** `polychron selftest`: is everything here that a recording needs? About ten seconds. */
export function addSelftestCommand(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = program
    .command("selftest")
    .description("check the installation: programs, modules, page, recordings folder, and a short simulated session")
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings"]).action(async (options: { json?: true }) => {
    const { recordings } = configOf(command, ["recordings"], surroundings);
    const report = await runSelftest(recordings, surroundings.stopSignal());
    const lines = report.checks.map(
      (check) =>
        `${check.ok ? "ok    " : "FAILED"}  ${check.what}${check.ok ? "" : `\n        ${check.reason}\n        ${check.remedy}`}`,
    );
    surroundings.out(options.json ? JSON.stringify(report, undefined, 2) : lines.join("\n"));
    setExit(report.ok ? EXIT.good : EXIT.failed);
  });
}
