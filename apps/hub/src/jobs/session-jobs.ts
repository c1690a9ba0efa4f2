import { errorReport, type Clock } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import type { Jobs } from "../jobs.js";
import type { FaultListener } from "../record/device-log.js";
import { ProcessingItems, type FailedRun } from "./processing-items.js";
import { runWork } from "./run-work.js";
import type { WorkKind, WorkParameters } from "./work-messages.js";

/** What work on sessions needs of the hub. */
export interface WorkPorts {
  readonly store: SessionStore;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly recordingsFolder: string;
  readonly version: string;
  readonly ffmpeg: string;
  readonly onFault: FaultListener;
}

/** What is wanted of a session. */
export interface WorkOrder {
  readonly kind: WorkKind;
  readonly session: string;
  readonly parameters: WorkParameters;
  /** The names in `post_processing` under which a failure is noted. */
  readonly processors: readonly string[];
}

/** Work on sessions as jobs: queued, shown, cancellable; what came of each stands in the session's metadata. */
export class SessionJobs {
  readonly #ports: WorkPorts;
  readonly #items: ProcessingItems;

  constructor(ports: WorkPorts) {
    this.#ports = ports;
    this.#items = new ProcessingItems(ports.store, ports.clock);
  }

  /** Queues work and returns the job's id. Throws `SESSION_NOT_FOUND`, `HUB_STOPPING`. */
  async order(order: WorkOrder): Promise<string> {
    const { kind, session } = order;
    await this.#ports.store.requireStored(session);
    return this.#ports.jobs.add({ kind, session, work: (onProgress, signal) => this.#run(order, onProgress, signal) })
      .id;
  }

  async #run(order: WorkOrder, onProgress: (progress: number) => void, signal: AbortSignal): Promise<string[]> {
    const { recordingsFolder, version, ffmpeg } = this.#ports;
    const { kind, session, parameters } = order;
    const started = this.#items.now();
    try {
      const request = { kind, sessionId: session, parameters, recordingsFolder, version, ffmpeg };
      const made = await runWork(request, onProgress, signal);
      for (const item of made) await this.#items.made(session, item, started);
      return made.flatMap((item) => item.outputs.map(({ path }) => path));
    } catch (thrown) {
      const error = errorReport(thrown);
      const status = signal.aborted ? "skipped" : "failed";
      for (const processor of order.processors)
        await this.#note(session, { processor, parameters, status, error }, started);
      throw thrown;
    }
  }

  /** What cannot be written down must not hide why the work failed. */
  async #note(session: string, run: FailedRun, started: string): Promise<void> {
    try {
      await this.#items.failed(session, run, started);
    } catch (unwritten) {
      this.#ports.onFault(errorReport(unwritten), null);
    }
  }
}
