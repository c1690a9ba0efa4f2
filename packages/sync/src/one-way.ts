import { hubUs, type HubUs } from "@polychron/session/model";
import { BeatWatch } from "./beat.js";
import { BinMinima } from "./bin-minima.js";

/** The envelope may always rise by this much faster than the rate seen, or a warming crystal would leave it behind (s/s). */
const RISE = 1e-6;
/** Latency changes by less; what exceeds it is another clock. */
const JUMP_S = 1;
/** Bins in a row that a stall of the link never fills. */
const JUMP_BINS = 3;

/** What a live one-way clock can say of its own error, seconds. */
export interface OneWayBound {
  /** How far times may be off against each other; null while too little was seen (15 s). */
  readonly relativeS: number | null;
  /** The part of it that comes from samples keeping step with the radio; 0 where they do not. */
  readonly beatS: number;
}

/**
 * Hub time of samples from a device that cannot be asked for its clock, while they arrive: the lower envelope of
 * arrival minus device time. Causal; memory and cost per sample do not grow. The link's constant latency stays in it:
 * all times are late by it, and nothing here can tell how much it is.
 */
export class OneWayClock {
  #originS = Number.NaN;
  #originUs = 0;
  #lastS = 0;
  /** The envelope at the last sample: hub time minus device time, seconds from the origin. */
  #offsetS = 0;
  #minima = new BinMinima();
  #binsAbove = 0;
  #beat = new BeatWatch();
  #starts = 0;
  #isStale = false;

  /** How often it began, the first time included: a restart is another clock. */
  get starts(): number {
    return this.#starts;
  }

  /** Hub seconds gained per device second, and how far that may be wrong. */
  get rate(): { readonly perS: number; readonly wrongByPerS: number } {
    return { perS: this.#minima.rate, wrongByPerS: this.#rateMargin };
  }

  /**
   * Takes one sample: device clock in seconds, hub microseconds of its arrival. A device time that runs back, or jumps
   * against the arrivals by more than a second, starts afresh.
   */
  push(deviceS: number, arrivalUs: number): void {
    const s = deviceS - this.#originS;
    const arrivalS = (arrivalUs - this.#originUs) / 1e6;
    const latencyS = arrivalS - s;
    const aheadS = s - this.#lastS;
    // Written so that the first sample, whose origin is not a number, starts too.
    if (this.#isStale || !(aheadS >= 0 && latencyS > this.#offsetS - JUMP_S)) return this.#start(deviceS, arrivalUs);
    this.#offsetS = Math.min(this.#offsetS + (this.#minima.rate + this.#rateMargin) * aheadS, latencyS);
    this.#lastS = s;
    this.#beat.push(s, arrivalS);
    const ended = this.#minima.push(s, latencyS, this.#beat.beatS);
    if (ended !== undefined) this.#endBin(ended);
    if (this.#binsAbove >= JUMP_BINS) this.#start(deviceS, arrivalUs);
  }

  /** The clock is known to be another one: the next sample starts afresh. */
  restart(): void {
    this.#isStale = true;
  }

  /** Hub time at a device time near the last sample; not a number before the first. */
  hubUs(deviceS: number): HubUs {
    const s = deviceS - this.#originS;
    return hubUs(this.#originUs + (s + this.#offsetS + this.#minima.rate * (s - this.#lastS)) * 1e6);
  }

  /**
   * How far the hub time of a device time may be off against the others of the stream, in 99 of 100 cases. The constant
   * latency of the link comes on top and is not known.
   */
  boundS(deviceS: number): OneWayBound {
    const { beatS } = this.#beat;
    const { spreadS } = this.#minima;
    const carriedS = this.#rateMargin * Math.abs(deviceS - this.#originS - this.#lastS);
    return { relativeS: spreadS === null ? null : spreadS + beatS + carriedS, beatS };
  }

  get #rateMargin(): number {
    return RISE + 2 * this.#minima.uncertainty;
  }

  #start(deviceS: number, arrivalUs: number): void {
    this.#originS = deviceS;
    this.#originUs = arrivalUs;
    this.#lastS = 0;
    this.#offsetS = 0;
    this.#minima = new BinMinima();
    this.#binsAbove = 0;
    this.#beat = new BeatWatch();
    this.#starts += 1;
    this.#isStale = false;
  }

  #endBin(leastLatencyS: number): void {
    this.#binsAbove = leastLatencyS > this.#offsetS + JUMP_S ? this.#binsAbove + 1 : 0;
    this.#beat.look();
  }
}
