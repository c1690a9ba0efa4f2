import type { RefusedPlace } from "./link.js";

/** A phone may send a refused block once more and then gives it up by itself; one that does not is not waited for. */
const GIVEN_UP_AFTER = 3;

/** Blocks that are refused again and again: after the third time the samples in them are missing, and the stream goes on behind them. */
export class RefusedBlocks {
  readonly #streams = new Map<string, { readonly atSeq: number; toSeq: number; times: number }>();

  /**
   * A block was refused while its stream waits for number `nextSeq`, which may be in it (`awaited`) or not (`other`). Once it has
   * been said often enough, answers up to which number nothing is waited for any more: the end of the shortest block, for what is
   * behind that may be sent in another.
   */
  push(
    { fileType, fromSeq, toSeq, skips }: RefusedPlace,
    nextSeq: number,
  ): "awaited" | "other" | { readonly toSeq: number } {
    if ((fromSeq > nextSeq && !skips) || toSeq <= nextSeq) return "other";
    const known = this.#streams.get(fileType);
    const held = known?.atSeq === nextSeq ? known : { atSeq: nextSeq, toSeq, times: 0 };
    held.times += 1;
    held.toSeq = Math.min(held.toSeq, toSeq);
    this.#streams.set(fileType, held);
    return held.times >= GIVEN_UP_AFTER ? { toSeq: held.toSeq } : "awaited";
  }

  /** The phone numbers anew. */
  clear(): void {
    this.#streams.clear();
  }
}
