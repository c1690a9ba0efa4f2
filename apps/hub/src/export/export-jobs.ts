import type { ExportResult } from "@polychron/export";
import type { ProcessingEntry } from "@polychron/session/format";
import { errorReport, isoTime, type Clock } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import type { Jobs } from "../jobs.js";
import { runExport } from "./run-export.js";

type Item = ProcessingEntry["items"][number];

/** What exports need of the hub. */
export interface ExportPorts {
  readonly store: SessionStore;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly recordingsFolder: string;
  readonly version: string;
}

/** Exports as jobs: queued, shown, cancellable; what came of each format stands in the session's metadata. */
export class ExportJobs {
  readonly #ports: ExportPorts;

  constructor(ports: ExportPorts) {
    this.#ports = ports;
  }

  /** Queues an export and returns the job's id. Throws `SESSION_NOT_FOUND`. */
  async order(session: string, formats: readonly string[]): Promise<string> {
    await this.#ports.store.requireStored(session);
    return this.#ports.jobs.add({
      kind: "export",
      session,
      work: (onProgress, signal) => this.#export(session, formats, onProgress, signal),
    }).id;
  }

  async #export(
    session: string,
    formats: readonly string[],
    onProgress: (progress: number) => void,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { recordingsFolder, version } = this.#ports;
    const started = this.#now();
    try {
      const result = await runExport({ recordingsFolder, sessionId: session, formats, version }, onProgress, signal);
      await this.#note(session, formats, (format, sequence) =>
        doneItem({ result, format, sequence, started, ended: this.#now() }),
      );
      return result.formats.flatMap((format) => format.files.map((file) => `${format.folder}/${file.name}`));
    } catch (thrown) {
      const error = errorReport(thrown) as unknown as Item["error"];
      await this.#note(session, formats, (_format, sequence) => ({
        ...blankItem(sequence, started),
        status: signal.aborted ? "skipped" : "failed",
        ended: this.#now(),
        error,
      }));
      throw thrown;
    }
  }

  async #note(
    session: string,
    formats: readonly string[],
    itemOf: (format: string, sequence: number) => Item,
  ): Promise<void> {
    for (const format of formats) {
      await this.#ports.store.changeProcessing(session, `export_${format}`, (before) => {
        const item = itemOf(format, (before?.items.length ?? 0) + 1);
        return {
          enabled: true,
          available: true,
          success: item.status === "done",
          items: [...(before?.items ?? []), item],
        };
      });
    }
  }

  #now(): string {
    const at = this.#ports.clock.utcUs();
    return isoTime(at, this.#ports.clock.zoneOffsetMin(at));
  }
}

function blankItem(sequence: number, started: string): Item {
  return { sequence, status: "pending", inputs: [], outputs: [], parameters: {}, started, ended: null, error: null };
}

function doneItem(facts: {
  result: ExportResult;
  format: string;
  sequence: number;
  started: string;
  ended: string;
}): Item {
  const made = facts.result.formats.find((format) => format.format === facts.format);
  const outputs = (made?.files ?? []).map((file) => ({ path: `${made!.folder}/${file.name}`, sha256: file.sha256 }));
  return { ...blankItem(facts.sequence, facts.started), status: "done", outputs, ended: facts.ended };
}
