import type { HubUs } from "@polychron/session/model";
import { OneWayClock } from "./one-way.js";

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

/**
 * Hub time of a device clock that answers probes, live. Off by at most half the shortest round trip when both ways take
 * differently long. Causal; memory does not grow.
 */
export class TwoWayClock {
  readonly #filter = new ExchangeFilter();
  readonly #live = new OneWayClock();
  #isSet = false;

  /** Whether an exchange was answered yet: before that `hubUs` is no number. */
  get isSet(): boolean {
    return this.#isSet;
  }

  push(exchange: Exchange): void {
    const reading = this.#filter.reading(exchange);
    if (reading === undefined) return;
    this.#live.push(reading.deviceS, reading.hubS * 1e6);
    this.#isSet = true;
  }

  /** Hub time at a device time; not a number before the first answer. */
  hubUs(deviceS: number): HubUs {
    return this.#live.hubUs(deviceS);
  }
}
