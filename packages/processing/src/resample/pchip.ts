import type { Interpolation } from "./interpolation.js";

/**
 * The cubic between two samples that keeps the shape of the series: no overshoot, no wave that was not there
 * (F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5, 1984; the same values as SciPy's `PchipInterpolator`).
 */
export class Pchip implements Interpolation {
  readonly reachS: number;
  #timesS: Float64Array = new Float64Array(0);
  #atS = 0;
  #from = 0;
  #to = 0;
  /** The last sample at or before the instant. */
  #left = 0;

  /** @param gapS the longest distance of two neighbours in a stretch: two of them on either side tell the slopes */
  constructor(gapS: number) {
    this.reachS = 2 * gapS * (1 + 1e-9); // a neighbour exactly that far away belongs to it
  }

  weigh(atS: number, timesS: Float64Array, from: number, to: number): void {
    this.#timesS = timesS;
    this.#atS = atS;
    this.#from = from;
    this.#to = to;
    let left = from;
    while (left + 1 < to && timesS[left + 1]! <= atS) left++;
    this.#left = left;
  }

  value(values: Float64Array): number {
    const left = this.#left;
    const sinceS = this.#atS - this.#timesS[left]!;
    if (sinceS === 0 || left + 1 === this.#to) return sinceS === 0 ? values[left]! : Number.NaN;
    const spanS = this.#timesS[left + 1]! - this.#timesS[left]!;
    const share = sinceS / spanS;
    const [rise, leftSlope, rightSlope] = [
      values[left + 1]! - values[left]!,
      this.#slope(values, left),
      this.#slope(values, left + 1),
    ];
    // Hermite's cubic as the left value and what is added to it: exact at both ends.
    const bend = (leftSlope + rightSlope) * spanS - 2 * rise;
    const middle = 3 * rise - (2 * leftSlope + rightSlope) * spanS;
    return values[left]! + share * (leftSlope * spanS + share * (middle + share * bend));
  }

  /** The slope at sample `i`: a mean of the two secants that is zero where they disagree. */
  #slope(values: Float64Array, i: number): number {
    const secant = (at: number) => (values[at + 1]! - values[at]!) / this.#spanS(at);
    if (this.#to - this.#from === 2) return secant(this.#from);
    if (i === this.#from) return endSlope([this.#spanS(i), this.#spanS(i + 1)], [secant(i), secant(i + 1)]);
    if (i === this.#to - 1) return endSlope([this.#spanS(i - 1), this.#spanS(i - 2)], [secant(i - 1), secant(i - 2)]);
    const [before, after] = [secant(i - 1), secant(i)];
    if (!(before * after > 0)) return before * after * 0; // not a number stays none
    const [beforeS, afterS] = [this.#spanS(i - 1), this.#spanS(i)];
    const [a, b] = [2 * afterS + beforeS, afterS + 2 * beforeS];
    return (a + b) / (a / before + b / after);
  }

  #spanS(at: number): number {
    return this.#timesS[at + 1]! - this.#timesS[at]!;
  }
}

/** The slope at an end of a stretch: three points' parabola, held back where it would overshoot (C. Moler, Numerical Computing with MATLAB, 3.6). */
function endSlope(spansS: readonly [number, number], secants: readonly [number, number]): number {
  const [h0, h1] = spansS;
  const [m0, m1] = secants;
  const slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
  if (Math.sign(slope) !== Math.sign(m0)) return slope * 0;
  return Math.sign(m0) !== Math.sign(m1) && Math.abs(slope) > 3 * Math.abs(m0) ? 3 * m0 : slope;
}
