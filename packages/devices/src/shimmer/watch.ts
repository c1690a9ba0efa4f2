import type { StreamInfo } from "@polychron/session/model";
import { DeviceError } from "../errors.js";
import { every, type MonotonicClock, type Timers } from "../timing.js";
import type { Notices } from "./notices.js";

/** A stream is stalled after this, or after three of its periods if they are longer; lost after `LOST_AFTER_US`. */
const STALLED_AFTER_US = 1e6;
const LOST_AFTER_US = 5e6;
const LOOK_EVERY_MS = 250;
const BATTERY_EVERY_MS = 60_000;

/** What the watch looks at. */
export interface Watched {
  /** Hub microseconds of the last byte. */
  readonly lastByteUs: number;
  /** What the framer has thrown away since the connection was made. */
  readonly discarded: { readonly bytes: number; readonly badChecksums: number };
  readonly info: Pick<StreamInfo, "nominalRateHz">;
}

/** What the watch needs. */
export interface WatchPorts {
  readonly notices: Notices;
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  /** Where it is, for messages. */
  readonly address: string;
  onLost(reason: string): void;
  readBattery(): Promise<void>;
}

/** Looks at a stream now and then: has it gone silent, has it brought foreign bytes, how is the battery? Says each thing once. */
export class Watch {
  readonly #ports: WatchPorts;
  readonly #watched: Watched;
  #isStalled = false;
  #told = { bytes: 0, badChecksums: 0 };
  #stops: readonly (() => void)[] = [];

  constructor(watched: Watched, ports: WatchPorts) {
    this.#watched = watched;
    this.#ports = ports;
  }

  start(): void {
    this.stop();
    this.#isStalled = false;
    const { timers } = this.#ports;
    this.#stops = [
      every(timers, LOOK_EVERY_MS, () => this.#look()),
      every(timers, BATTERY_EVERY_MS, () => void this.#readBattery()),
    ];
    void this.#readBattery();
  }

  /** Ends the watch; what was discarded since the last look is still told with `tellDiscarded`. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Says what was discarded since it was last said. */
  tellDiscarded(): void {
    const { bytes, badChecksums } = this.#watched.discarded;
    const told = this.#told;
    this.#told = { bytes, badChecksums };
    if (bytes > told.bytes || badChecksums > told.badChecksums) {
      this.#ports.notices.discarded(bytes - told.bytes, badChecksums - told.badChecksums);
    }
  }

  #look(): void {
    this.tellDiscarded();
    const { lastByteUs, info } = this.#watched;
    const periodUs = 1e6 / info.nominalRateHz;
    const silentUs = this.#ports.clock.nowUs() - lastByteUs;
    if (silentUs >= Math.max(LOST_AFTER_US, 3 * periodUs)) {
      return this.#ports.onLost(`nothing has arrived for ${Math.round(silentUs / 1e6)} s`);
    }
    const isStalled = silentUs >= Math.max(STALLED_AFTER_US, 3 * periodUs);
    if (isStalled && !this.#isStalled) {
      const params = { device: this.#ports.address, silentMs: Math.round(silentUs / 1000) };
      this.#ports.notices.fault(new DeviceError("DEVICE_STALLED", params));
    }
    this.#isStalled = isStalled;
  }

  /** A reading that fails because the stream has just ended is no fault of its own. */
  async #readBattery(): Promise<void> {
    const stops = this.#stops;
    try {
      await this.#ports.readBattery();
    } catch (thrown) {
      if (this.#stops === stops) this.#ports.notices.fault(thrown);
    }
  }
}
