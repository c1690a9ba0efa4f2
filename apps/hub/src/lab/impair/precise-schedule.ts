import type { MonotonicClock } from "@polychron/devices";
import { DueQueue } from "./due-queue.js";
import { Lateness, type LatenessReport } from "./lateness.js";

/** Node's timers know whole milliseconds and may come one late: they wake so much before, and what is nearer is waited for in small steps. */
const WAKE_AHEAD_US = 1_500;
const COARSE_US = WAKE_AHEAD_US + 1_000;
/** While a step sleeps nothing that arrives is seen: no step is longer. */
const STEP_US = 100;
/** The system wakes a sleeper about so much after the time it asked for. */
const WAKES_LATE_US = 80;

/** Runs things at microseconds: for a process of its own, which it keeps from sleeping while something is nearly due. */
export class PreciseSchedule {
  readonly #clock: MonotonicClock;
  readonly #queue = new DueQueue<() => void>();
  readonly #lateness = new Lateness();
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #cancel: (() => void) | undefined;
  #wakesUs = Infinity;

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
  }

  /** How late everything so far was run. */
  get lateness(): LatenessReport {
    return this.#lateness.report;
  }

  /** Runs something at a time of the clock; what is due at the same time in the order in which it was asked for. */
  at(atUs: number, run: () => void): void {
    this.#queue.push(atUs, run);
    if (atUs < this.#wakesUs) this.#await();
  }

  /** Nothing runs any more. */
  stop(): void {
    this.#cancel?.();
    while (this.#queue.takeDue(Infinity) !== undefined);
    this.#wakesUs = Infinity;
  }

  readonly #turn = (): void => {
    this.#cancel = undefined;
    this.#wakesUs = Infinity;
    for (;;) {
      const nowUs = this.#clock.nowUs();
      const due = this.#queue.takeDue(nowUs);
      if (due === undefined) break;
      this.#lateness.add(nowUs - due.atUs);
      due.item();
    }
    this.#await();
  };

  #await(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const nextUs = this.#queue.nextUs;
    if (nextUs === undefined) return;
    this.#wakesUs = nextUs;
    const leftUs = nextUs - this.#clock.nowUs();
    if (leftUs > COARSE_US) {
      const timer = setTimeout(this.#turn, Math.floor((leftUs - WAKE_AHEAD_US) / 1000));
      this.#cancel = () => clearTimeout(timer);
      return;
    }
    const next = setImmediate(this.#step);
    this.#cancel = () => clearImmediate(next);
  }

  /** Sockets are looked at between two steps. */
  readonly #step = (): void => {
    const leftUs = (this.#queue.nextUs ?? 0) - this.#clock.nowUs();
    const sleepUs = Math.min(STEP_US, leftUs - WAKES_LATE_US);
    if (sleepUs > 0) Atomics.wait(this.#sleeper, 0, 0, sleepUs / 1000);
    this.#turn();
  };
}
