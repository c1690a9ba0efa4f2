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

/** How many connections ended for which reason since the hub started. */
export interface ConnectionCounters {
  readonly closed_for: Readonly<Partial<Record<EndReason, number>>>;
}

/** The part of an Engine.IO connection that is watched. */
export interface WatchedConnection {
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
  readonly #onEnd: (reason: EndReason) => void;

  /** @param onEnd hears of every end that was not simply a farewell */
  constructor(onEnd: (reason: EndReason) => void) {
    this.#onEnd = onEnd;
  }

  get counters(): ConnectionCounters {
    return { closed_for: Object.fromEntries(this.#counts) };
  }

  watch(connection: WatchedConnection): void {
    connection.once("close", (reason, detail) =>
      this.#count(this.#decided.get(connection) ?? endReason(reason, detail)),
    );
  }

  /** Says why a connection is about to be ended from here; the first reason stays. */
  decide(connection: object, reason: EndReason): void {
    if (!this.#decided.has(connection)) this.#decided.set(connection, reason);
  }

  #count(reason: EndReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (reason !== "left" && reason !== "hub_stopped") this.#onEnd(reason);
  }
}

function endReason(reason: string, detail: unknown): EndReason {
  const isTooLong = /Max payload size exceeded/.test(String((detail as { message?: unknown } | undefined)?.message));
  return isTooLong ? "message_too_long" : (BY_ENGINE[reason] ?? "transport_failed");
}
