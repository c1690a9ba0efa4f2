import type { EventStamp } from "../format/log-line.js";
import { isoTime, nameStamp, parseIsoTime, utcUs, type Clock, type ClockEpoch, type UtcUs } from "../model/index.js";

/** Times of one session in one run of the hub: everything is derived from the pair (UTC, hub time) of the epoch. */
export class SessionClock {
  readonly epoch: ClockEpoch;
  readonly #clock: Clock;
  readonly #zeroUtcUs: UtcUs;
  /** The last second that was written out: most stamps share it with the one before. */
  #second = { fromUs: Number.NaN, text: "", zone: "" };

  constructor(clock: Clock, epoch: ClockEpoch) {
    this.#clock = clock;
    this.epoch = epoch;
    this.#zeroUtcUs = parseIsoTime(epoch.utc);
  }

  nowUs(): number {
    return this.#clock.nowUs();
  }

  /** Session seconds to a whole microsecond. */
  tS(atUs: number = this.nowUs()): number {
    return Math.round(atUs - this.epoch.monotonic_zero_us) / 1e6;
  }

  /** ISO 8601, zone offset, microseconds. */
  timestamp(atUs: number = this.nowUs()): string {
    const utc = this.#utc(atUs);
    const us = utc - this.#second.fromUs;
    const { text, zone } = us >= 0 && us < 1e6 ? this.#second : this.#writeSecond(utc);
    return text + String(utc - this.#second.fromUs).padStart(6, "0") + zone;
  }

  /** The stamp of file names, whole seconds. */
  nameStamp(atUs: number): string {
    const utc = this.#utc(atUs);
    return nameStamp(utc, this.#clock.zoneOffsetMin(utc));
  }

  /** The three forms of an event's moment; one that nobody can tell is not lost, but bears the moment it is written. */
  stamp(atUs?: number): EventStamp {
    const us = atUs !== undefined && Number.isFinite(atUs) ? atUs : this.nowUs();
    const timestamp = this.timestamp(us);
    return { time: timestamp.slice(11, 23), timestamp, t_s: this.tS(us) };
  }

  #writeSecond(utc: UtcUs): { text: string; zone: string } {
    const whole = isoTime(utc, this.#clock.zoneOffsetMin(utc));
    this.#second = { fromUs: Math.floor(utc / 1e6) * 1e6, text: whole.slice(0, 20), zone: whole.slice(26) };
    return this.#second;
  }

  #utc(atUs: number): UtcUs {
    return utcUs(this.#zeroUtcUs + Math.round(atUs - this.epoch.monotonic_zero_us));
  }
}

/** The epoch of a session that begins now. */
export function firstEpoch(clock: Clock): ClockEpoch {
  const utc = clock.utcUs();
  return {
    boot_id: clock.bootId,
    monotonic_zero_us: clock.nowUs(),
    utc: isoTime(utc, clock.zoneOffsetMin(utc)),
    bound_s: 0,
  };
}

/**
 * How far the wall clock may have been set between two runs that share no monotonic clock, seconds: a PC without a network
 * loses about 2 s a day (20 ppm of its crystal), and NTP sets it back in one step.
 */
const WALL_CLOCK_BOUND_S = 2;

/** The epoch of a later run of the hub: exact while the monotonic clock has run on, else by the wall clock, with a bound. */
export function nextEpoch(clock: Clock, epochs: readonly ClockEpoch[]): ClockEpoch {
  const last = epochs.at(-1)!;
  if (last.boot_id === clock.bootId) return { ...last };
  const sinceZeroUs = clock.utcUs() - parseIsoTime(last.utc);
  return {
    boot_id: clock.bootId,
    monotonic_zero_us: clock.nowUs() - sinceZeroUs,
    utc: last.utc,
    bound_s: last.bound_s + WALL_CLOCK_BOUND_S,
  };
}
