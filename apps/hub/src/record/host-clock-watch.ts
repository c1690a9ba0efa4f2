import { every } from "@polychron/devices";
import type { Clock, Timers } from "@polychron/session/model";
import { hostChange, type HostChange, type HostReading } from "./host-clock.js";

/** What the watch lives on. */
export interface HostWatchParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Seconds since the computer was started, sleep included; null where the system does not tell. */
  uptimeS(): number | null;
  onChange(change: HostChange): void;
}

const LOOK_EVERY_MS = 1_000;
/** Both clocks are read within this, or once more. */
const PAIR_WITHIN_US = 1_000;
const TRIES = 5;

/** Sees when the time of day is set under a running hub, and when the computer slept. */
export class HostClockWatch {
  readonly #parts: HostWatchParts;
  #last: HostReading | undefined;
  #stop: (() => void) | undefined;

  constructor(parts: HostWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stop ??= every(this.#parts.timers, LOOK_EVERY_MS, () => this.#look());
    this.#last ??= this.#read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#last = undefined;
  }

  #look(): void {
    const now = this.#read();
    const change = this.#last && hostChange(this.#last, now, LOOK_EVERY_MS * 1000);
    this.#last = now;
    if (change !== undefined) this.#parts.onChange(change);
  }

  /** A hub that loses the processor between two clocks must not take that for a step. */
  #read(): HostReading {
    const { clock, uptimeS } = this.#parts;
    for (let left = TRIES; ; left--) {
      const beginUs = clock.nowUs();
      const utcUs = clock.utcUs();
      const uptime = uptimeS();
      const endUs = clock.nowUs();
      if (endUs - beginUs > PAIR_WITHIN_US && left > 1) continue;
      return { monotonicUs: (beginUs + endUs) / 2, utcUs, uptimeUs: uptime === null ? null : uptime * 1e6 };
    }
  }
}
