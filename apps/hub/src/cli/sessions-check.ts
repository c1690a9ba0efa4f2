import type { Command } from "commander";
import { checkSession, DiskFiles, type CheckReport } from "@polychron/session/store";
import { EXIT, type SetExit } from "./exit-code.js";
import { everyId } from "./session-ids.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";
import { plainText } from "./text-table.js";

/** `polychron sessions check`: reads, compares, changes nothing. */
export function addCheckCommand(sessions: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = sessions
    .command("check")
    .description(
      `check that every file is there, whole and unaltered; ends with ${EXIT.findings} if something is found`,
    )
    .argument("[session...]", "ids of sessions; without one, every session")
    .option("--audit", "check the log's chain and the seal alone")
    .option("--json", "print the reports as JSON");
  addSettings(command, ["recordings"]).action(
    async (given: readonly string[], options: { audit?: true; json?: true }) => {
      const { recordings: recordingsFolder } = configOf(command, ["recordings"], surroundings);
      const files = new DiskFiles();
      const ids = given.length > 0 ? given : await everyId(files, recordingsFolder);
      const reports: CheckReport[] = [];
      for (const sessionId of ids) {
        const report = await checkSession({ files, recordingsFolder, sessionId, auditOnly: options.audit === true });
        reports.push(report);
        if (!options.json) surroundings.out(reportText(report));
      }
      const ok = reports.every((report) => report.ok);
      if (options.json) surroundings.out(JSON.stringify({ ok, sessions: reports }, undefined, 2));
      setExit(ok ? EXIT.good : EXIT.findings);
    },
  );
}

function reportText({ session, ok, findings, events }: CheckReport): string {
  const head = `${session}: ${ok ? "good" : "not good"}, ${events} events`;
  const lines = findings.map(
    ({ severity, code, path, detail, remedy }) =>
      `  ${severity} ${code} ${plainText(path)}: ${plainText(detail)}\n    ${remedy}`,
  );
  return [head, ...lines].join("\n");
}
