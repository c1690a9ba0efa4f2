import type { ProcessingEntry } from "@polychron/session/format";
import { isoTime, type Clock, type ErrorReport } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import type { MadeItem, WorkParameters } from "./work-messages.js";

type Item = ProcessingEntry["items"][number];

/** One run as the metadata keep it, but for its number. */
type EndedRun = Pick<Item, "status" | "inputs" | "outputs" | "parameters" | "started" | "ended" | "error">;

/** How a run ended that made nothing. */
export interface FailedRun {
  readonly processor: string;
  readonly parameters: WorkParameters;
  readonly status: "failed" | "skipped";
  readonly error: ErrorReport;
}

/** Writes into the metadata of sessions, sealed ones too, what the runs of processing steps made of them. */
export class ProcessingItems {
  readonly #store: Pick<SessionStore, "changeProcessing">;
  readonly #clock: Clock;

  constructor(store: Pick<SessionStore, "changeProcessing">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Local time as items state it. */
  now(): string {
    const at = this.#clock.utcUs();
    return isoTime(at, this.#clock.zoneOffsetMin(at));
  }

  /** Throws as `SessionStore.changeProcessing`. */
  made(session: string, made: MadeItem, started: string): Promise<void> {
    const { processor, inputs, outputs, parameters, error } = made;
    if (error !== undefined) return this.failed(session, { processor, parameters, status: "failed", error }, started);
    const found = { inputs: [...inputs], outputs: [...outputs], parameters, error: null };
    return this.#add(session, processor, { ...found, status: "done", started, ended: this.now() });
  }

  /** Throws as `SessionStore.changeProcessing`. */
  failed(session: string, { processor, parameters, status, error }: FailedRun, started: string): Promise<void> {
    const item = { inputs: [], outputs: [], parameters, error: error as unknown as Item["error"] };
    return this.#add(session, processor, { ...item, status, started, ended: this.now() });
  }

  #add(session: string, processor: string, item: EndedRun): Promise<void> {
    return this.#store.changeProcessing(session, processor, (before) => {
      const earlier = (before?.items ?? []).map((known) => withoutReplaced(known, item.outputs));
      const added = { ...item, sequence: earlier.length + 1 };
      return { enabled: true, available: true, success: item.status === "done", items: [...earlier, added] };
    });
  }
}

/** A file belongs to the run that wrote it last: the hash that an earlier run knew of it is no longer true. */
function withoutReplaced(item: Item, outputs: Item["outputs"]): Item {
  const paths = new Set(outputs.map(({ path }) => path));
  return { ...item, outputs: item.outputs.filter(({ path }) => !paths.has(path)) };
}
