import type { Command } from "commander";
import { builtInFormats, exportSession, type ExportResult } from "@polychron/export";
import { errorReport, type ErrorReport } from "@polychron/session/model";
import { DiskFiles, type FileSystem } from "@polychron/session/store";
import { programVersion } from "../version.js";
import { errorText, EXIT, type SetExit } from "./exit-code.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";

type Outcome =
  | { readonly ok: true; readonly result: ExportResult }
  | { readonly ok: false; readonly session: string; readonly error: ErrorReport };

interface Order {
  readonly files: FileSystem;
  readonly recordingsFolder: string;
  readonly formats: readonly string[];
  readonly signal: AbortSignal;
}

/** `polychron export`: one session after another; one that fails does not keep the others from theirs. */
export function addExportCommand(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const known = builtInFormats().ids.join(",");
  const command = program
    .command("export")
    .description("write finished sessions as files for MATLAB and other programs; can be run again at any time")
    .argument("<session...>", "ids of sessions")
    .option("--format <list>", `formats, separated by commas, of: ${known}`, known)
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings"]).action(
    async (sessions: readonly string[], options: { format: string; json?: true }) => {
      const { recordings: recordingsFolder } = configOf(command, ["recordings"], surroundings);
      const formats = options.format.split(",").filter((format) => format !== "");
      const order = { files: new DiskFiles(), recordingsFolder, formats, signal: surroundings.stopSignal() };
      const outcomes: Outcome[] = [];
      for (const session of sessions) {
        const outcome = await exportOne(order, session, surroundings);
        outcomes.push(outcome);
        if (options.json === undefined && outcome.ok) surroundings.out(exportText(outcome.result));
      }
      if (options.json) surroundings.out(JSON.stringify(exportJson(outcomes), undefined, 2));
      setExit(outcomes.every(({ ok }) => ok) ? EXIT.good : EXIT.failed);
    },
  );
}

async function exportOne(order: Order, sessionId: string, surroundings: Surroundings): Promise<Outcome> {
  const { files, recordingsFolder, formats, signal } = order;
  const software = { name: "polychron", version: programVersion() };
  try {
    return {
      ok: true,
      result: await exportSession(files, { recordingsFolder, sessionId }, { formats, software, signal }),
    };
  } catch (thrown) {
    surroundings.err(errorText(thrown));
    return { ok: false, session: sessionId, error: errorReport(thrown) };
  }
}

function exportText({ sessionId, simulated, incomplete, formats }: ExportResult): string {
  const head = `${sessionId}${simulated ? " (simulated devices)" : ""}`;
  const files = formats.flatMap((format) => format.files.map((file) => `  ${format.folder}/${file.name}`));
  const lacks = incomplete.map((lack) => `  not whole: ${lack.target}: ${lack.reason}`);
  return [head, ...files, ...lacks].join("\n");
}

function exportJson(outcomes: readonly Outcome[]): object {
  const sessions = outcomes.map((outcome) => {
    if (!outcome.ok) return { session_id: outcome.session, error: outcome.error };
    const { sessionId, simulated, incomplete, formats } = outcome.result;
    return { session_id: sessionId, simulated, incomplete, formats };
  });
  return { ok: outcomes.every(({ ok }) => ok), sessions };
}
