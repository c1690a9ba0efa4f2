import type { Interpolation } from "./interpolation.js";
import type { LowPassKernel } from "./low-pass-kernel.js";

/** The weights of a stretch that carries a value add up to 1 within this; fewer samples than the filter needs do not. */
const CARRIED = 0.2;

/**
 * The value of a series after a low-pass, at any instant. Each sample counts at its true time with the time it stands for,
 * so uneven stamps need no grid of their own first, and no delay is left to remove. At an end of the stretch the series
 * goes on as its own mirror turned upside down about the last sample (as `filtfilt` pads): a trend goes on as a trend.
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
    weights[0]! += 2 * atFirst;
    weights[this.#count - 1]! += 2 * atLast;
    this.#carries = Math.abs(sum - 1) <= CARRIED;
    for (let i = 0; i < this.#count; i++) weights[i]! /= sum;
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
