import { hubUs, type HubUs } from "@polychron/session/model";
import { highestLine, LowerHull } from "./hull.js";
import { maxRate, rateUncertainty } from "./rate-limit.js";

const BIN_S = 5;
const WINDOW_S = 600;
/** The envelope may always rise by this much faster than the rate seen, or a warming crystal would leave it behind (s/s). */
const RISE = 1e-6;
/** Latency changes by less; what exceeds it is another clock. */
const JUMP_S = 1;
/** Bins in a row that a stall of the link never fills. */
const JUMP_BINS = 3;

/**
 * Hub time of samples from a device that cannot be asked for its clock, while they arrive: the lower envelope of
 * arrival minus device time. Causal; memory and cost per sample do not grow. The link's constant latency stays in it.
 */
export class OneWayClock {
  #originS = Number.NaN;
  #originUs = 0;
  #lastS = 0;
  /** The envelope at the last sample: hub time minus device time, seconds from the origin. */
  #offsetS = 0;
  #rate = 0;
  #rise = 0;
  #bins: { atS: number; latencyS: number }[] = [];
  #bin = { index: 0, atS: 0, latencyS: Infinity };
  #binsAbove = 0;

  /**
   * Takes one sample: device clock in seconds, hub microseconds of its arrival. A device time that runs back, or jumps
   * against the arrivals by more than a second, starts afresh.
   */
  push(deviceS: number, arrivalUs: number): void {
    const s = deviceS - this.#originS;
    const latencyS = (arrivalUs - this.#originUs) / 1e6 - s;
    const aheadS = s - this.#lastS;
    // Written so that the first sample, whose origin is not a number, starts too.
    if (!(aheadS >= 0 && latencyS > this.#offsetS - JUMP_S)) return this.#start(deviceS, arrivalUs);
    this.#offsetS = Math.min(this.#offsetS + this.#rise * aheadS, latencyS);
    this.#lastS = s;
    this.#note(s, latencyS);
    if (this.#binsAbove >= JUMP_BINS) this.#start(deviceS, arrivalUs);
  }

  /** Hub time at a device time near the last sample; not a number before the first. */
  hubUs(deviceS: number): HubUs {
    const s = deviceS - this.#originS;
    return hubUs(this.#originUs + (s + this.#offsetS + this.#rate * (s - this.#lastS)) * 1e6);
  }

  #start(deviceS: number, arrivalUs: number): void {
    this.#originS = deviceS;
    this.#originUs = arrivalUs;
    this.#lastS = 0;
    this.#offsetS = 0;
    this.#bins = [];
    this.#binsAbove = 0;
    this.#bin = { index: 0, atS: 0, latencyS: 0 };
    this.#learnRate();
  }

  #note(s: number, latencyS: number): void {
    const index = Math.floor(s / BIN_S);
    if (index !== this.#bin.index) {
      this.#closeBin();
      this.#bin.index = index;
      this.#bin.latencyS = Infinity;
    }
    if (latencyS >= this.#bin.latencyS) return;
    this.#bin.atS = s;
    this.#bin.latencyS = latencyS;
  }

  #closeBin(): void {
    const { atS, latencyS } = this.#bin;
    this.#binsAbove = latencyS > this.#offsetS + JUMP_S ? this.#binsAbove + 1 : 0;
    this.#bins.push({ atS, latencyS });
    while (this.#bins[0]!.atS < atS - WINDOW_S) this.#bins.shift();
    this.#learnRate();
  }

  #learnRate(): void {
    const spanS = this.#bins.length === 0 ? 0 : this.#bins.at(-1)!.atS - this.#bins[0]!.atS;
    const hull = new LowerHull();
    let sum = 0;
    for (const bin of this.#bins) {
      hull.push(bin.atS, bin.latencyS);
      sum += bin.atS;
    }
    this.#rate = spanS > 0 ? highestLine(hull, sum / this.#bins.length, maxRate(spanS)).slope : 0;
    this.#rise = this.#rate + RISE + 2 * rateUncertainty(spanS);
  }
}
