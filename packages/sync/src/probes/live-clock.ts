import type { Burst } from "./burst.js";
import { FloorWindow } from "./floor-window.js";
import { asymmetry, carried, coastVariance, corrected, type Line } from "./line.js";
import { PARAMETERS as P } from "./parameters.js";

/** What became of a burst: `step` and `squeeze` began a new line, `glitch` and `pending` changed nothing so far. */
export type BurstOutcome = "first" | "taken" | "glitch" | "pending" | "step" | "squeeze";

/** Theta lies between the edges at that time, as far as one burst or all of them tell. */
interface Interval {
  readonly atS: number;
  readonly upperS: number;
  readonly lowerS: number;
}

/** What the clock says at one time; all seconds. */
export interface ClockEstimate {
  /** Device clock minus hub clock. */
  readonly thetaS: number;
  /** True whatever the split of the round trip. */
  readonly hardS: number;
  /** True in 99 of 100 cases if one direction's best delay is at most three times the other's. */
  readonly bound99S: number;
}

/**
 * The offset of a device clock from probe bursts, live (reference: clock synchronisation, section 3): a two-state filter
 * inside an interval that every burst narrows and time opens. Causal; constant work and memory a burst.
 */
export class LiveClock {
  readonly #quantS: number;
  readonly #floors = new FloorWindow(P.floorWindowS);
  readonly #edges = { upperS: 0, lowerS: 0 };
  #line: Line | undefined;
  #interval: Interval = { atS: 0, upperS: 0, lowerS: 0 };
  #floorS = 0;
  #bursts = 0;
  #epochS = 0;
  #pending: Interval | undefined;
  #tight = { count: 0, sinceS: 0 };

  constructor(quantS: number) {
    this.#quantS = quantS;
  }

  /** When the running line began, hub seconds. */
  get epochS(): number {
    return this.#epochS;
  }

  /** Takes a complete burst with at least one answer. */
  push(burst: Burst): BurstOutcome {
    const line = this.#line;
    burst.edges(line?.rate ?? 0, this.#quantS, this.#edges);
    const seen = { atS: burst.atS, ...this.#edges };
    if (seen.lowerS > seen.upperS + P.contradictionS) return "glitch";
    if (line === undefined) {
      this.#begin(seen, 0, P.firstRateSigma ** 2);
      return "first";
    }
    const before = this.#opened(line, seen.atS);
    if (misses(seen, before)) return this.#contradict(seen, line, burst);
    if (this.#pending !== undefined && misses(seen, moved(this.#pending, seen.atS, line.rate)))
      this.#pending = undefined;
    return this.#update(carried(line, seen.atS), before, seen);
  }

  /** At a hub time, seconds; undefined before the first burst. */
  estimate(atS: number): ClockEstimate | undefined {
    const line = this.#line;
    if (line === undefined) return undefined;
    const dt = atS - line.atS;
    const thetaS = line.thetaS + line.rate * dt;
    const { upperS, lowerS } = moved(this.#interval, atS, line.rate);
    const open = (P.coastRate + P.openRateSigmas * Math.sqrt(line.p2)) * Math.abs(dt);
    const hardS = Math.max(upperS - thetaS, thetaS - lowerS) + open;
    const spareS = Math.max(0, upperS - lowerS - this.#floorS) / 2;
    const likelyS = (asymmetry(this.#floorS) * this.#floorS) / 2 + 3 * Math.sqrt(coastVariance(line, dt)) + spareS;
    const farS = this.#pending === undefined ? 0 : distance(moved(this.#pending, atS, line.rate), thetaS);
    return { thetaS, hardS: Math.max(hardS, farS), bound99S: Math.max(Math.min(hardS, likelyS), farS) };
  }

  #begin(seen: Interval, rate: number, rateVariance: number): void {
    const widthS = seen.upperS - seen.lowerS;
    const thetaS = (seen.upperS + seen.lowerS) / 2;
    this.#line = { atS: seen.atS, thetaS, rate, p0: (widthS / 2) ** 2, p1: 0, p2: rateVariance };
    this.#interval = seen;
    this.#floors.clear();
    this.#floorS = this.#floors.push(seen.atS, widthS);
    this.#bursts = 1;
    this.#epochS = seen.atS;
    this.#tight = { count: 0, sinceS: seen.atS };
    this.#pending = undefined;
  }

  /** The interval at a later time: it opens as fast as the rate may be wrong. */
  #opened(line: Line, atS: number): Interval {
    const dt = atS - line.atS;
    const wide = this.#floorS > P.wideFromS ? P.openRateWide : 0;
    const open = (P.openRate + P.openRateSigmas * Math.sqrt(line.p2 + (P.rateWander ** 2 * dt) / 3) + wide) * dt;
    const { upperS, lowerS } = moved(this.#interval, atS, line.rate);
    return { atS, upperS: upperS + open, lowerS: lowerS - open };
  }

  /** Cannot be the same line: the second burst that says so begins a new one where the first was. */
  #contradict(seen: Interval, line: Line, burst: Burst): BurstOutcome {
    const pending = this.#pending;
    if (pending === undefined || misses(seen, moved(pending, seen.atS, line.rate))) {
      this.#pending = seen;
      return pending === undefined ? "pending" : "glitch";
    }
    this.#begin(pending, line.rate, Math.max(carried(line, seen.atS).p2, P.stepRateSigma ** 2));
    this.push(burst);
    return "step";
  }

  #update(aged: Line, before: Interval, seen: Interval): BurstOutcome {
    const widthS = seen.upperS - seen.lowerS;
    const floorS = this.#floors.push(seen.atS, widthS);
    this.#bursts += 1;
    const isNewFloor = floorS < P.newFloorShare * this.#floorS;
    const line = isNewFloor ? this.#doubted(aged, this.#floorS - floorS) : aged;
    const known = isNewFloor ? seen : before;
    const variance =
      P.readingS ** 2 +
      (P.excessShare * (widthS - floorS)) ** 2 +
      (floorS / (2 * this.#bursts)) ** 2 +
      this.#quantS ** 2 / 6;
    this.#line = corrected(line, (seen.upperS + seen.lowerS) / 2, variance);
    this.#interval = {
      atS: seen.atS,
      upperS: Math.min(known.upperS, seen.upperS),
      lowerS: Math.max(known.lowerS, seen.lowerS),
    };
    if (isNewFloor) this.#tight.count = 0;
    const isSqueezed = this.#isSqueezed(floorS, seen);
    const { upperS, lowerS } = this.#interval;
    this.#line = { ...this.#line, thetaS: Math.min(Math.max(this.#line.thetaS, lowerS), upperS) };
    this.#floorS = floorS;
    return isSqueezed ? "squeeze" : "taken";
  }

  /** A much shorter round trip shows that the old shortest one hid a bias. */
  #doubted(line: Line, shorterByS: number): Line {
    const biasS = shorterByS / 2;
    this.#bursts = Math.min(this.#bursts, P.fewBursts);
    const p2 = line.p2 + (biasS / Math.max(P.biasOverS, line.atS - this.#epochS)) ** 2;
    return { ...line, p0: line.p0 + biasS * biasS, p2 };
  }

  /** The interval is narrower than any round trip, several times in a row: the clock has jumped by less than one. */
  #isSqueezed(floorS: number, seen: Interval): boolean {
    const widthS = this.#interval.upperS - this.#interval.lowerS;
    if (widthS >= (1 - P.squeezeShare) * floorS - P.squeezeSlackS) {
      this.#tight.count = 0;
      return false;
    }
    if (this.#tight.count === 0) this.#tight.sinceS = seen.atS;
    this.#tight.count += 1;
    if (this.#tight.count < P.squeezeBursts) return false;
    const line = this.#line!;
    this.#epochS = this.#tight.sinceS;
    this.#interval = seen;
    this.#line = { ...line, p0: line.p0 + (floorS / 2) ** 2, p2: line.p2 + P.squeezeRateSigma ** 2 };
    this.#bursts = Math.min(this.#bursts, P.fewBursts);
    this.#tight.count = 0;
    return true;
  }
}

function moved({ atS: fromS, upperS, lowerS }: Interval, atS: number, rate: number): Interval {
  const gained = rate * (atS - fromS);
  return { atS, upperS: upperS + gained, lowerS: lowerS + gained };
}

/** Two intervals of the same time that no line can pass through both. */
function misses(seen: Interval, other: Interval): boolean {
  return seen.lowerS > other.upperS + P.contradictionS || seen.upperS < other.lowerS - P.contradictionS;
}

function distance({ upperS, lowerS }: Interval, thetaS: number): number {
  return Math.max(Math.abs(upperS - thetaS), Math.abs(lowerS - thetaS));
}
