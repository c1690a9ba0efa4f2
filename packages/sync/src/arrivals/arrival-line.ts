import { BeatWatch } from "../beat.js";
import { BinMinima } from "../bin-minima.js";
import { maxRate } from "../rate-limit.js";
import { FallWatch } from "./fall-watch.js";
import { AWAY_MOST_S, JUMP_S, type Arrival } from "./other-run.js";
import { RiseWatch } from "./rise-watch.js";

/** The envelope may always rise by this much faster than the rate seen, or a warming crystal would leave it behind (s/s). */
const RISE = 1e-6;
/** The least latency changes by so much without telling anything of the clock, and by so many times what the bins differ by. */
const USUAL_CHANGE_S = 2e-3;
const USUAL_SPREADS = 3;
/** The most of it, or wrong stamps would be taken for what is usual. */
const MOST_CHANGE_S = 20e-3;
/** Before it is known: of the first messages a single one may be so much quicker than all others. */
const NEW_CHANGE_S = 0.1;

/** Where a sample is against a line: `disordered` is from before the last one, `strange` cannot have been sent by this clock. */
export type SamplePlace = "near" | "disordered" | "strange";

/**
 * What a sample is to its line: `early` came too early for it, and is kept out until others say the same; then the line is
 * `lowered` while it is new, but `fell` and `rose` end it, for its least latency is another one.
 */
export type LineOutcome = "taken" | "early" | "lowered" | "fell" | "rose";

/** A sample in seconds from a line's origin. */
interface Point {
  readonly s: number;
  readonly arrivalS: number;
}

/** One run of a clock that is only heard of: the lower envelope of arrival minus device time. */
export class ArrivalLine {
  readonly #origin: Arrival;
  #last: Point = { s: 0, arrivalS: 0 };
  /** Hub time minus device time at the last sample, seconds from the origin. */
  #offsetS: number;
  readonly #minima = new BinMinima();
  readonly #beat = new BeatWatch();
  readonly #falls = new FallWatch();
  readonly #rises = new RiseWatch();
  /** The last sample, if it was too early. */
  #early: Arrival | undefined;
  /** The envelope when the last bin ended: a fall is one below that, or many small ones would add up to it unseen. */
  #settled = { s: 0, offsetS: 0 };
  /** By how much the least latency changes without telling anything of the clock, seconds; not known at first. */
  #usualS: number | undefined;

  /** Begins with a sample, and with an envelope that is so far below it, seconds. */
  constructor(first: Arrival, belowS = 0) {
    this.#origin = first;
    this.#offsetS = -belowS;
  }

  /** Device time of the last sample taken. */
  get lastS(): number {
    return this.#origin.deviceS + this.#last.s;
  }

  /** Hub seconds gained per device second. */
  get perS(): number {
    return this.#minima.rate;
  }

  /** How far that may be wrong, once a rate that no clock has is counted as a rate. */
  get wrongByPerS(): number {
    return this.#margin + this.#minima.beyond;
  }

  /** Whether it runs at a rate that a clock may have, as far as can be told so far. */
  get isFollowed(): boolean {
    return this.#minima.beyond <= (this.#minima.isAnyRateKnown ? 0 : maxRate(Infinity));
  }

  /** Whether early samples came of which it is open what they were. */
  get isInDoubt(): boolean {
    return this.#falls.isOpen;
  }

  /** How far the least latency of the last second is above the envelope, where that is more than usual; seconds. */
  get risenS(): number {
    const risenS = this.#rises.presentS - this.#offsetS;
    return risenS > this.#limitS ? risenS : 0;
  }

  /** The part of the bound that comes from samples keeping step with the radio, seconds. */
  get beatS(): number {
    return this.#beat.beatS;
  }

  /** How far a sample waited longer than the line that is to begin with it supposes, after `fell` or `rose`; seconds. */
  belowS(sample: Arrival): number {
    const { s, arrivalS } = this.#point(sample);
    return Math.max(0, arrivalS - s - (this.#falls.isOpen ? this.#falls.leastS : this.#rises.presentS));
  }

  /** Where the next sample is. */
  place(sample: Arrival): SamplePlace {
    const { s, arrivalS } = this.#point(sample);
    const isBack = s < this.#last.s;
    if (isBack && arrivalS <= this.#last.arrivalS) return "disordered";
    const isFar = s - this.#last.s > AWAY_MOST_S;
    return isBack || isFar || arrivalS - s <= this.#offsetS - JUMP_S ? "strange" : "near";
  }

  /** Takes a sample that is near. */
  take(sample: Arrival): LineOutcome {
    const point = this.#point(sample);
    const [latencyS, aheadS] = [point.arrivalS - point.s, point.s - this.#last.s];
    const leastS = this.#settled.offsetS + (this.#minima.rate - this.wrongByPerS) * (point.s - this.#settled.s);
    const isNew = this.#usualS === undefined;
    const limitS = isNew ? NEW_CHANGE_S : this.#limitS;
    const verdict = this.#falls.judge({ atS: point.s, latencyS, leastS, limitS });
    this.#early = verdict === "suspect" ? sample : undefined;
    if (verdict === "suspect") return "early";
    if (verdict === "fallen" && !isNew) return "fell";
    if (verdict === "fallen") this.#lower(point.s);
    this.#offsetS = Math.min(this.#offsetS + (this.#minima.rate + this.#margin) * aheadS, latencyS);
    if (latencyS <= this.#offsetS + JUMP_S) this.#last = point;
    else this.#last = { s: point.s, arrivalS: this.#last.arrivalS };
    this.#beat.push(point.s, point.arrivalS);
    this.#rises.push(point.s, latencyS);
    const ended = this.#minima.push(point.s, latencyS, this.#beat.beatS);
    if (ended !== undefined && this.#endBin(ended)) return "rose";
    return verdict === "fallen" ? "lowered" : "taken";
  }

  /** Suspects that nothing confirmed in time. */
  dismissed(): number {
    return this.#falls.dismissed(this.#last.s);
  }

  /** Hub microseconds at a device time near the last sample; of that sample itself never later than it arrived. */
  hubUs(deviceS: number): number {
    const s = deviceS - this.#origin.deviceS;
    const onLineUs = this.#origin.arrivalUs + (s + this.#offsetS + this.#minima.rate * (s - this.#last.s)) * 1e6;
    return this.#early?.deviceS === deviceS ? Math.min(onLineUs, this.#early.arrivalUs) : onLineUs;
  }

  /** How far times may be off against each other at a device time, seconds; null while too little was seen or a jump is open. */
  relativeS(deviceS: number): number | null {
    const { spreadS } = this.#minima;
    if (spreadS === null || this.isInDoubt || !this.#isSteady || !this.isFollowed) return null;
    return spreadS + this.beatS + this.#margin * Math.abs(deviceS - this.lastS) + this.risenS;
  }

  get #isSteady(): boolean {
    return this.#minima.beyond <= this.#margin;
  }

  get #margin(): number {
    return RISE + 2 * this.#minima.uncertainty;
  }

  #point({ deviceS, arrivalUs }: Arrival): Point {
    return { s: deviceS - this.#origin.deviceS, arrivalS: (arrivalUs - this.#origin.arrivalUs) / 1e6 };
  }

  /** The samples so far waited longer than usual. */
  #lower(s: number): void {
    this.#offsetS = Math.min(this.#offsetS, this.#falls.leastS);
    this.#settled = { s, offsetS: this.#offsetS };
    this.#falls.clear();
  }

  /** How much the least latency changes without telling anything of the clock. */
  get #limitS(): number {
    return (this.#usualS ?? USUAL_CHANGE_S) + this.#beat.beatS;
  }

  /** Whether the least latency has risen for good. An envelope that a wrong rate left behind is lifted to the line under all bins. */
  #endBin(leastLatencyS: number): boolean {
    const excessS = leastLatencyS - this.#offsetS;
    const limitS = this.#limitS;
    const { spreadS } = this.#minima;
    this.#beat.look();
    const heightS = this.#minima.isAnyRateKnown ? this.#minima.heightS(this.#last.s) : -Infinity;
    if (this.#offsetS < heightS - limitS) this.#offsetS = heightS;
    this.#settled = { s: this.#last.s, offsetS: this.#offsetS };
    if (spreadS === null) return false;
    const isRisen = this.#rises.endBin(excessS, limitS);
    // Bins that may be of another clock, or at a rate that is not believed yet, tell nothing of what is usual with this one.
    if (!this.#rises.isOpen && this.#isSteady)
      this.#usualS = Math.min(MOST_CHANGE_S, Math.max(USUAL_CHANGE_S, USUAL_SPREADS * spreadS));
    return isRisen;
  }
}
