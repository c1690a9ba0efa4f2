import { scoreText, type ReportResult } from "@polychron/processing";
import { errorReport, HubError, type ErrorReport } from "@polychron/session/model";
import type { Command } from "commander";
import { programVersion } from "../version.js";
import { ProcessingItems } from "../jobs/processing-items.js";
import { reportWithCues } from "../jobs/report-work.js";
import { errorText, EXIT, type SetExit } from "./exit-code.js";
import { withOwnedFolder } from "./owned-folder.js";
import { withOwnStore } from "./owned-store.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";

type Outcome =
  | { readonly ok: true; readonly result: ReportResult }
  | { readonly ok: false; readonly session: string; readonly error: ErrorReport };

interface Order {
  readonly recordingsFolder: string;
  readonly ffmpeg: string;
  /** Where the metadata are told; absent while a hub holds the folder, which would be the one to do so. */
  readonly items?: ProcessingItems;
  readonly surroundings: Surroundings;
}

/** `polychron report`: the quality report of finished sessions, one after another; one that fails does not keep the others from theirs. */
export function addReportCommand(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = program
    .command("report")
    .description("judge how well sessions were recorded and how well their times hold; can be run again at any time")
    .argument("<session...>", "ids of sessions")
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings", "ffmpeg"]).action(
    async (sessions: readonly string[], options: { json?: true }) => {
      const { recordings: recordingsFolder, ffmpeg } = configOf(command, ["recordings", "ffmpeg"], surroundings);
      const outcomes = await reportAll(sessions, { recordingsFolder, ffmpeg, surroundings });
      surroundings.out(options.json ? JSON.stringify(asJson(outcomes), undefined, 2) : asText(outcomes));
      setExit(outcomes.every(({ ok }) => ok) ? EXIT.good : EXIT.failed);
    },
  );
}

/** A report only reads what was recorded: it is made beside a running hub too, whose metadata then keep the older one's hashes. */
async function reportAll(sessions: readonly string[], order: Order): Promise<Outcome[]> {
  const { recordingsFolder, surroundings } = order;
  try {
    return await withOwnedFolder(recordingsFolder, surroundings, (owned) =>
      withOwnStore(owned, surroundings, (store) =>
        reportEach(sessions, { ...order, items: new ProcessingItems(store, owned.clock) }),
      ),
    );
  } catch (thrown) {
    if (!(thrown instanceof HubError) || thrown.code !== "RECORDINGS_IN_USE") throw thrown;
    surroundings.err("A hub holds this folder: the reports are written, and its metadata do not list them anew.");
    return reportEach(sessions, order);
  }
}

async function reportEach(sessions: readonly string[], order: Order): Promise<Outcome[]> {
  const done: Outcome[] = [];
  for (const session of sessions) done.push(await reportOne(session, order));
  return done;
}

async function reportOne(
  sessionId: string,
  { recordingsFolder, ffmpeg, items, surroundings }: Order,
): Promise<Outcome> {
  const software = { name: "polychron", version: programVersion() };
  const started = items?.now() ?? "";
  try {
    const options = { software, ffmpeg, signal: surroundings.stopSignal() };
    const { made, result } = await reportWithCues({ recordingsFolder, sessionId }, options);
    for (const item of made) {
      if (item.error !== undefined) surroundings.err(`${sessionId}: ${item.error.message} ${item.error.remedy}`);
      await items?.made(sessionId, item, started);
    }
    return { ok: true, result };
  } catch (thrown) {
    surroundings.err(errorText(thrown));
    return { ok: false, session: sessionId, error: errorReport(thrown) };
  }
}

function asText(outcomes: readonly Outcome[]): string {
  return outcomes.flatMap((outcome) => (outcome.ok ? [resultText(outcome.result)] : [])).join("\n");
}

function resultText({ sessionId, verdict, scores, files }: ReportResult): string {
  const value = (score: { value: number | null }): string => scoreText(score.value);
  const { synchronization, data, coordination } = scores;
  return [
    `${sessionId} (${verdict.level}): ${verdict.text}`,
    `  synchronisation ${value(synchronization)}, data ${value(data)}, coordination ${value(coordination)}`,
    ...files.map(({ path }) => `  ${path}`),
  ].join("\n");
}

function asJson(outcomes: readonly Outcome[]): object {
  const sessions = outcomes.map((outcome) => {
    if (!outcome.ok) return { session_id: outcome.session, error: outcome.error };
    const { sessionId, verdict, scores, files } = outcome.result;
    return { session_id: sessionId, verdict, scores, files };
  });
  return { ok: outcomes.every(({ ok }) => ok), sessions };
}
