import { unheardRecordings } from "../format/missing-data.js";
import { seal } from "../format/seal.js";
import { errorReport, SessionError, type FaultDetails, type JsonObject } from "../model/index.js";
import type { EventualEvents } from "./eventual-events.js";
import type { EndRequest } from "./file-requests.js";
import type { SessionConversions } from "./session-conversions.js";
import type { SessionDevices } from "./session-devices.js";
import type { SessionJournal } from "./session-journal.js";
import type { SessionRecordings } from "./session-recordings.js";
import type { SessionUploads } from "./session-uploads.js";
import { sha256 } from "./sha256.js";

/** What a session closes when it ends. */
export interface EndingParts {
  readonly journal: SessionJournal;
  readonly eventual: EventualEvents;
  readonly devices: SessionDevices;
  readonly recordings: SessionRecordings;
  readonly uploads: SessionUploads;
  readonly conversions: SessionConversions;
  /** Called when the session has closed, whatever way. */
  readonly onClosed: () => void;
  /** Called when the session is sealed and nothing of it is open any more. Must not throw. */
  readonly onSealed: () => void;
  /** Hears why a session that ended could not seal itself. Must not throw. */
  readonly onFault: (error: unknown) => void;
}

/** The ways in which an open session ends: sealed, now or when the last file is here; given up; left for the next start. */
export class SessionEnding {
  readonly #parts: EndingParts;
  /** An end was ordered in this run of the hub: until then an interrupted session may wait in `processing` for what is not asked for yet. */
  #isOrdered = false;
  /** The operator has said to go on without what is missing. */
  #isWithoutMissing = false;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /**
   * From `active` to `processing`, and on to the seal when nothing is awaited. Repeated in `processing` it goes on where it
   * stopped. Throws `SESSION_INVALID_STATE`, `SESSION_IMMUTABLE`, `STORAGE_*`.
   */
  async end({ reason, by, withoutMissing = false }: EndRequest): Promise<{ readonly sealed: boolean }> {
    const { journal, devices } = this.#parts;
    const action = journal.state === "processing" ? "complete" : "end";
    await journal.command(action, async () => {
      if (action === "end") {
        await journal.append({ event: "session_end", details: { reason, by, duration: journal.clock.tS() } });
        await journal.move("end");
      }
      devices.release();
      if (withoutMissing) await this.#nameMissing();
    });
    this.#isOrdered = true;
    return { sealed: await this.#sealWhenDone() };
  }

  /** Seals a session that has ended once nothing is awaited; whoever comes first does it. Returns whether it is sealed. Throws `STORAGE_*`. */
  async #sealWhenDone(): Promise<boolean> {
    const { journal } = this.#parts;
    if (journal.state === "processing" && !journal.isBusy && !this.#isAwaiting)
      await journal.command("complete", () => this.#complete());
    return journal.state === "completed";
  }

  /** Something that was awaited may be here: sealed when it was the last, once the end was ordered. */
  settle(): void {
    if (this.#isOrdered) this.#sealWhenDone().catch(this.#parts.onFault);
  }

  /** The tree can no longer be written. */
  async fail(cause: FaultDetails): Promise<void> {
    const { journal, recordings, uploads } = this.#parts;
    await journal.command("fail", async () => {
      await recordings.abandon();
      try {
        await uploads.close();
      } finally {
        await journal.moveRegardless("fail", { cause: { ...cause } as JsonObject });
      }
    });
  }

  /** Closes a failed session as it is; the data are kept. */
  async reset({ by }: { readonly by: string }): Promise<void> {
    const { journal, eventual, onClosed } = this.#parts;
    await journal.command("reset", async () => {
      try {
        await eventual.close();
        await journal.moveRegardless("reset", { by });
      } finally {
        onClosed();
        await journal.release();
      }
    });
  }

  /** Leaves a session as it is when the hub stops: open files get their final names, the next start finds it interrupted. */
  async leave(): Promise<void> {
    const { journal, eventual, recordings, uploads } = this.#parts;
    await recordings.abandon();
    try {
      await uploads.close();
    } finally {
      await eventual.close();
      await journal.release();
    }
  }

  get #isAwaiting(): boolean {
    const { journal, uploads, conversions } = this.#parts;
    if (conversions.underWay > 0) return true;
    return !this.#isWithoutMissing && (uploads.awaited.length > 0 || unheardRecordings(journal.metadata).length > 0);
  }

  /** Each file that was announced and never came, and each device that never told what it holds, is an error of the session, named once. */
  async #nameMissing(): Promise<void> {
    const { journal, uploads } = this.#parts;
    await uploads.close();
    for (const { path, deviceId: device } of uploads.awaited)
      await this.#name(device, path, new SessionError("FILE_NOT_RECEIVED", { file: path, device }));
    const unheard = unheardRecordings(journal.metadata);
    for (const device of new Set(unheard.map((own) => own.device))) {
      const numbers = unheard.filter((own) => own.device === device).map(({ recording }) => recording);
      await this.#name(
        device,
        device,
        new SessionError("RECORDING_NOT_HEARD", { device, recordings: numbers.join(", ") }),
      );
    }
    this.#isWithoutMissing = true;
  }

  async #name(device: string, target: string, missing: SessionError): Promise<void> {
    const { journal } = this.#parts;
    const { code, message, remedy } = errorReport(missing);
    if (journal.metadata.errors.some((known) => known.target === target && known.message === message)) return;
    const fault = { error_type: "file", code, message, remedy, device, recoverable: true };
    await journal.append({ event: "error", details: { ...fault, operation: "receive", target } });
  }

  /**
   * From `processing` to the seal: the log's last line is pinned by the metadata, which pin every file by its hash. Once the
   * log says `completed` the session is closed whatever happens; a seal that the disk refused is put in place by repair.
   */
  async #complete(): Promise<void> {
    const { journal, eventual, uploads, onClosed, onSealed } = this.#parts;
    await uploads.close();
    await eventual.close();
    await journal.move("complete");
    try {
      const { end_time, duration } = journal.metadata;
      const end = {
        end_time: end_time ?? journal.clock.timestamp(),
        duration: duration ?? journal.clock.tS(),
        status: "completed",
      };
      await journal.finish({ event: "finalized" }, end);
      const facts = { log_last: journal.last.hash, sealed_time: journal.clock.timestamp() };
      await journal.rewrite((metadata) => seal(metadata, facts, sha256));
    } finally {
      onClosed();
      await journal.release();
    }
    onSealed();
  }
}
