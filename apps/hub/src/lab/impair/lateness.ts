/** How late things happened against the time they were meant for. */
export interface LatenessReport {
  readonly count: number;
  /** Milliseconds, to the next hundredth above; null where nothing happened. */
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
}

const BIN_US = 10;
/** What is later than a second counts as that late. */
const BINS = 100_000;

/** Counts lateness in bins of a hundredth of a millisecond: memory does not grow. */
export class Lateness {
  readonly #bins = new Uint32Array(BINS);
  #count = 0;
  #maxUs = 0;

  add(lateUs: number): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(lateUs / BIN_US)));
    this.#bins[bin]! += 1;
    this.#count += 1;
    this.#maxUs = Math.max(this.#maxUs, lateUs);
  }

  get report(): LatenessReport {
    if (this.#count === 0) return { count: 0, p50_ms: null, p99_ms: null, max_ms: null };
    const max_ms = this.#maxUs / 1000;
    return { count: this.#count, p50_ms: this.#quantileMs(0.5), p99_ms: this.#quantileMs(0.99), max_ms };
  }

  #quantileMs(share: number): number {
    let left = Math.ceil(share * this.#count);
    const bin = this.#bins.findIndex((count) => (left -= count) <= 0);
    return Math.min(((bin + 1) * BIN_US) / 1000, this.#maxUs / 1000);
  }
}
