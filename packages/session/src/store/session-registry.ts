import { SessionError, SessionImmutableError, SessionNotFoundError } from "../model/index.js";
import { assembleSession, type OpenSession, type SessionParts } from "./open-session.js";
import type { StoreHooks } from "./session-opening.js";

/** Which sessions are open, which are there at all, and which open session a device belongs to. */
export class SessionRegistry implements StoreHooks {
  readonly #open = new Map<string, { readonly session: OpenSession; readonly parts: SessionParts }>();
  readonly #deviceOwners = new Map<string, string>();
  readonly #known: Set<string>;

  /** @param known ids of the sessions on the disk */
  constructor(known: Iterable<string>) {
    this.#known = new Set(known);
  }

  add(parts: SessionParts): OpenSession {
    const session = assembleSession(parts);
    this.#open.set(session.id, { session, parts });
    this.#known.add(session.id);
    return session;
  }

  /** Oldest first. */
  get sessions(): OpenSession[] {
    return [...this.#open.values()].map(({ session }) => session);
  }

  find(id: string): OpenSession | undefined {
    return this.#open.get(id)?.session;
  }

  parts(id: string): SessionParts | undefined {
    return this.#open.get(id)?.parts;
  }

  /** Throws `SESSION_NOT_FOUND`, or `SESSION_IMMUTABLE` for a session that is there but not open. */
  require(id: string): OpenSession {
    const session = this.find(id);
    if (session !== undefined) return session;
    if (this.#known.has(id)) throw new SessionImmutableError({ session: id, command: "change" });
    throw new SessionNotFoundError(id);
  }

  /** Throws `SESSION_DEVICE_BUSY`. */
  claim(deviceId: string, sessionId: string): void {
    const owner = this.#deviceOwners.get(deviceId) ?? sessionId;
    if (owner !== sessionId) throw new SessionError("SESSION_DEVICE_BUSY", { device: deviceId, session: owner });
    this.#deviceOwners.set(deviceId, sessionId);
  }

  release(deviceId: string, sessionId: string): void {
    if (this.#deviceOwners.get(deviceId) === sessionId) this.#deviceOwners.delete(deviceId);
  }

  closed(sessionId: string): void {
    this.#open.delete(sessionId);
    for (const deviceId of [...this.#deviceOwners.keys()]) this.release(deviceId, sessionId);
  }

  /** The session's folder is gone: nothing was kept of it. */
  forget(sessionId: string): void {
    this.closed(sessionId);
    this.#known.delete(sessionId);
  }
}
