import type { WireBlock } from "@polychron/protocol";
import { cutBlock, endOf, forwardCount, joinBlocks } from "./wire-blocks.js";

/** The samples of one stream that a hub may still need: kept until it has them safe, sent in order, sent again on demand. */
export class Outbox {
  readonly #keepSamples: number;
  #held: WireBlock[] = [];
  #end = 0;
  /** The number that the hub is sent next, which may no longer be held. */
  #nextSeq = 0;

  /** @param keepSamples the oldest samples beyond so many are given up */
  constructor(keepSamples: number) {
    this.#keepSamples = keepSamples;
  }

  /** Samples that are held. */
  get count(): number {
    return this.#end - (this.#held[0]?.firstSeq ?? this.#end);
  }

  /** Takes the samples that follow the last ones. */
  push(block: WireBlock): void {
    this.#held.push(block);
    this.#end = endOf(block);
    while (this.count > this.#keepSamples) this.#held.shift();
  }

  /**
   * The next samples to send, up to `most`; they skip when what lies before them was given up. A block ends where the phone's
   * clock was set back: inside a block time goes forward. Undefined when all was sent.
   */
  take(most: number): WireBlock | undefined {
    const at = this.#held.findIndex((block) => endOf(block) > this.#nextSeq);
    if (at < 0) return undefined;
    const firstSeq = Math.max(this.#nextSeq, this.#held[at]!.firstSeq);
    const near = this.#held.slice(at).filter((block) => block.firstSeq < firstSeq + most);
    const skips = firstSeq > this.#nextSeq;
    const next = cutBlock(joinBlocks(near), firstSeq, Math.min(firstSeq + most, endOf(near.at(-1)!)));
    const block = cutBlock(next, firstSeq, firstSeq + forwardCount(next));
    this.#nextSeq = endOf(block);
    return { ...block, skips };
  }

  /** The hub waits for this number: everything from there on is sent again. */
  rewind(fromSeq: number): void {
    this.#nextSeq = Math.min(fromSeq, this.#end);
  }

  /** Samples before `nextSeq` are safe or not wanted. */
  forget(nextSeq: number): void {
    this.#held = this.from(nextSeq);
    this.#nextSeq = Math.max(this.#nextSeq, Math.min(nextSeq, this.#end));
  }

  /** What is held from this number on. */
  from(seq: number): WireBlock[] {
    return this.#held
      .filter((block) => endOf(block) > seq)
      .map((block) => (block.firstSeq < seq ? cutBlock(block, seq, endOf(block)) : block));
  }
}
