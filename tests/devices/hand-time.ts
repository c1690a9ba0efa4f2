import { hubUs, type HubUs, type Timers } from "@polychron/session/model";

interface Waiting {
  readonly atUs: number;
  readonly run: () => void;
}

/** A clock and its timers, moved by the test alone. */
export class HandTime implements Timers {
  #us = 1_000_000;
  #waiting: Waiting[] = [];

  nowUs(): HubUs {
    return hubUs(this.#us);
  }

  after(delayMs: number, run: () => void): () => void {
    const entry = { atUs: this.#us + delayMs * 1000, run };
    this.#waiting.push(entry);
    return () => void (this.#waiting = this.#waiting.filter((other) => other !== entry));
  }

  /** Lets time pass: every timer that falls due runs at its own moment, and everything it set off is done. */
  async pass(ms: number): Promise<void> {
    const endUs = this.#us + ms * 1000;
    await settled();
    for (let next = this.#next(endUs); next !== undefined; next = this.#next(endUs)) {
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#us = Math.max(this.#us, next.atUs);
      next.run();
      await settled();
    }
    this.#us = endUs;
  }

  /** The process was busy: time has passed, and the timers that fell due meanwhile run only now. */
  async stall(ms: number): Promise<void> {
    this.#us += ms * 1000;
    await this.pass(0);
  }

  #next(endUs: number): Waiting | undefined {
    const due = this.#waiting.filter((entry) => entry.atUs <= endUs);
    return due.sort((a, b) => a.atUs - b.atUs)[0];
  }
}

/** Everything that was set off without a timer has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
