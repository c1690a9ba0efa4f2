import type { ProbeExchange } from "../driver.js";
import type { Timers } from "../timing.js";
import type { Notices } from "./notices.js";

/** Seconds between two questions are left to chance, so that they fall on every phase of the radio's schedule. */
const WAIT_MS = { least: 2_000, most: 8_000 } as const;
/** After so many questions in a row without an answer the device is left in peace. */
const GIVE_UP_AFTER = 3;

/** What the asker needs. */
export interface ClockAskerPorts {
  readonly notices: Notices;
  readonly timers: Timers;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Reads the device's clock once; undefined where it cannot be read. */
  readClock(): Promise<ProbeExchange | undefined>;
}

/** Asks a streaming Shimmer for its clock now and then, and tells each question with its answer. */
export class ClockAsker {
  readonly #ports: ClockAskerPorts;
  #cancel: (() => void) | undefined;
  #unanswered = 0;

  constructor(ports: ClockAskerPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.stop();
    this.#unanswered = 0;
    this.#wait();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(): void {
    const { timers, random } = this.#ports;
    const waitMs = WAIT_MS.least + (WAIT_MS.most - WAIT_MS.least) * random();
    this.#cancel = timers.after(waitMs, () => void this.#ask());
  }

  /** A reading that fails because the stream has just ended is no fault of its own. */
  async #ask(): Promise<void> {
    const own = this.#cancel;
    try {
      const exchange = await this.#ports.readClock();
      if (this.#cancel !== own) return;
      // Before its first packet it cannot be asked; later perhaps it can.
      if (exchange === undefined) return this.#wait();
      this.#ports.notices.clockReading(exchange);
      this.#unanswered = exchange.t4S === null ? this.#unanswered + 1 : 0;
      if (this.#unanswered < GIVE_UP_AFTER) this.#wait();
    } catch (thrown) {
      if (this.#cancel === own) this.#ports.notices.fault(thrown);
    }
  }
}
