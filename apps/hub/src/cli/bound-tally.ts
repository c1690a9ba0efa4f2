import type { ClockEstimate } from "@polychron/sync";

/** A bound over some rows, seconds; null where no row has one. */
export interface BoundSummary {
  readonly rows: number;
  readonly median_s: number | null;
  readonly largest_s: number | null;
  /** The same of the bound that holds whatever the split. */
  readonly median_hard_s: number | null;
  readonly largest_hard_s: number | null;
}

const START_ROWS = 1024;

/** Both bounds over rows that come one after the other: 16 bytes a row. */
export class BoundTally {
  #bounds = new Float64Array(START_ROWS);
  #hards = new Float64Array(START_ROWS);
  #rows = 0;

  push({ bound99S, hardS }: ClockEstimate): void {
    if (this.#rows === this.#bounds.length) this.#grow();
    this.#bounds[this.#rows] = bound99S;
    this.#hards[this.#rows++] = hardS;
  }

  /** Of the rows so far; of an even number of them the greater of the two in the middle. */
  summary(): BoundSummary {
    const bounds = this.#bounds.slice(0, this.#rows).sort();
    const hards = this.#hards.slice(0, this.#rows).sort();
    const middle = this.#rows >> 1;
    return {
      rows: this.#rows,
      median_s: bounds[middle] ?? null,
      largest_s: bounds.at(-1) ?? null,
      median_hard_s: hards[middle] ?? null,
      largest_hard_s: hards.at(-1) ?? null,
    };
  }

  #grow(): void {
    const [bounds, hards] = [this.#bounds, this.#hards];
    this.#bounds = new Float64Array(this.#rows * 2);
    this.#hards = new Float64Array(this.#rows * 2);
    this.#bounds.set(bounds);
    this.#hards.set(hards);
  }
}
