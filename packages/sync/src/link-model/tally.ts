import type { Asked } from "./probed-run.js";

/** Pooled errors of an estimator over runs; milliseconds. */
export class ErrorTally {
  readonly #errorsMs: number[] = [];
  #boundMs = 0;
  #furthestMs = 0;
  readonly #runs: { readonly asked: number; readonly within99: number; readonly withinHard: number }[] = [];

  /** Takes one run's answers. */
  push(asked: readonly Asked[]): void {
    let [within99, withinHard] = [0, 0];
    for (const { estimate, errorS } of asked) {
      const sizeS = Math.abs(errorS);
      this.#errorsMs.push(Number.isNaN(sizeS) ? Number.POSITIVE_INFINITY : sizeS * 1000);
      if (estimate === undefined) continue;
      this.#boundMs += estimate.bound99S * 1000;
      if (sizeS <= estimate.bound99S) within99 += 1;
      this.#furthestMs = Math.max(this.#furthestMs, (sizeS - estimate.bound99S) * 1000);
      if (sizeS <= estimate.hardS) withinHard += 1;
    }
    this.#runs.push({ asked: asked.length, within99, withinHard });
  }

  /** The error that this share of the answers does not exceed. */
  percentileMs(share: number): number {
    const sorted = Float64Array.from(this.#errorsMs).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  }

  get maxMs(): number {
    return this.#errorsMs.reduce((most, error) => Math.max(most, error), 0);
  }

  get meanBoundMs(): number {
    return this.#boundMs / this.#errorsMs.length;
  }

  /** How far an answer was beyond its 99 % bound at most; 0 if none was. */
  get furthestBeyondMs(): number {
    return this.#furthestMs;
  }

  /** The share of all answers within the 99 % bound, and within the hard one; the least of any run. */
  get coverage(): { readonly pooled: number; readonly worst: number; readonly hard: number } {
    const sum = (key: "within99" | "withinHard"): number => this.#runs.reduce((total, run) => total + run[key], 0);
    return {
      pooled: sum("within99") / this.#errorsMs.length,
      worst: Math.min(...this.#runs.map((run) => run.within99 / run.asked)),
      hard: sum("withinHard") / this.#errorsMs.length,
    };
  }
}
