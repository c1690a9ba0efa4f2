import type { Interpolation } from "./interpolation.js";

/** Where to look: the samples `from` to `to` (excluded) of a window, and the instant that is wanted. */
export interface Neighbourhood {
  readonly atS: number;
  readonly timesS: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** The value of one column that lacks some of its samples: what is left of it is a series of its own, with gaps of its own. */
export class FiniteStretch {
  readonly #interpolation: Interpolation;
  readonly #gapS: number;
  #timesS = new Float64Array(64);
  #values = new Float64Array(64);

  constructor(interpolation: Interpolation, gapS: number) {
    this.#interpolation = interpolation;
    this.#gapS = gapS;
  }

  /** Not a number where a gap of that column lies around the instant. */
  value(near: Neighbourhood, values: Float64Array): number {
    const count = this.#gather(near, values);
    if (count === 0 || this.#timesS[0]! > near.atS || this.#timesS[count - 1]! < near.atS) return Number.NaN;
    this.#interpolation.weigh(near.atS, this.#timesS, 0, count);
    return this.#interpolation.value(this.#values);
  }

  /** The finite samples around the instant, as far as no gap parts them from it; returns how many. */
  #gather({ atS, timesS, from, to }: Neighbourhood, values: Float64Array): number {
    if (this.#timesS.length < to - from) {
      this.#timesS = new Float64Array((to - from) * 2);
      this.#values = new Float64Array((to - from) * 2);
    }
    let count = 0;
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(values[i])) continue;
      const timeS = timesS[i]!;
      if (count > 0 && timeS - this.#timesS[count - 1]! > this.#gapS) {
        if (this.#timesS[count - 1]! >= atS) return count;
        count = 0;
      }
      this.#timesS[count] = timeS;
      this.#values[count++] = values[i]!;
    }
    return count;
  }
}
