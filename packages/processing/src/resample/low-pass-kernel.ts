/** Where the filter has lost half the amplitude, as a share of the new rate. */
const CUTOFF = 0.45;
/** Between pass band and stop band, as a share of the new rate: from 0.4 to 0.5, so that nothing folds back. */
const TRANSITION = 0.1;
const ATTENUATION_DB = 70;
/** Kaiser's own formulas (J. F. Kaiser, 1974; Oppenheim and Schafer, Discrete-Time Signal Processing, 7.6). */
const BETA = 0.1102 * (ATTENUATION_DB - 8.7);
const HALF_LENGTH = Math.ceil((ATTENUATION_DB - 7.95) / (14.36 * TRANSITION) / 2);
/** Entries of the table per row of the new rate: what lies between them is read off a straight line, 1e-6 off at most. */
const STEPS = 1024;

/** A filter as it is written down beside the data that went through it. */
export interface LowPassFacts {
  readonly kind: "windowed_sinc";
  readonly window: "kaiser";
  readonly beta: number;
  /** Half amplitude; the pass band ends at `passHz`, the stop band begins at `stopHz`. */
  readonly cutoffHz: number;
  readonly passHz: number;
  readonly stopHz: number;
  readonly stopDb: number;
  /** It reaches so far to either side; being symmetric, it delays nothing. */
  readonly halfLengthS: number;
}

/** A linear-phase low-pass for one new rate, as a function of the distance from its centre: it can stand between samples. */
export class LowPassKernel {
  readonly halfLengthS: number;
  /** From one row of the new rate to the next, seconds. */
  readonly rowS: number;
  readonly facts: LowPassFacts;
  readonly #stepsPerS: number;
  readonly #table: Float64Array;

  constructor(rateHz: number) {
    this.halfLengthS = HALF_LENGTH / rateHz;
    this.rowS = 1 / rateHz;
    this.#stepsPerS = STEPS * rateHz;
    this.#table = kernelTable(rateHz);
    this.facts = {
      kind: "windowed_sinc",
      window: "kaiser",
      beta: BETA,
      cutoffHz: CUTOFF * rateHz,
      passHz: (CUTOFF - TRANSITION / 2) * rateHz,
      stopHz: (CUTOFF + TRANSITION / 2) * rateHz,
      stopDb: ATTENUATION_DB,
      halfLengthS: this.halfLengthS,
    };
  }

  /** Weight per second at a distance from the centre; over all distances it adds up to 1. */
  at(distanceS: number): number {
    const step = Math.abs(distanceS) * this.#stepsPerS;
    const below = Math.floor(step);
    if (below >= HALF_LENGTH * STEPS) return 0;
    const low = this.#table[below]!;
    return low + (step - below) * (this.#table[below + 1]! - low);
  }
}

function kernelTable(rateHz: number): Float64Array {
  const end = HALF_LENGTH * STEPS;
  return Float64Array.from({ length: end + 1 }, (_, step) => {
    const x = 2 * Math.PI * CUTOFF * (step / STEPS);
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return 2 * CUTOFF * rateHz * sinc * (besselI0(BETA * Math.sqrt(1 - (step / end) ** 2)) / besselI0(BETA));
  });
}

/** The modified Bessel function of order 0 by its power series (Abramowitz and Stegun, 9.6.12). */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
