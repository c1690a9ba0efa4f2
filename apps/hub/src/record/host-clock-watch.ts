import { every } from "@polychron/devices";
import { readTogether, type Clock, type Timers } from "@polychron/session/model";
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

  #read(): HostReading {
    const { clock, uptimeS } = this.#parts;
    const { atUs, value } = readTogether(clock, () => ({ utcUs: clock.utcUs(), uptime: uptimeS() }));
    return { monotonicUs: atUs, utcUs: value.utcUs, uptimeUs: value.uptime === null ? null : value.uptime * 1e6 };
  }
}
