import {
  errorReport,
  MARKER_LABEL_MAX,
  SessionError,
  type FaultDetails,
  type JsonObject,
  type SessionEvent,
} from "../model/index.js";
import type { EventualEvents } from "./eventual-events.js";
import type { SessionJournal } from "./session-journal.js";

/** A marker as a person or a program sets it; `atUs` is hub time. */
export interface NewMarker {
  readonly label: string;
  readonly atUs: number;
  readonly by: string;
  readonly details?: JsonObject;
}

/** What a fault met: what was being done, and to what. */
export interface FaultPlace {
  readonly operation: string;
  readonly target: string;
  readonly device?: string;
}

/** What people and the hub say about an open session: markers, notes, faults. */
export class SessionNotes {
  readonly #journal: SessionJournal;
  readonly #eventual: EventualEvents;

  constructor(journal: SessionJournal, eventual: EventualEvents) {
    this.#journal = journal;
    this.#eventual = eventual;
  }

  /** Throws `SESSION_NAME_INVALID` (label too long), `SESSION_INVALID_STATE`, `SESSION_IMMUTABLE`, `STORAGE_*`. */
  async marker({ label, atUs, by, details }: NewMarker): Promise<SessionEvent> {
    this.#journal.requireTakes("marker", "marker");
    return this.#journal.append({ event: "marker", atUs, details: { ...details, label: requireLabel(label), by } });
  }

  /** Throws `SESSION_INVALID_STATE`, `SESSION_IMMUTABLE`, `STORAGE_*`. */
  async note({ text, by }: { readonly text: string; readonly by: string }): Promise<SessionEvent> {
    this.#journal.requireTakes("note", "note");
    return this.#journal.append({ event: "note", details: { text, by } });
  }

  /**
   * Records a fault in log and metadata; while the disk takes nothing it waits in memory (see `EventualEvents`).
   * `operation` says what was being done when it happened.
   */
  async fault(fault: FaultDetails, operation: string): Promise<void> {
    const details = { ...fault, operation, target: fault.device ?? this.#journal.id };
    await this.#eventual.say({ event: "error", atUs: this.#journal.clock.nowUs(), details });
  }

  /** A fault of a file, met where nobody waits for the answer. */
  report(thrown: unknown, place: FaultPlace): void {
    const { code, message, remedy } = errorReport(thrown);
    const details = { error_type: "file", code, message, remedy, recoverable: true, ...place };
    void this.#eventual.say({ event: "error", atUs: this.#journal.clock.nowUs(), details });
  }
}

function requireLabel(label: string): string {
  const { length } = [...label];
  if (length > MARKER_LABEL_MAX) throw new SessionError("SESSION_NAME_INVALID", { length, maximum: MARKER_LABEL_MAX });
  return label;
}
