import type { MonotonicClock } from "../../timing.js";
import { TICK_HZ } from "../opcodes.js";

/** A device's own crystal: ticks since it was switched on, with its own start and its own rate. */
export class Uptime {
  readonly #clock: MonotonicClock;
  readonly #ticksPerUs: number;
  #zeroUs: number;
  #zeroTicks: number;

  /** @param crystal `driftPpm` > 0 runs fast; `offsetTicks` is what the counter reads now */
  constructor(clock: MonotonicClock, crystal: { readonly driftPpm: number; readonly offsetTicks: number }) {
    this.#clock = clock;
    this.#ticksPerUs = (TICK_HZ / 1e6) * (1 + crystal.driftPpm / 1e6);
    this.#zeroUs = clock.nowUs();
    this.#zeroTicks = crystal.offsetTicks;
  }

  /** Ticks now, with their fraction. */
  get ticks(): number {
    return this.#zeroTicks + (this.#clock.nowUs() - this.#zeroUs) * this.#ticksPerUs;
  }

  /** When the counter reads or read `ticks`, microseconds of the clock that it runs against. */
  usAt(ticks: number): number {
    return this.#zeroUs + (ticks - this.#zeroTicks) / this.#ticksPerUs;
  }

  /** The counter reads `ticks` now. */
  set(ticks: number): void {
    this.#zeroUs = this.#clock.nowUs();
    this.#zeroTicks = ticks;
  }

  /** Milliseconds until the counter reads `ticks`; 0 when it has. */
  msUntil(ticks: number): number {
    return Math.max(0, (ticks - this.ticks) / this.#ticksPerUs / 1000);
  }
}
