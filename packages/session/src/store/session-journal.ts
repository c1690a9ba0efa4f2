import { applyEvent } from "../format/metadata-from-events.js";
import type { LogEnd } from "../format/log-line.js";
import type { SessionMetadata } from "../format/metadata.js";
import {
  canDo,
  InvalidStateError,
  isFinal,
  nextState,
  SessionImmutableError,
  stateHint,
  takes,
  type JsonObject,
  type NewEvent,
  type SessionAction,
  type SessionEvent,
  type SessionState,
} from "../model/index.js";
import type { EventListener } from "./event-followers.js";
import type { EventLog } from "./event-log.js";
import type { MetadataDocument } from "./metadata-document.js";
import type { SessionClock } from "./session-clock.js";

/** What a journal is made of. */
export interface JournalParts {
  readonly clock: SessionClock;
  readonly log: EventLog;
  readonly document: MetadataDocument;
}

/** What is said about an open session, and its state. The log is first to know; the metadata are what its events add up to. */
export class SessionJournal {
  readonly id: string;
  readonly clock: SessionClock;
  readonly #log: EventLog;
  readonly #document: MetadataDocument;
  #state: SessionState;
  #running: SessionAction | undefined;
  #isClosed = false;

  constructor({ clock, log, document }: JournalParts) {
    this.id = document.value.session_id;
    this.clock = clock;
    this.#log = log;
    this.#document = document;
    this.#state = document.value.status;
    // Nothing lies between the last event and the next, so this follower is never behind and cannot fail.
    log.follow(log.lastSeq + 1, {
      onEvent: (event) => document.set(applyEvent(document.value, event)),
      onFault: (error) => {
        throw error;
      },
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get metadata(): SessionMetadata {
    return this.#document.value;
  }

  /** The last event on the disk, and the hash of its line. */
  get last(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#log.lastSeq, hash: this.#log.lastHash };
  }

  follow(fromSeq: number, listener: EventListener): () => void {
    return this.#log.follow(fromSeq, listener);
  }

  /** On the disk when it resolves; the metadata follow within a second. Throws `SESSION_IMMUTABLE`, `STORAGE_*`. */
  async append(event: NewEvent): Promise<SessionEvent> {
    if (this.#isClosed) throw closedTo(this.id, event.event);
    return this.#log.append(event);
  }

  /** A command that changes the state is under way. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Throws `SESSION_INVALID_STATE` or `SESSION_IMMUTABLE` where the state does not take such a thing, or nothing at all. */
  requireTakes(what: Parameters<typeof takes>[1], command: string): void {
    if (this.#isClosed) throw closedTo(this.id, command);
    if (takes(this.#state, what)) return;
    throw isFinal(this.#state) ? closedTo(this.id, command) : refusal(this, command, stateHint(this.#state));
  }

  /** Runs a command that changes the state. Decided before any wait: of two that collide one gets `SESSION_INVALID_STATE`. */
  async command<Result>(action: SessionAction, run: () => Promise<Result>): Promise<Result> {
    if (this.#running !== undefined) throw refusal(this, action, `Wait until '${this.#running}' is done.`);
    if (isFinal(this.#state) && !canDo(this.#state, action)) throw closedTo(this.id, action);
    nextState(this.id, this.#state, action);
    this.#running = action;
    try {
      return await run();
    } finally {
      this.#running = undefined;
    }
  }

  /** One step of the lifecycle: an event on the disk first, then the state, then the metadata at once. */
  async move(action: SessionAction, details: JsonObject = {}): Promise<void> {
    const from = this.#state;
    const to = nextState(this.id, from, action);
    await this.append({ event: "state_changed", details: { from, to, ...details } });
    this.#state = to;
    await this.#document.saveOrReport();
  }

  /** The state after a failure that the disk may not even be able to record. */
  async moveRegardless(action: SessionAction, details: JsonObject): Promise<void> {
    const to = nextState(this.id, this.#state, action);
    try {
      await this.move(action, details);
    } finally {
      this.#state = to;
    }
  }

  /** Replaces what no event can say (the seal); at once. Throws `STORAGE_*`. */
  async rewrite(change: (metadata: SessionMetadata) => SessionMetadata): Promise<void> {
    this.#document.set(change(this.#document.value));
    await this.#document.save();
  }

  /** The last event, then the end of the log; nothing is taken from here on. Throws `STORAGE_*`. */
  async finish(last: NewEvent | undefined, end: LogEnd): Promise<void> {
    const lastWritten = last === undefined ? undefined : this.append(last);
    this.#isClosed = true;
    await lastWritten;
    await this.#log.close(end);
  }

  /** Lets go of the files and leaves the session as it is, to be taken up again. Throws `STORAGE_*`. */
  async release(): Promise<void> {
    this.#isClosed = true;
    try {
      await this.#log.close();
      await this.#document.save();
    } finally {
      this.#document.close();
    }
  }
}

function refusal({ id, state }: SessionJournal, command: string, hint: string): InvalidStateError {
  return new InvalidStateError({ session: id, state, command, hint });
}

function closedTo(session: string, command: string): SessionImmutableError {
  return new SessionImmutableError({ session, command });
}
