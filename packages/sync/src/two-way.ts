import { hubUs, type HubUs } from "@polychron/session/model";
import { Burst } from "./probes/burst.js";
import { LiveClock } from "./probes/live-clock.js";

/** An exchange counts while its round trip is within this of the shortest lately seen. */
const RTT_RATIO = 1.5;
const RTT_SLACK_S = 100e-6;
/** The shortest round trip is sought over so many exchanges: a path that changed is believed after them. */
const WINDOW = 100;

/** One answered exchange: t1, t4 hub seconds, t2, t3 device seconds. */
export interface Exchange {
  readonly t1S: number;
  readonly t2S: number;
  readonly t3S: number;
  readonly t4S: number;
}

/** One reading of both clocks: the middles of an exchange, right within half its round trip. */
export interface ClockReading {
  readonly deviceS: number;
  readonly hubS: number;
  readonly roundTripS: number;
}

/** Takes the readings out of exchanges: those that were quick, for the slow ones waited somewhere. */
export class ExchangeFilter {
  readonly #roundTripsS: number[] = [];

  /** Undefined for an exchange that was slow, or that runs backwards in time. */
  reading({ t1S, t2S, t3S, t4S }: Exchange): ClockReading | undefined {
    const roundTripS = t4S - t1S - (t3S - t2S);
    if (!(t4S >= t1S && t3S >= t2S && roundTripS >= 0)) return undefined;
    this.#roundTripsS.push(roundTripS);
    if (this.#roundTripsS.length > WINDOW) this.#roundTripsS.shift();
    if (roundTripS > RTT_RATIO * Math.min(...this.#roundTripsS) + RTT_SLACK_S) return undefined;
    return { deviceS: (t2S + t3S) / 2, hubS: (t1S + t4S) / 2, roundTripS };
  }
}

/** Probes of one burst are at most so far apart; what comes later begins the next. */
const BURST_GAP_S = 0.1;
/** Theta changes by millionths of a second in a second: one step from a first guess is exact. */
const INVERSE_STEPS = 2;

/**
 * Hub time of a device clock that answers probes, live: the estimator over whole bursts. Until the first burst is
 * complete, its exchanges so far. Causal; memory does not grow.
 */
export class TwoWayClock {
  readonly #live = new LiveClock(0);
  readonly #burst = new Burst();
  readonly #first = new LiveClock(0);
  #lastS = Number.NaN;
  #isSet = false;

  /** Whether an exchange was answered yet: before that `hubUs` is no number. */
  get isSet(): boolean {
    return this.#isSet;
  }

  push({ t1S, t2S, t3S, t4S }: Exchange): void {
    if (t1S - this.#lastS > BURST_GAP_S) this.#endBurst();
    this.#lastS = t1S;
    if (!this.#burst.add(t1S, t2S, t3S, t4S, 0) || this.#isSet) return;
    this.#first.push(this.#burst);
    this.#isSet = true;
  }

  /** Hub time at a device time; not a number before the first answer. */
  hubUs(deviceS: number): HubUs {
    let atS = deviceS - this.#thetaS(this.#lastS);
    for (let step = 0; step < INVERSE_STEPS; step++) atS = deviceS - this.#thetaS(atS);
    return hubUs(atS * 1e6);
  }

  #endBurst(): void {
    if (this.#burst.count > 0) this.#live.push(this.#burst);
    this.#burst.clear();
  }

  #thetaS(atS: number): number {
    return (this.#live.estimate(atS) ?? this.#first.estimate(atS))?.thetaS ?? Number.NaN;
  }
}
