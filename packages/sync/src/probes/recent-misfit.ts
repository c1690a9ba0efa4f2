import { PARAMETERS as P } from "./parameters.js";

/** How far one burst's reading is off the line. */
export interface Misfit {
  /** Hub seconds. */
  readonly atS: number;
  /** Reading less line, seconds. */
  readonly offS: number;
  /** How unsure the difference is, seconds squared. */
  readonly variance: number;
}

/**
 * The mean of the last readings off the line, the surer ones counting more. Errors that are independent cancel out in it; a
 * line that lags behind its clock is left by all of them on the same side. Constant work and memory.
 */
export class RecentMisfit {
  #atS = Number.NaN;
  #sum = 0;
  #weight = 0;

  /** How much all readings count together. */
  get weight(): number {
    return this.#weight;
  }

  /** Seconds; 0 before the first reading. */
  get meanS(): number {
    return this.#weight > 0 ? this.#sum / this.#weight : 0;
  }

  /** Forgets the readings: another line runs. */
  clear(): void {
    this.#atS = Number.NaN;
    this.#sum = 0;
    this.#weight = 0;
  }

  /** Takes the next reading; time may run either way. */
  push({ atS, offS, variance }: Misfit): void {
    const kept = this.#weight > 0 ? Math.exp(-Math.abs(atS - this.#atS) / P.misfitMemoryS) : 0;
    this.#atS = atS;
    this.#sum = this.#sum * kept + offS / variance;
    this.#weight = this.#weight * kept + 1 / variance;
  }
}

/** The same around each reading of a line, from both sides; in order of time. */
export function misfitsAround(readings: readonly Misfit[]): number[] {
  const [before, behind] = [new RecentMisfit(), new RecentMisfit()];
  const earlier = readings.map((reading) => sumAfter(before, reading));
  const later = readings.toReversed().map((reading) => sumAfter(behind, reading));
  return readings.map(({ offS, variance }, index) => {
    const [left, right] = [earlier[index]!, later[readings.length - 1 - index]!];
    // Its own reading is in both.
    return (left.sum + right.sum - offS / variance) / (left.weight + right.weight - 1 / variance);
  });
}

function sumAfter(mean: RecentMisfit, reading: Misfit): { readonly sum: number; readonly weight: number } {
  mean.push(reading);
  return { sum: mean.meanS * mean.weight, weight: mean.weight };
}

/** What a mean misfit adds to a bound, seconds: no more than the line's own uncertainty, for where all readings are poor it says little. */
export function misfitBoundS(meanS: number, sigmaS: number): number {
  return P.misfitShare * Math.min(Math.abs(meanS), 3 * sigmaS);
}
