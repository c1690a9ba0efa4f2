import { Command, CommanderError } from "commander";
import { errorReport } from "@polychron/session/model";
import { ConfigError } from "../config-error.js";
import { programVersion } from "../version.js";
import { addClockCommand } from "./clock-command.js";
import { addCuesCommand } from "./cues-command.js";
import { addEmulateCommand } from "./emulate-command.js";
import { errorText, EXIT, exitCodeOf, type SetExit } from "./exit-code.js";
import { addExportCommand } from "./export-command.js";
import { addHubCommand } from "./hub-command.js";
import { addReportCommand } from "./report-command.js";
import { addSelftestCommand } from "./selftest-command.js";
import { addSessionsCommands } from "./sessions-commands.js";
import { addSimulateCommand } from "./simulate-command.js";
import { addSynchronizeCommand } from "./synchronize-command.js";
import { processSurroundings, type Surroundings } from "./surroundings.js";

/**
 * Runs one command line (without `node` and the script) and resolves with the exit code; never rejects. An error goes
 * to stderr with its remedy; with `--json` its report goes to stdout as well.
 */
export async function runCli(
  args: readonly string[],
  surroundings: Surroundings = processSurroundings(),
): Promise<number> {
  let exitCode: number = EXIT.good;
  const program = buildProgram(surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.good; // --help, --version
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    surroundings.err(errorText(error));
    if (args.includes("--json")) surroundings.out(JSON.stringify({ ok: false, error: errorReport(error) }));
    return exitCodeOf(error);
  }
}

function buildProgram(surroundings: Surroundings, setExit: SetExit): Command {
  const program = new Command("polychron")
    .description("Records people with many sensors at once, on one clock.")
    .version(programVersion(), "-V, --version", "print the version")
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => surroundings.out(text.trimEnd()),
      writeErr: () => undefined,
      outputError: () => undefined,
    })
    .exitOverride()
    .showHelpAfterError(false)
    .enablePositionalOptions();
  addHubCommand(program, surroundings, setExit);
  addSessionsCommands(program, surroundings, setExit);
  addExportCommand(program, surroundings, setExit);
  addSynchronizeCommand(program, surroundings, setExit);
  addReportCommand(program, surroundings, setExit);
  addCuesCommand(program, surroundings);
  addClockCommand(program, surroundings);
  addEmulateCommand(program, surroundings);
  addSimulateCommand(program, surroundings, setExit);
  addSelftestCommand(program, surroundings, setExit);
  program.action(() => program.help());
  return program;
}

function usageError(error: CommanderError): ConfigError {
  const reason = error.message.replace(/^error: /, "").replace(/\.$/, "");
  return new ConfigError("CLI_USAGE", { reason: reason === "(outputHelp)" ? "A command is missing" : reason });
}
