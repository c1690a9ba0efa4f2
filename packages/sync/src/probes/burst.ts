/** The exchanges of one burst, as what they say of theta (device clock minus hub clock): an edge above, an edge below. */
export interface BurstEdges {
  /** Theta is at most this at the burst's time, seconds. */
  readonly upperS: number;
  /** Theta is at least this, seconds. */
  readonly lowerS: number;
}

/** The most exchanges of one burst. */
export const BURST_MAX = 64;

/** No clock counts further, in seconds: three thousand years. */
export const PLAUSIBLE_S = 1e11;

/**
 * Collects the exchanges of one burst (reference: clock synchronisation, sections 1 to 3): of each direction the one with the
 * least delay counts. Arrays are reused from burst to burst: nothing is allocated for a probe.
 */
export class Burst {
  readonly #aboveS = new Float64Array(BURST_MAX);
  readonly #belowS = new Float64Array(BURST_MAX);
  readonly #backS = new Float64Array(BURST_MAX);
  #count = 0;
  #atS = Number.NaN;
  #endS = Number.NaN;
  #open = { aboveS: 0, belowS: 0 };

  /** The burst's time: when the first question of those taken left, hub seconds. */
  get atS(): number {
    return this.#atS;
  }

  /** When its last answer came, hub seconds. */
  get endS(): number {
    return this.#endS;
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.#atS = Number.NaN;
    this.#endS = Number.NaN;
    this.#open = { aboveS: 0, belowS: 0 };
  }

  /** Moves both edges outwards, until the next `clear`: the stamps behind them are as coarse as that. Seconds, not negative. */
  openBy({ aboveS, belowS }: { readonly aboveS: number; readonly belowS: number }): void {
    this.#open = { aboveS, belowS };
  }

  /**
   * One exchange, seconds. False, and left out, when a time is no number or beyond any clock, when it runs backwards in
   * time by more than the clock's resolution, or when the burst is full.
   */
  add(t1S: number, t2S: number, t3S: number, t4S: number, quantS: number): boolean {
    const roundTripS = t4S - t1S - (t3S - t2S);
    const isForward = t4S >= t1S && t3S >= t2S && roundTripS >= -2 * quantS;
    const isPlausible =
      t1S > -PLAUSIBLE_S && t4S < PLAUSIBLE_S && t2S > -PLAUSIBLE_S && t3S < PLAUSIBLE_S && quantS < PLAUSIBLE_S;
    if (!isForward || !isPlausible || this.#count === BURST_MAX) return false;
    if (this.#count === 0) this.#atS = t1S;
    this.#aboveS[this.#count] = t2S - t1S;
    this.#belowS[this.#count] = t3S - t4S;
    this.#backS[this.#count] = t4S;
    this.#count += 1;
    this.#endS = t4S;
    return true;
  }

  /** Writes both edges at the burst's time, for a clock that gains `rate` seconds a second. */
  edges(rate: number, quantS: number, into: { upperS: number; lowerS: number }): void {
    into.upperS = Number.POSITIVE_INFINITY;
    into.lowerS = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < this.#count; index++) {
      const gained = rate * (this.#backS[index]! - this.#atS);
      into.upperS = Math.min(into.upperS, this.#aboveS[index]! - gained + quantS);
      into.lowerS = Math.max(into.lowerS, this.#belowS[index]! - gained);
    }
    into.upperS += this.#open.aboveS;
    into.lowerS -= this.#open.belowS;
  }
}
