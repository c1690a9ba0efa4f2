import type { Interpolation } from "./interpolation.js";
import type { LowPassKernel } from "./low-pass-kernel.js";

/** The weights of a stretch that carries a value add up to 1 within this; fewer samples than the filter needs do not. */
const CARRIED = 0.2;

/** Rows of the new rate that the line at an end goes through: fewer let more of a fast tone pass, more flatten a slow one. */
const LINE_ROWS = 2;

/**
 * The value of a series after a low-pass, at any instant. Each sample counts at its true time with the time it stands for,
 * so uneven stamps need no grid of their own first, and no delay is left to remove. At an end of the stretch the series
 * goes on as its own mirror turned upside down: a trend goes on as a trend. It is turned about the value there of a line
 * through the last two rows; about the last sample itself (as `filtfilt` pads) the filter would let every tone pass there.
 */
export class LowPass implements Interpolation {
  readonly reachS: number;
  readonly #kernel: LowPassKernel;
  #weights = new Float64Array(256);
  #from = 0;
  #count = 0;
  #carries = false;

  constructor(kernel: LowPassKernel) {
    this.#kernel = kernel;
    this.reachS = kernel.halfLengthS;
  }

  weigh(atS: number, timesS: Float64Array, from: number, to: number): void {
    this.#from = from;
    this.#count = to - from;
    if (this.#weights.length < this.#count) this.#weights = new Float64Array(this.#count * 2);
    const weights = this.#weights;
    const [firstS, lastS] = [timesS[from]!, timesS[to - 1]!];
    let sum = 0;
    let atFirst = 0;
    let atLast = 0;
    for (let i = 0; i < this.#count; i++) {
      const timeS = timesS[from + i]!;
      const spanS = spanOf(timesS, from + i, from, to);
      const own = this.#kernel.at(atS - timeS) * spanS;
      const before = i === 0 ? 0 : this.#kernel.at(atS - 2 * firstS + timeS) * spanS;
      const behind = i === this.#count - 1 ? 0 : this.#kernel.at(atS - 2 * lastS + timeS) * spanS;
      weights[i] = own - before - behind;
      atFirst += before;
      atLast += behind;
      sum += own + before + behind;
    }
    if (atFirst !== 0) this.#turnAbout({ atS: firstS, share: 2 * atFirst }, timesS);
    if (atLast !== 0) this.#turnAbout({ atS: lastS, share: 2 * atLast }, timesS);
    this.#carries = Math.abs(sum - 1) <= CARRIED;
    for (let i = 0; i < this.#count; i++) weights[i]! /= sum;
    // Only between two ends so close do mirrors end within reach, and what is beyond them is missing on one side more.
    if (atFirst !== 0 && atLast !== 0) this.#straighten(atS, timesS);
  }

  /** Gives the share of an end's value to the samples next to it: what a line through them has there (least squares). */
  #turnAbout({ atS, share }: { readonly atS: number; readonly share: number }, timesS: Float64Array): void {
    const widthS = LINE_ROWS * this.#kernel.rowS;
    let [n, sum, squares] = [0, 0, 0];
    for (let i = 0; i < this.#count; i++) {
      const awayS = timesS[this.#from + i]! - atS;
      if (Math.abs(awayS) > widthS) continue;
      n += 1;
      sum += awayS;
      squares += awayS * awayS;
    }
    const spread = n * squares - sum * sum;
    for (let i = 0; i < this.#count; i++) {
      const awayS = timesS[this.#from + i]! - atS;
      if (Math.abs(awayS) > widthS) continue;
      this.#weights[i]! += share * (spread > 0 ? (squares - sum * awayS) / spread : 1 / n);
    }
  }

  /** A trend comes through as it is: what the weights lean to one side is taken off by the slope of a line through all samples. */
  #straighten(atS: number, timesS: Float64Array): void {
    let [lean, sum, squares] = [0, 0, 0];
    for (let i = 0; i < this.#count; i++) {
      const awayS = timesS[this.#from + i]! - atS;
      lean += this.#weights[i]! * awayS;
      sum += awayS;
      squares += awayS * awayS;
    }
    const middle = sum / this.#count;
    const spread = squares - sum * middle;
    if (!(spread > 0)) return;
    for (let i = 0; i < this.#count; i++)
      this.#weights[i]! -= (lean * (timesS[this.#from + i]! - atS - middle)) / spread;
  }

  value(values: Float64Array): number {
    if (!this.#carries) return Number.NaN;
    let sum = 0;
    for (let i = 0, at = this.#from; i < this.#count; i++, at++) sum += this.#weights[i]! * values[at]!;
    return sum;
  }
}

/** The time that a sample stands for: half the way to each neighbour; at an end the mirror is the missing neighbour. */
function spanOf(timesS: Float64Array, i: number, from: number, to: number): number {
  if (i === from) return to - from > 1 ? timesS[i + 1]! - timesS[i]! : 0;
  if (i === to - 1) return timesS[i]! - timesS[i - 1]!;
  return (timesS[i + 1]! - timesS[i - 1]!) / 2;
}
