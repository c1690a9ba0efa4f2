import { PLAUSIBLE_S } from "./probes/burst.js";
import type { ClockEstimate } from "./probes/clock-estimate.js";
import type { RawExchange } from "./probes/probe-fit.js";
import { StampGrid } from "./stamp-grid.js";

/** How coarse the stamps of some exchanges are, and what that does to the edges; seconds. */
export interface Coarseness {
  /** Of the device's clock, as told or as seen. */
  readonly quantS: number;
  /** So much the edges lie farther out, besides the resolution of a clock whose stamps are cut off. */
  readonly aboveS: number;
  readonly belowS: number;
  /** How far the middle between the edges is off all the time, if the stamps are made in the other way. */
  readonly leanS: number;
}

/** What was found of the resolutions; seconds, 0 where they are finer than is looked for. */
export interface ResolutionFacts {
  /** The coarsest of all clocks of the device. */
  readonly deviceS: number;
  readonly isDeviceTold: boolean;
  readonly hubS: number;
  /** The greatest `Coarseness.leanS`. */
  readonly leanS: number;
}

/** Between edges that hold for stamps cut off as for rounded ones, the middle of either is this share of a step off. */
const LEAN = 1 / 4;

/**
 * The resolutions of both clocks of a recording that does not tell them, from its stamps. A device clock's resolution that
 * is told is believed, and its stamps are taken as cut off; one that is seen may be of stamps cut off or rounded, and so
 * may the hub's. Rests on the rows so far alone.
 */
export class SeenResolution {
  readonly #hub = new StampGrid();
  readonly #devices = new Map<number, StampGrid>();
  #toldS = 0;

  /** Takes an answered exchange of the clock with this number; one that cannot be tells nothing. */
  push({ t1S, t2S, t3S, t4S, quantS }: RawExchange, clockId: number): void {
    const isPlausible = [t1S, t2S, t3S, t4S].every((timeS) => Math.abs(timeS) < PLAUSIBLE_S);
    if (!isPlausible || t4S < t1S || t3S < t2S) return;
    this.#hub.push(t1S, t4S);
    if (quantS > 0) this.#toldS = Math.max(this.#toldS, quantS);
    else this.#grid(clockId).push(t2S, t3S);
  }

  /** For exchanges of one clock; `toldS` is not positive where they tell no resolution. */
  coarseness(clockId: number, toldS: number): Coarseness {
    const hubS = this.#hub.stepS;
    // Cut off, the hub's answer came up to a step later than t4 says; rounded, its question left up to half a step earlier.
    const hub = { aboveS: hubS / 2, belowS: hubS, leanS: LEAN * hubS };
    if (toldS > 0) return { quantS: toldS, ...hub };
    const quantS = this.#devices.get(clockId)?.stepS ?? 0;
    return { quantS, aboveS: hub.aboveS, belowS: hub.belowS + quantS / 2, leanS: hub.leanS + LEAN * quantS };
  }

  /** By how much a round trip of that clock may seem shorter than it was, halved: `Burst.add` takes twice of it. */
  slackS(clockId: number, toldS: number): number {
    return (toldS > 0 ? toldS : (this.#devices.get(clockId)?.stepS ?? 0)) + this.#hub.stepS;
  }

  /** Of all rows so far. */
  get facts(): ResolutionFacts {
    const seenS = [...this.#devices.values()].map(({ stepS }) => stepS);
    const coarsestS = Math.max(0, ...seenS);
    const hubS = this.#hub.stepS;
    return {
      deviceS: Math.max(this.#toldS, coarsestS),
      isDeviceTold: this.#toldS > 0 && seenS.length === 0,
      hubS,
      leanS: LEAN * (coarsestS + hubS),
    };
  }

  #grid(clockId: number): StampGrid {
    const known = this.#devices.get(clockId) ?? new StampGrid();
    this.#devices.set(clockId, known);
    return known;
  }
}

/** An estimate from stamps whose middle may lean: true in 99 of 100 cases within so much more, and never less sure than whatever the split. */
export function leaning({ thetaS, hardS, bound99S }: ClockEstimate, leanS: number): ClockEstimate {
  return { thetaS, hardS, bound99S: Math.min(hardS, bound99S + leanS) };
}
