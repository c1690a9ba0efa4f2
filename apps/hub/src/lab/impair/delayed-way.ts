import type { MonotonicClock } from "@polychron/devices";
import type { Socket } from "node:net";
import type { PreciseSchedule } from "./precise-schedule.js";

/** What one way of a connection needs. */
export interface WayParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly clock: MonotonicClock;
  readonly schedule: PreciseSchedule;
  /** How long what is sent at this time is on its way, microseconds; never so short that it would overtake. */
  delayUs(sentUs: number): number;
}

/** More than this on its way, or unread at the far end, and the near end has to wait: an upload must not fill the memory. */
const HELD_BYTES_MAX = 1 << 20;

/** One way of a connection through a bad network: all bytes arrive, in order, each when the link says so. */
export class DelayedWay {
  readonly #parts: WayParts;
  #heldBytes = 0;

  constructor(parts: WayParts) {
    const { from, to } = parts;
    this.#parts = parts;
    from.on("data", (bytes: Buffer) => this.#take(bytes));
    from.on("end", () => this.#later(() => to.end()));
    to.on("drain", () => this.#goOn());
  }

  #take(bytes: Buffer): void {
    const { from, to } = this.#parts;
    this.#heldBytes += bytes.length;
    this.#later(() => {
      this.#heldBytes -= bytes.length;
      if (!to.destroyed) to.write(bytes);
      this.#goOn();
    });
    if (this.#isFull) from.pause();
  }

  #later(run: () => void): void {
    const { clock, schedule, delayUs } = this.#parts;
    const nowUs = clock.nowUs();
    schedule.at(nowUs + delayUs(nowUs), run);
  }

  #goOn(): void {
    if (!this.#isFull && this.#parts.from.isPaused()) this.#parts.from.resume();
  }

  get #isFull(): boolean {
    return this.#heldBytes + this.#parts.to.writableLength > HELD_BYTES_MAX;
  }
}
