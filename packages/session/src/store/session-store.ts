import { randomUUID } from "node:crypto";
import type { ProcessingEntry, SessionMetadata } from "../format/metadata.js";
import { isSessionId, sessionId } from "../format/session-id.js";
import { isFinal, type Json, type SessionState } from "../model/index.js";
import { candidateIds, firstMetadata, localTime, type CreateRequest } from "./new-session.js";
import type { OpenSession } from "./open-session.js";
import { firstEpoch, nextEpoch } from "./session-clock.js";
import { openParts, type StorePorts } from "./session-opening.js";
import { SessionRegistry } from "./session-registry.js";
import { beginSession, endOpenSessions, readClosed, startSession, withoutSeal } from "./session-start.js";
import { createTree } from "./session-tree.js";
import { readToChange, replaceMetadata } from "./stored-metadata.js";

/** What a store is made of. */
export interface SessionStoreOptions extends Omit<StorePorts, "fence"> {
  readonly software: { readonly name: string; readonly version: string };
  /** What `create` does with open sessions unless the request says otherwise; `many` by default. */
  readonly createPolicy?: "many" | "single";
  /** The hub's lock of the recordings folder; a tool that needs none (one process, one session) leaves it out. */
  readonly lock?: { fence(): Promise<void> };
}

/** How an interrupted session is taken up. */
export interface AdoptRequest {
  readonly choice: "continue" | "end";
  readonly by: string;
  /** What recovery found lost, for log and metadata. */
  readonly lost: Json;
  /** Files that recovery set aside, relative to the session. */
  readonly setAside: readonly string[];
}

/** The sole writer of the sessions in a recordings folder: creates, opens and closes them. */
export class SessionStore {
  readonly #options: SessionStoreOptions;
  readonly #ports: StorePorts;
  readonly #registry: SessionRegistry;
  /** Commands on the store itself run one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: SessionStoreOptions, known: readonly string[]) {
    this.#options = options;
    this.#ports = { ...options, fence: () => options.lock?.fence() ?? Promise.resolve() };
    this.#registry = new SessionRegistry(known);
  }

  /** The recordings folder must be there. Throws `STORAGE_*`. */
  static async open(options: SessionStoreOptions): Promise<SessionStore> {
    const entries = await options.files.list(options.folder);
    return new SessionStore(options, entries.map(({ name }) => name).filter(isSessionId));
  }

  /** Oldest first. */
  openSessions(): OpenSession[] {
    return this.#registry.sessions;
  }

  /** The open session of that id; `undefined` for every other id. */
  find(id: string): OpenSession | undefined {
    return this.#registry.find(id);
  }

  /** For a command: throws `SESSION_NOT_FOUND`, or `SESSION_IMMUTABLE` for a session that is there but not open. */
  require(id: string): OpenSession {
    return this.#registry.require(id);
  }

  /** The metadata of a session, open or not. Throws `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `METADATA_NEWER`, `STORAGE_*`. */
  async requireStored(id: string): Promise<SessionMetadata> {
    return this.find(id)?.metadata ?? (await readToChange(this.#ports, id));
  }

  /**
   * A new session, on the disk and active when this resolves. Throws `SESSION_NAME_INVALID`, `SESSION_INVALID_STATE` (policy
   * `single` while something records), `STORAGE_*`; then nothing of it is left.
   */
  create(request: CreateRequest = {}): Promise<OpenSession> {
    return this.#inTurn(async () => {
      const { files, folder, clock } = this.#ports;
      // A name that is refused must be refused before anything is ended for it.
      sessionId(request.name, "");
      const origin = { uuid: randomUUID(), epoch: firstEpoch(clock), software: this.#options.software };
      const ids = candidateIds(request.name, origin.epoch, clock);
      const policy = request.whenOpen ?? this.#options.createPolicy;
      if (policy === "single") await endOpenSessions(this.#registry, request, clock.nowUs());
      const metadata = await createTree(files, folder, ids, (id) => firstMetadata(id, request, origin));
      return beginSession(this.#ports, this.#registry, metadata, request);
    });
  }

  /** A completed session goes on in a new epoch; what is sealed stays as it is. Throws as `requireStored`, `SESSION_INVALID_STATE`. */
  reopen(id: string, { by }: { readonly by: string }): Promise<OpenSession> {
    return this.#inTurn(async () => {
      const wanted = { command: "reopen", accepts: (state: SessionState) => state === "completed" };
      const metadata = await readClosed(this.#ports, this.#registry, id, wanted);
      const epoch = nextEpoch(this.#ports.clock, metadata.clock.epochs);
      const session = { metadata: withoutSeal(metadata), epoch, log: "resume_in_new_part" } as const;
      const parts = await openParts(this.#ports, this.#registry, session);
      return startSession(this.#registry, parts, async ({ journal }) => {
        await journal.append({ event: "reopened", details: { by, epoch: { ...epoch } } });
        await journal.move("reopen");
      });
    });
  }

  /**
   * Takes up an interrupted session after recovery has looked at it: it goes on in a new clock epoch, or is in `processing`, with
   * its end in the log: whoever asked for that gives it what a session does at its end, and then calls `OpenSession.end`.
   * Throws as `requireStored`, `SESSION_INVALID_STATE` (open, or closed for good), `METADATA_BROKEN` (the log has a torn tail).
   */
  adopt(id: string, { choice, by, lost, setAside }: AdoptRequest): Promise<OpenSession> {
    return this.#inTurn(async () => {
      const action = choice === "continue" ? "continue_interrupted" : "end_interrupted";
      const wanted = { command: action, accepts: (state: SessionState) => !isFinal(state) };
      const metadata = await readClosed(this.#ports, this.#registry, id, wanted);
      const epoch = nextEpoch(this.#ports.clock, metadata.clock.epochs);
      const found = { timestamp: localTime(this.#ports.clock), found_state: metadata.status, choice };
      const details = { by, epoch: { ...epoch }, entry: { ...found, lost, set_aside: [...setAside] } };
      const parts = await openParts(this.#ports, this.#registry, { metadata, epoch, log: "resume" });
      return startSession(this.#registry, parts, async () => {
        await parts.journal.append({ event: "session_recovered", details });
        if (choice === "end")
          await parts.journal.append({ event: "session_end", details: { by, reason: "interrupted" } });
        await parts.journal.move(action);
      });
    });
  }

  /** Changes one processor's entry, also after the seal. Throws as `requireStored`. */
  changeProcessing(
    id: string,
    processor: string,
    change: (before?: ProcessingEntry) => ProcessingEntry,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const changed = (metadata: SessionMetadata): SessionMetadata => {
        const entry = change(metadata.post_processing[processor]);
        return { ...metadata, post_processing: { ...metadata.post_processing, [processor]: entry } };
      };
      const open = this.#registry.parts(id);
      if (open !== undefined) await open.journal.rewrite(changed);
      else await replaceMetadata(this.#ports, changed(await readToChange(this.#ports, id)));
    });
  }

  /** Leaves every open session as it is, to be taken up again; idempotent. Throws the first `STORAGE_*` once all were left. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const left = await Promise.allSettled(this.#registry.sessions.map(({ id }) => this.#leave(id)));
      for (const result of left) if (result.status === "rejected") throw result.reason;
    });
  }

  #leave(id: string): Promise<void> {
    const parts = this.#registry.parts(id)!;
    this.#registry.closed(id);
    return parts.ending.leave();
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(run);
    // The caller hears of a failure; the next command runs all the same.
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
