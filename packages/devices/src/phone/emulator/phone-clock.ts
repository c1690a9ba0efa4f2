import type { MonotonicClock } from "../../timing.js";
import { noise32, unitNoise } from "../../shimmer/emulator/noise.js";
import { WrongClock, type WrongClockKind } from "./wrong-clock.js";

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
  #leaptS = 0;
  #leaps = 0;
  #wrong: WrongClock | undefined;

  constructor(clock: MonotonicClock, run: { readonly seed: number; readonly boot: number; readonly driftPpm: number }) {
    this.#clock = clock;
    this.#zeroUs = clock.nowUs();
    this.#driftPpm = run.driftPpm;
    this.#startS = 1e3 + 1e7 * unitNoise(run.seed, 500 + run.boot);
    this.id = `run-${run.boot}-${noise32(run.seed, 600 + run.boot).toString(16)}`;
  }

  /** What it reads now, seconds. */
  get nowS(): number {
    return this.#atS(this.#clock.nowUs());
  }

  /** Counts its leaps. */
  get leaps(): number {
    return this.#leaps;
  }

  /** Both clocks at one instant. */
  read(): { readonly hubUs: number; readonly deviceTimeS: number } {
    const hubUs = this.#clock.nowUs();
    return { hubUs, deviceTimeS: this.#atS(hubUs) };
  }

  /** From now on it reads so many seconds more, or less. */
  leap(byS: number): void {
    this.#leaptS += byS;
    this.#leaps += 1;
  }

  /** From now on it says something else than it reads. */
  spoil(kind: WrongClockKind): void {
    this.#wrong = new WrongClock(kind, this.nowS);
  }

  /** What is said to the hub for a device time; times that are said together have one `leapAtS`. */
  said(deviceS: number, leapAtS = deviceS): number {
    return this.#wrong === undefined ? deviceS : quantised(this.#wrong.said(deviceS, leapAtS));
  }

  #atS(hubUs: number): number {
    const elapsedS = (hubUs - this.#zeroUs) / 1e6;
    const swingS = ((SWING_PPM * SWING_S) / (2 * Math.PI)) * (1 - Math.cos((2 * Math.PI * elapsedS) / SWING_S));
    return quantised(this.#startS + this.#leaptS + elapsedS + (this.#driftPpm * elapsedS + swingS) / 1e6);
  }
}

/** Seconds as the clock can say them. */
export function quantised(seconds: number): number {
  return Math.round(seconds / PHONE_CLOCK_QUANT_S) / 1e6;
}
