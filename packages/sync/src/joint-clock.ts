import { hubUs, type HubUs } from "@polychron/session/model";
import { OneWayClock, type SampleOutcome } from "./one-way.js";
import type { ClockExchange } from "./two-way.js";

/** Edges that contradict each other by more cannot be of the same line. */
const CONTRADICTION_S = 0.15e-3;
/** Readings in a row that contradict the samples prove that the clock has jumped. */
const CERTAIN = 2;

/** What a joint clock can say of its own error, seconds. */
export interface JointBound {
  /** How far a hub time may be off in truth, latency included; null before the first reading of the device's clock, and while it is open whether it jumped. */
  readonly hardS: number | null;
  /** How far times may be off against each other, as `OneWayBound.relativeS`; it does not count how the middle moves when an edge does. */
  readonly relativeS: number | null;
  /** As `OneWayBound.beatS`. */
  readonly beatS: number;
}

/** What became of a reading: `contradicts` did not fit and waits for another that does not either; with `renewed` the clock is taken as another one. */
export type ReadingOutcome = "taken" | "absurd" | "contradicts" | "renewed";

/** Hub time minus device time is at least this, from a reading at that device time; seconds. */
interface Edge {
  readonly atS: number;
  readonly leastS: number;
}

/**
 * Hub time of a device that sends samples and can be asked for its clock meanwhile, live. A sample cannot have been taken
 * after it arrived, and the device cannot have read its clock before it was asked: hub time minus device time lies between
 * the two. The middle of a single question and answer is not used, for a radio that sends on a schedule makes the ways so
 * unequal that it is off by half an interval. Causal; memory and cost do not grow.
 */
export class JointClock {
  readonly #arrivals = new OneWayClock();
  #starts = 0;
  #clockId: string | undefined;
  #quantS = 0;
  #edge: Edge | undefined;
  #contradictions = 0;
  /** Samples alone have shown that the clock jumped: the next reading is the first of another one. */
  #hasJumped = false;
  #lastS = Number.NaN;

  /** As `OneWayClock.starts`. */
  get starts(): number {
    return this.#starts;
  }

  /** As `OneWayClock.rate`. */
  get rate(): OneWayClock["rate"] {
    return this.#arrivals.rate;
  }

  /** As `OneWayClock.isInDoubt`. */
  get isInDoubt(): boolean {
    return this.#arrivals.isInDoubt;
  }

  /** As `OneWayClock.leftOut`. */
  get leftOut(): number {
    return this.#arrivals.leftOut;
  }

  /** Takes one sample, as `OneWayClock.push`. */
  push(deviceS: number, arrivalUs: number): SampleOutcome {
    const outcome = this.#arrivals.push(deviceS, arrivalUs);
    this.#lastS = this.#arrivals.lastS;
    if (this.#arrivals.starts === this.#starts) return outcome;
    this.#starts = this.#arrivals.starts;
    // Below what a reading allows: the clock itself jumped ahead. Else the way may have become a shorter one.
    const hasJumped = outcome === "fell" && this.#edge !== undefined && this.#leastS(deviceS) === undefined;
    this.#forget();
    this.#hasJumped = hasJumped;
    return outcome;
  }

  /**
   * Takes one reading of the device's clock, asked at a time that has nothing to do with the radio's schedule: of many,
   * the one that had to wait least counts. Before the first sample it is left out. With another `clockId` those before
   * are forgotten.
   */
  probe({ t1S, t2S, t3S, t4S, clockId, quantS = 0 }: ClockExchange): ReadingOutcome {
    const isForward = t4S >= t1S && t3S >= t2S && t4S - t1S - (t3S - t2S) >= -2 * quantS;
    if (!isForward || this.#starts === 0) return "absurd";
    if (clockId !== this.#clockId) this.#forget();
    this.#clockId = clockId;
    this.#quantS = Math.max(this.#quantS, quantS);
    // The counter may have been about to change: the true reading is up to one step later than the one told.
    return this.#take({ atS: t2S, leastS: t1S - (t2S + quantS) });
  }

  /** Hub time at a device time near the last sample: the middle between the edges; without a reading yet, late by the whole latency. */
  hubUs(deviceS: number): HubUs {
    const latestUs = this.#arrivals.hubUs(deviceS);
    const least = this.#leastS(deviceS);
    if (least === undefined) return latestUs;
    return hubUs((latestUs + (deviceS + least) * 1e6) / 2);
  }

  /** How far the hub time of a device time may be off; at least one step of the device's counter. */
  boundS(deviceS: number): JointBound {
    const { relativeS, beatS } = this.#arrivals.boundS(deviceS);
    const least = this.#leastS(deviceS);
    if (least === undefined || this.isInDoubt || !this.#arrivals.isFollowed) return { hardS: null, relativeS, beatS };
    const carriedS = this.#arrivals.rate.wrongByPerS * Math.abs(deviceS - this.#lastS);
    // Where the samples of the last second are above the envelope, they alone are sure to have been taken before they came.
    const halfS = Math.abs(this.#mostS(deviceS) - least) / 2 + carriedS + this.#arrivals.risenS;
    return { hardS: Math.max(halfS, this.#quantS), relativeS, beatS };
  }

  #take(edge: Edge): ReadingOutcome {
    if (edge.leastS > this.#mostS(edge.atS) + CONTRADICTION_S) return this.#contradict();
    this.#contradictions = 0;
    const known = this.#leastS(edge.atS);
    const isRenewed = this.#hasJumped || (this.#edge !== undefined && known === undefined);
    this.#hasJumped = false;
    if (known === undefined || edge.leastS > known) this.#edge = edge;
    return isRenewed ? "renewed" : "taken";
  }

  /** Above what the samples allow: either this reading is wrong, or the clock has fallen behind, and the next will say so as well. */
  #contradict(): ReadingOutcome {
    this.#contradictions += 1;
    if (this.#contradictions < CERTAIN) return "contradicts";
    this.#arrivals.restart();
    this.#forget();
    return "renewed";
  }

  #forget(): void {
    this.#edge = undefined;
    this.#contradictions = 0;
    this.#hasJumped = false;
  }

  /**
   * The edge below at a device time: it falls as fast as the rate may be wrong. Undefined without one, and where the
   * samples went below it: then the clock has jumped ahead since.
   */
  #leastS(deviceS: number): number | undefined {
    if (this.#edge === undefined) return undefined;
    const { perS, wrongByPerS } = this.#arrivals.rate;
    const away = deviceS - this.#edge.atS;
    const leastS = this.#edge.leastS + perS * away - wrongByPerS * Math.abs(away);
    return leastS > this.#mostS(deviceS) + CONTRADICTION_S ? undefined : leastS;
  }

  #mostS(deviceS: number): number {
    return this.#arrivals.hubUs(deviceS) / 1e6 - deviceS;
  }
}
