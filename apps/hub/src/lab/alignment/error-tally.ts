/** True errors against what was stated; milliseconds, null where nothing was compared. */
export interface ErrorReport {
  readonly count: number;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
  /** The mean of the bounds that were stated; null where none was. */
  readonly bound_ms: number | null;
  /** Share of the errors inside their bound; null where no bound was stated. */
  readonly within_bound: number | null;
}

/** Gathers true errors, each with the bound that was stated for it. */
export class ErrorTally {
  readonly #errorsS: number[] = [];
  #boundSumS = 0;
  #bounds = 0;
  #within = 0;

  /** @param boundS null where none was stated */
  add(errorS: number, boundS: number | null): void {
    const sizeS = Math.abs(errorS);
    this.#errorsS.push(sizeS);
    if (boundS === null) return;
    this.#bounds += 1;
    this.#boundSumS += boundS;
    if (sizeS <= boundS) this.#within += 1;
  }

  get report(): ErrorReport {
    const sorted = Float64Array.from(this.#errorsS).sort();
    const count = sorted.length;
    if (count === 0) return { count, p50_ms: null, p99_ms: null, max_ms: null, bound_ms: null, within_bound: null };
    const quantileMs = (share: number): number => 1e3 * sorted[Math.ceil(share * count) - 1]!;
    const bounds = this.#bounds;
    const stated = {
      bound_ms: bounds === 0 ? null : (1e3 * this.#boundSumS) / bounds,
      within_bound: bounds === 0 ? null : this.#within / bounds,
    };
    return {
      ...{ count, p50_ms: quantileMs(0.5), p99_ms: quantileMs(0.99), max_ms: quantileMs(1) },
      ...stated,
    };
  }
}
