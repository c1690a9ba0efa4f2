import type { Timers } from "@polychron/session/model";
import type { IncomingMessage } from "node:http";

/** How the body of a request ended: as its sender meant it to, or why not; `open` = it has not. */
export type BodyEnd = "open" | "whole" | "cut" | "stalled" | "too_long";

/** How much a body may bring, and how long it may pause. */
export interface BodyLimits {
  readonly timers: Timers;
  readonly maxBytes: number;
  readonly silentForMs: number;
}

/**
 * The body of one request, whatever becomes of its connection. A connection that is cut, falls silent or sends too much
 * ends the chunks and breaks nothing: what had come is as good as the rest.
 */
export class UploadBody {
  readonly #request: IncomingMessage;
  readonly #limits: BodyLimits;
  #end: BodyEnd = "open";

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  get end(): BodyEnd {
    return this.#end;
  }

  /** Never throws; to be read once. The request lives on, so that it can be answered. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#end = yield* this.#read(this.#limits.maxBytes);
  }

  /**
   * Takes what is left and forgets it, unless it is more than twice what a body may bring: whoever is still sending when a
   * connection closes may never come to read why.
   */
  async discard(): Promise<void> {
    const sizeBytes = Number(this.#request.headers["content-length"] ?? 0);
    const maxBytes = 2 * this.#limits.maxBytes;
    if (this.#end === "stalled" || sizeBytes > maxBytes) return;
    const rest = this.#read(maxBytes);
    let next = await rest.next();
    while (next.done !== true) next = await rest.next();
    if (next.value === "stalled") this.#end = next.value;
  }

  async *#read(maxBytes: number): AsyncGenerator<Uint8Array, BodyEnd, undefined> {
    const source = this.#request.iterator({ destroyOnReturn: false });
    let leftBytes = maxBytes;
    let came: Uint8Array | BodyEnd = "open";
    try {
      for (;;) {
        came = await this.#next(source);
        if (typeof came === "string") return came;
        if (came.length > leftBytes) return "too_long";
        leftBytes -= came.length;
        yield came;
      }
    } finally {
      // Behind a read that still waits, this would wait as well.
      if (came !== "stalled") await source.return?.();
    }
  }

  async #next(source: AsyncIterator<Uint8Array>): Promise<Uint8Array | "whole" | "cut" | "stalled"> {
    const read = source.next().then(
      ({ done, value }) => (done === true ? "whole" : (value as Uint8Array)),
      () => "cut" as const,
    );
    // The disk may be slow: only the wait for the sender counts.
    let cancel = (): void => undefined;
    const silence = new Promise<"stalled">((resolve) => {
      cancel = this.#limits.timers.after(this.#limits.silentForMs, () => resolve("stalled"));
    });
    const came = await Promise.race([read, silence]);
    cancel();
    return came;
  }
}
