import type { MonotonicClock } from "../../timing.js";
import { noise32, unitNoise } from "../../shimmer/emulator/noise.js";

/** The resolution of the clock, seconds. */
export const PHONE_CLOCK_QUANT_S = 1e-6;

/** The rate swings so much around its mean, parts per million, in so many seconds: a crystal warms up and cools down. */
const SWING_PPM = 0.5;
const SWING_S = 600;

/** A phone's own clock: begins anywhere, runs a little fast or slow, and drifts; another one with every start of the phone. */
export class PhoneClock {
  readonly id: string;
  readonly #clock: MonotonicClock;
  readonly #zeroUs: number;
  readonly #startS: number;
  readonly #driftPpm: number;

  constructor(clock: MonotonicClock, run: { readonly seed: number; readonly boot: number; readonly driftPpm: number }) {
    this.#clock = clock;
    this.#zeroUs = clock.nowUs();
    this.#driftPpm = run.driftPpm;
    this.#startS = 1e3 + 1e7 * unitNoise(run.seed, 500 + run.boot);
    this.id = `run-${run.boot}-${noise32(run.seed, 600 + run.boot).toString(16)}`;
  }

  /** What it reads now, seconds. */
  get nowS(): number {
    const elapsedS = (this.#clock.nowUs() - this.#zeroUs) / 1e6;
    const swingS = ((SWING_PPM * SWING_S) / (2 * Math.PI)) * (1 - Math.cos((2 * Math.PI * elapsedS) / SWING_S));
    return quantised(this.#startS + elapsedS + (this.#driftPpm * elapsedS + swingS) / 1e6);
  }
}

/** Seconds as the clock can say them. */
export function quantised(seconds: number): number {
  return Math.round(seconds / PHONE_CLOCK_QUANT_S) / 1e6;
}
