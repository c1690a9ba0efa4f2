import type { RawExchange } from "./probe-fit.js";

/** An unanswered question is written down a second late, after the answers to later ones. */
const LATE_S = 5;

/**
 * Puts the rows of clock files in the order of asking: files of one session overlap, and an unanswered question is
 * written after later ones. Memory is that of a few seconds.
 */
export class ExchangeOrder {
  readonly #release: (exchange: RawExchange) => void;
  #held: RawExchange[] = [];
  #releasedS = Number.NEGATIVE_INFINITY;

  /** `release` gets every row once, in order. */
  constructor(release: (exchange: RawExchange) => void) {
    this.#release = release;
  }

  /** False, and left out, when the row was here before or comes far too late. */
  push(exchange: RawExchange): boolean {
    const { t1S } = exchange;
    if (!(t1S > this.#releasedS)) return false;
    let at = this.#held.length;
    while (at > 0 && this.#held[at - 1]!.t1S > t1S) at -= 1;
    if (this.#held[at - 1]?.t1S === t1S) return false;
    this.#held.splice(at, 0, exchange);
    // By the last row but one: a single time that is far ahead must not make all others late.
    this.#pass((this.#held.at(-2)?.t1S ?? t1S) - LATE_S);
    return true;
  }

  /** Releases what is held. */
  end(): void {
    this.#pass(Number.POSITIVE_INFINITY);
  }

  #pass(untilS: number): void {
    let count = 0;
    while (count < this.#held.length && this.#held[count]!.t1S <= untilS) count += 1;
    if (count === 0) return;
    const passed = this.#held.splice(0, count);
    this.#releasedS = passed.at(-1)!.t1S;
    for (const exchange of passed) this.#release(exchange);
  }
}
