/** How much may be done: `burst` at once, and `perSecond` more with every second. */
export interface AllowanceRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket that time fills and every act empties by one. */
export class Allowance {
  readonly #rate: AllowanceRate;
  readonly #nowMs: () => number;
  #left: number;
  #filledAtMs: number;

  constructor(rate: AllowanceRate, nowMs: () => number) {
    this.#rate = rate;
    this.#nowMs = nowMs;
    this.#left = rate.burst;
    this.#filledAtMs = nowMs();
  }

  get isSpent(): boolean {
    this.#fill();
    return this.#left < 1;
  }

  /** True, and one less, while something is left. */
  take(): boolean {
    if (this.isSpent) return false;
    this.#left -= 1;
    return true;
  }

  #fill(): void {
    const nowMs = this.#nowMs();
    const { burst, perSecond } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#filledAtMs) / 1000) * perSecond);
    this.#filledAtMs = nowMs;
  }
}
