import { sliceBlock, type SampleBlock } from "./stream.js";

/** The last seconds of a stream, kept as its blocks: nothing is copied, and a cut has no gap and no duplicate. */
export class BlockRing {
  readonly #spanUs: number;
  #blocks: SampleBlock[] = [];

  /** @param spanS how many seconds (by arrival) to keep */
  constructor(spanS: number) {
    this.#spanUs = spanS * 1e6;
  }

  push(block: SampleBlock): void {
    this.#blocks.push(block);
    const oldestUs = block.arrivalUs[block.count - 1]! - this.#spanUs;
    const keepFrom = this.#blocks.findIndex((kept) => kept.arrivalUs[kept.count - 1]! >= oldestUs);
    if (keepFrom > 0) this.#blocks = this.#blocks.slice(keepFrom);
  }

  /** Everything from the first sample that `isKept` accepts to the newest, in order. */
  from(isKept: (block: SampleBlock, row: number) => boolean): SampleBlock[] {
    for (const [index, block] of this.#blocks.entries()) {
      for (let row = 0; row < block.count; row++) {
        if (isKept(block, row)) return [sliceBlock(block, row, block.count), ...this.#blocks.slice(index + 1)];
      }
    }
    return [];
  }

  clear(): void {
    this.#blocks = [];
  }
}
