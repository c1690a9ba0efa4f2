import type { Burst } from "./burst.js";
import type { ClockEstimate } from "./clock-estimate.js";
import { distance, intersected, middleS, misses, moved, type Interval } from "./interval.js";
import { carried, coastVariance, corrected, splitS, type Line } from "./line.js";
import { PARAMETERS as P } from "./parameters.js";
import { PathFloor } from "./path-floor.js";
import { misfitBoundS, RecentMisfit } from "./recent-misfit.js";
import { BURST_GAP_S } from "./schedule.js";
import { SqueezeWatch } from "./squeeze-watch.js";

/** What became of a burst: `step` and `squeeze` began a new line, `glitch` and `pending` changed nothing so far. */
export type BurstOutcome = "first" | "taken" | "glitch" | "pending" | "step" | "squeeze";

/** A burst that no line of the running clock passes. */
interface Pending extends Interval {
  /** How fast theta changes if it did not jump but runs off: from the last burst on the line, or the one that was pending before; s/s. */
  readonly awayPerS: number;
}

const NOTHING: Interval = { atS: Number.NaN, upperS: Number.NaN, lowerS: Number.NaN };

/**
 * The offset of a device clock from probe bursts, live (reference: clock synchronisation, section 3): a two-state filter
 * inside an interval that every burst narrows and time opens. Causal; constant work and memory a burst.
 */
export class LiveClock {
  readonly #path = new PathFloor();
  readonly #squeezes = new SqueezeWatch();
  readonly #misfit = new RecentMisfit();
  readonly #edges = { upperS: 0, lowerS: 0 };
  #line: Line | undefined;
  #seen = NOTHING;
  #interval = NOTHING;
  #epoch = { fromS: 0, jumpS: 0, firstRate: 0 };
  #pending: Pending | undefined;

  /** When the running line began, hub seconds. */
  get epochS(): number {
    return this.#epoch.fromS;
  }

  /** How far theta jumped at the last step, or seems to have jumped at the last squeeze, seconds. */
  get jumpS(): number {
    return this.#epoch.jumpS;
  }

  /** Device seconds gained per hub second; 0 before anything is known. */
  get rate(): number {
    return this.#line?.rate ?? this.#epoch.firstRate;
  }

  /** The edges of the last burst, at its own time. */
  get seen(): Interval {
    return this.#seen;
  }

  /** Takes a complete burst with at least one answer, and the resolution of the device's clock in seconds. */
  push(burst: Burst, quantS = 0): BurstOutcome {
    const line = this.#line;
    burst.edges(this.rate, quantS, this.#edges);
    const seen = { atS: burst.atS, ...this.#edges };
    this.#seen = seen;
    if (seen.lowerS > seen.upperS + P.contradictionS) return "glitch";
    if (line === undefined) {
      this.#begin(seen, this.rate, P.firstRateSigma ** 2);
      return "first";
    }
    const before = this.#opened(line, seen.atS);
    if (misses(seen, before)) return this.#contradict(seen, line, () => this.push(burst, quantS));
    if (this.#pending !== undefined && misses(seen, moved(this.#pending, seen.atS, line.rate)))
      this.#pending = undefined;
    return this.#update(carried(line, seen.atS), { before, seen, quantS });
  }

  /** The link was made anew, the clock runs on: the new path's shortest round trip is not known yet. */
  pathChanged(): void {
    if (this.#line !== undefined) this.#path.leave();
  }

  /**
   * The device reads another clock from now on: the next burst is its first. With `keepsRate` it begins at the old
   * clock's rate (most likely the same crystal), believed no more than a new one's, for nothing proves it.
   */
  restart({ keepsRate }: { readonly keepsRate: boolean }): void {
    this.#epoch = { fromS: this.epochS, jumpS: 0, firstRate: keepsRate ? this.rate : 0 };
    this.#line = undefined;
    this.#pending = undefined;
  }

  /** At a hub time, seconds; undefined before the first burst. */
  estimate(atS: number): ClockEstimate | undefined {
    const line = this.#line;
    if (line === undefined) return undefined;
    const dt = atS - line.atS;
    const thetaS = line.thetaS + line.rate * dt;
    const interval = moved(this.#interval, atS, line.rate);
    const open = (P.coastRate + P.openRateSigmas * Math.sqrt(line.p2)) * Math.abs(dt);
    // By the distance: edges that cross by less than a contradiction are no reason for a bound of nothing.
    const hardS = distance(interval, thetaS) + open;
    const spareS = Math.max(0, interval.upperS - interval.lowerS - this.#path.floorS) / 2;
    const sigmaS = Math.sqrt(coastVariance(line, dt) + P.clockWanderS ** 2 * Math.abs(dt));
    const lastingS = P.splitWander * this.#path.floorS + misfitBoundS(this.#misfit.meanS, sigmaS);
    const likelyS = splitS(this.#path.floorS) + Math.max(3 * sigmaS + spareS, lastingS);
    const farS = this.#farS(atS, thetaS, line.rate);
    return { thetaS, hardS: Math.max(hardS, farS), bound99S: Math.max(Math.min(hardS, likelyS), farS) };
  }

  /** While a jump is suspected: how far theta is from where the bursts that suggest it would have it. */
  #farS(atS: number, thetaS: number, rate: number): number {
    const [pending, suspected] = [this.#pending, this.#squeezes.suspected];
    const squeezedS = suspected === undefined ? 0 : distance(moved(suspected, atS, rate), thetaS);
    if (pending === undefined) return squeezedS;
    const awayS = pending.awayPerS * Math.abs(atS - pending.atS);
    return Math.max(squeezedS, distance(moved(pending, atS, rate), thetaS) + awayS);
  }

  #begin(seen: Interval, rate: number, rateVariance: number): void {
    const widthS = seen.upperS - seen.lowerS;
    this.#line = { atS: seen.atS, thetaS: middleS(seen), rate, p0: (widthS / 2) ** 2, p1: 0, p2: rateVariance };
    this.#interval = seen;
    this.#path.begin(seen.atS, widthS);
    this.#squeezes.clear();
    this.#misfit.clear();
    this.#epoch = { fromS: seen.atS, jumpS: 0, firstRate: rate };
    this.#pending = undefined;
  }

  /** The interval at a later time: it opens as fast as the rate may be wrong. */
  #opened(line: Line, atS: number): Interval {
    const dt = atS - line.atS;
    const wide = this.#path.floorS > P.wideFromS ? P.openRateWide : 0;
    const open = (P.openRate + P.openRateSigmas * Math.sqrt(line.p2 + (P.rateWander ** 2 * dt) / 3) + wide) * dt;
    const { upperS, lowerS } = moved(this.#interval, atS, line.rate);
    return { atS, upperS: upperS + open, lowerS: lowerS - open };
  }

  /** Cannot be the same line: the second burst that says so begins a new one where the first was. */
  #contradict(seen: Interval, line: Line, again: () => void): BurstOutcome {
    const pending = this.#pending;
    const expected = moved(pending ?? this.#interval, seen.atS, line.rate);
    if (pending === undefined || misses(seen, expected)) {
      const awayS = distance(seen, middleS(expected));
      this.#pending = { ...seen, awayPerS: awayS / Math.max(BURST_GAP_S, seen.atS - (pending ?? line).atS) };
      return pending === undefined ? "pending" : "glitch";
    }
    const jumpS = middleS(pending) - carried(line, pending.atS).thetaS;
    this.#begin(pending, line.rate, Math.max(carried(line, seen.atS).p2, P.stepRateSigma ** 2));
    this.#epoch.jumpS = jumpS;
    again();
    return "step";
  }

  #update(aged: Line, { before, seen, quantS }: { before: Interval; seen: Interval; quantS: number }): BurstOutcome {
    const widthS = seen.upperS - seen.lowerS;
    const shorterS = this.#path.take(seen.atS, widthS);
    const line = shorterS > 0 ? this.#doubted(aged, shorterS) : aged;
    const known = shorterS > 0 ? seen : before;
    const excessS = P.excessShare * (widthS - this.#path.floorS);
    const variance = P.readingS ** 2 + excessS ** 2 + this.#path.biasS ** 2 + quantS ** 2 / 6;
    this.#misfit.push({ atS: seen.atS, offS: middleS(seen) - line.thetaS, variance: line.p0 + variance });
    this.#line = corrected(line, middleS(seen), variance);
    this.#interval = intersected(seen, known);
    const { shortestS } = this.#path;
    const isSqueezed = this.#squeezes.isSqueezed({ seen, interval: this.#interval, shortestS, rate: line.rate });
    if (isSqueezed) this.#squeeze(seen, aged);
    const { upperS, lowerS } = this.#interval;
    this.#line = { ...this.#line, thetaS: Math.min(Math.max(this.#line.thetaS, lowerS), upperS) };
    return isSqueezed ? "squeeze" : "taken";
  }

  /** A much shorter round trip shows that the old shortest one hid a bias. */
  #doubted(line: Line, shorterByS: number): Line {
    const biasS = shorterByS / 2;
    this.#squeezes.clear();
    const p2 = line.p2 + (biasS / Math.max(P.biasOverS, line.atS - this.epochS)) ** 2;
    return { ...line, p0: line.p0 + biasS * biasS, p2 };
  }

  /** The clock seems to have jumped by less than a round trip: what is known of theta is the last burst alone. */
  #squeeze(seen: Interval, aged: Line): void {
    const line = this.#line!;
    const p0 = line.p0 + (this.#path.floorS / 2) ** 2;
    this.#epoch = { fromS: this.#squeezes.sinceS, jumpS: middleS(seen) - aged.thetaS, firstRate: line.rate };
    this.#interval = seen;
    this.#line = { ...line, p0, p2: line.p2 + P.squeezeRateSigma ** 2 };
    this.#path.doubt();
    this.#squeezes.clear();
    this.#misfit.clear();
  }
}
