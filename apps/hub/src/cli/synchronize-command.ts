import { GRID_RATE_HZ, synchronizeSession, type SynchronizeResult } from "@polychron/processing";
import { errorReport, type ErrorReport } from "@polychron/session/model";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { programVersion } from "../version.js";
import { ProcessingItems } from "../jobs/processing-items.js";
import { synchronizedItem } from "../jobs/synchronize-work.js";
import { errorText, EXIT, type SetExit } from "./exit-code.js";
import { withOwnedFolder, type OwnedFolder } from "./owned-folder.js";
import { withOwnStore } from "./owned-store.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";

const DEFAULT_RATE = "100";

type Outcome =
  | { readonly ok: true; readonly result: SynchronizeResult }
  | { readonly ok: false; readonly session: string; readonly error: ErrorReport };

interface Order {
  readonly owned: OwnedFolder;
  readonly items: ProcessingItems;
  readonly rateHz: number;
  readonly signal: AbortSignal;
}

/** `polychron synchronize`: all streams of a session on one time base; one session that fails does not keep the others from theirs. */
export function addSynchronizeCommand(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = program
    .command("synchronize")
    .description("put all streams of finished sessions on one time base; can be run again at any time")
    .argument("<session...>", "ids of sessions")
    .option("--rate <hz>", "rows per second of the common time base", rate, rate(DEFAULT_RATE))
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings"]).action(
    async (sessions: readonly string[], options: { rate: number; json?: true }) => {
      const { recordings } = configOf(command, ["recordings"], surroundings);
      const outcomes = await withOwnedFolder(recordings, surroundings, (owned) =>
        withOwnStore(owned, surroundings, async (store) => {
          const items = new ProcessingItems(store, owned.clock);
          const order = { owned, items, rateHz: options.rate, signal: surroundings.stopSignal() };
          const done: Outcome[] = [];
          for (const session of sessions) done.push(await synchronizeOne(order, session, surroundings));
          return done;
        }),
      );
      surroundings.out(options.json ? JSON.stringify(asJson(outcomes), undefined, 2) : asText(outcomes));
      setExit(outcomes.every(({ ok }) => ok) ? EXIT.good : EXIT.failed);
    },
  );
}

async function synchronizeOne(order: Order, sessionId: string, surroundings: Surroundings): Promise<Outcome> {
  const { owned, items, rateHz, signal } = order;
  const started = items.now();
  const software = { name: "polychron", version: programVersion() };
  try {
    const result = await synchronizeSession(owned.files, { ...owned, sessionId }, { rateHz, software, signal });
    await items.made(sessionId, synchronizedItem(result), started);
    return { ok: true, result };
  } catch (thrown) {
    surroundings.err(errorText(thrown));
    return { ok: false, session: sessionId, error: errorReport(thrown) };
  }
}

function asText(outcomes: readonly Outcome[]): string {
  const done = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.result] : []));
  return done.map(resultText).join("\n");
}

function resultText({ sessionId, simulated, rateHz, recordings, incomplete }: SynchronizeResult): string {
  const head = `${sessionId}${simulated ? " (simulated devices)" : ""}: ${rateHz} Hz`;
  const tables = recordings.map(({ path, rows, columns }) => `  ${path}: ${rows} rows, ${columns} columns`);
  const lacks = incomplete.map((lack) => `  not whole: ${lack.target}: ${lack.reason}`);
  return [head, ...tables, ...lacks].join("\n");
}

function asJson(outcomes: readonly Outcome[]): object {
  const sessions = outcomes.map((outcome) => {
    if (!outcome.ok) return { session_id: outcome.session, error: outcome.error };
    const { sessionId, rateHz, simulated, incomplete, recordings, outputs } = outcome.result;
    return { session_id: sessionId, rate_hz: rateHz, simulated, incomplete, recordings, outputs };
  });
  return { ok: outcomes.every(({ ok }) => ok), sessions };
}

/** Rows per second, for commander. */
function rate(text: string): number {
  const value = Number(text);
  const { lowest, highest } = GRID_RATE_HZ;
  if (/^\d{1,5}(\.\d{1,3})?$/.test(text) && value >= lowest && value <= highest) return value;
  throw new InvalidArgumentError(`Give a rate from ${lowest} to ${highest} Hz, with at most three decimals.`);
}
