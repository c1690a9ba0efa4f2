/** Why a connection ended. */
export type EndReason =
  | "left"
  | "no_heartbeat"
  | "message_too_long"
  | "not_a_packet"
  | "nothing_joined"
  | "no_hello"
  | "unread"
  | "superseded"
  | "unpaired"
  | "transport_failed"
  | "hub_stopped";

/** A connection that ended otherwise than by a farewell, for the hub's log. */
export interface ConnectionEnd {
  readonly reason: EndReason;
  /** The other end's address; empty where it is not known any more. */
  readonly address: string;
  /** The phone's name; absent for a page and for whoever has not said who it is. */
  readonly device?: string;
}

/** How many connections ended for which reason since the hub started. */
export interface ConnectionCounters {
  readonly closed_for: Readonly<Partial<Record<EndReason, number>>>;
}

/** The part of an Engine.IO connection that is watched. */
export interface WatchedConnection {
  readonly remoteAddress?: string;
  once(event: "close", listener: (reason: string, detail?: unknown) => void): unknown;
}

/** What Engine.IO calls the end of a connection. */
const BY_ENGINE: Readonly<Record<string, EndReason>> = {
  "ping timeout": "no_heartbeat",
  "parse error": "not_a_packet",
  // Nobody here closes so without saying why, but Socket.IO itself: nothing was joined in time, or the words were out of order.
  "forced close": "nothing_joined",
  "transport close": "left",
};

/** Counts why connections end: what somebody here has decided, else what the transport says. */
export class ConnectionEnds {
  readonly #decided = new WeakMap<object, EndReason>();
  readonly #counts = new Map<EndReason, number>();
  readonly #names = new WeakMap<object, () => string>();
  readonly #onEnd: (end: ConnectionEnd) => void;

  /** @param onEnd hears of every end that was not simply a farewell */
  constructor(onEnd: (end: ConnectionEnd) => void) {
    this.#onEnd = onEnd;
  }

  get counters(): ConnectionCounters {
    return { closed_for: Object.fromEntries(this.#counts) };
  }

  watch(connection: WatchedConnection): void {
    // Of a socket that is gone nobody can ask it any more.
    const { remoteAddress: address = "" } = connection;
    connection.once("close", (reason, detail) => {
      const device = this.#names.get(connection)?.();
      const why = this.#decided.get(connection) ?? endReason(reason, detail);
      this.#count({ reason: why, address, ...(device !== undefined && { device }) });
    });
  }

  /** Whose connection it is. */
  name(connection: object, nameNow: () => string): void {
    this.#names.set(connection, nameNow);
  }

  /** Says why a connection is about to be ended from here; the first reason stays. */
  decide(connection: object, reason: EndReason): void {
    if (!this.#decided.has(connection)) this.#decided.set(connection, reason);
  }

  #count(end: ConnectionEnd): void {
    const { reason } = end;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (reason !== "left" && reason !== "hub_stopped") this.#onEnd(end);
  }
}

function endReason(reason: string, detail: unknown): EndReason {
  const isTooLong = /Max payload size exceeded/.test(String((detail as { message?: unknown } | undefined)?.message));
  return isTooLong ? "message_too_long" : (BY_ENGINE[reason] ?? "transport_failed");
}
