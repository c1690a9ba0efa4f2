import type { ClockEstimate } from "./clock-estimate.js";
import { EpochCurve } from "./epoch-curve.js";
import type { Interval } from "./interval.js";
import { coastVariance } from "./line.js";
import { PARAMETERS as P } from "./parameters.js";
import { lastNotAfter } from "./search.js";
import { smoothed, type SmoothedPoint, type UsedBurst } from "./smoother.js";

/** How far theta may be off besides the bounds, because something happened at an unknown instant; seconds. */
export interface Opening {
  /** Theta at a hub time. */
  readonly thetaS: number;
  /**
   * The hub time of a device time: nothing where the jump is longer than its instant is open. Then a sample that came in time,
   * or in the order of its stream, fits one side alone.
   */
  readonly mappedS: number;
}

const CLOSED: Opening = { thetaS: 0, mappedS: 0 };

/** One epoch after the session: its curve, and where it is open. */
export class FittedEpoch {
  readonly curve: EpochCurve;
  readonly fromS: number;
  readonly toS: number;
  readonly #used: readonly UsedBurst[];
  readonly #first: SmoothedPoint;
  /** After each burst until the next one; the last holds until the next epoch. */
  readonly #openings: Opening[];
  #openFromS: number;

  /** `used`: at least one burst, in order of time. */
  constructor(used: readonly UsedBurst[]) {
    const points = smoothed(used);
    this.#used = used;
    this.#first = points[0]!;
    this.#openings = used.map(() => CLOSED);
    this.curve = new EpochCurve(points);
    this.fromS = used[0]!.atS;
    this.toS = used.at(-1)!.atS;
    this.#openFromS = this.toS;
  }

  /** How many bursts it rests on. */
  get bursts(): number {
    return this.#used.length;
  }

  /** Hub seconds from which on the next epoch may have been running. */
  get openFromS(): number {
    return this.#openFromS;
  }

  /** Besides the bounds at a hub time. At a burst nothing is open, unless it goes on behind it: such a burst fits either line. */
  opening(atS: number): Opening {
    const index = this.#before(atS);
    const behind = this.#openings[index]!;
    if (atS > this.#used[index]!.atS) return behind;
    const before = atS < this.#used[index]!.atS ? CLOSED : (this.#openings[index - 1] ?? CLOSED);
    return { thetaS: Math.min(before.thetaS, behind.thetaS), mappedS: Math.min(before.mappedS, behind.mappedS) };
  }

  /** The estimate of theta with all that is open. */
  estimate(atS: number): ClockEstimate {
    const { thetaS, hardS, bound99S } = this.curve.estimate(atS);
    const openS = this.opening(atS).thetaS;
    return { thetaS, hardS: hardS + openS, bound99S: bound99S + openS };
  }

  /** A burst that no line of this epoch passes was left out: theta may have been where it says, between the bursts around it. */
  openAround({ atS, upperS, lowerS }: Interval, untilS: number): void {
    const thetaS = this.curve.thetaS(atS);
    const offS = Math.max(0, lowerS - thetaS, thetaS - upperS);
    const index = this.#before(atS);
    this.#open(index, index, { offS, untilS: this.#used[index + 1]?.atS ?? untilS });
  }

  /** The next epoch begins with a jump whose instant is open: after the last burst that contradicts the new line. */
  openBefore(next: FittedEpoch): void {
    let index = this.#used.length - 1;
    while (index > 0 && !next.#isContradictedBy(this.#used[index]!)) index -= 1;
    this.#openFromS = this.#used[index]!.atS;
    this.#open(index, this.#used.length - 1, { offS: Math.abs(this.jumpTo(next)), untilS: next.fromS });
  }

  /** How far theta jumps where the next epoch begins, seconds. */
  jumpTo(next: FittedEpoch): number {
    return next.curve.thetaS(next.fromS) - this.curve.thetaS(next.fromS);
  }

  /** The largest bound of a mapped device time. */
  largestMappedBoundS(): number {
    return this.#used.reduce((largestS, { atS }, index) => {
      return Math.max(largestS, this.curve.widestBoundS(atS) + this.#openings[index]!.mappedS);
    }, 0);
  }

  #before(atS: number): number {
    return lastNotAfter(this.#used.length, (index) => this.#used[index]!.atS, atS);
  }

  #open(from: number, to: number, { offS, untilS }: { readonly offS: number; readonly untilS: number }): void {
    const mappedS = offS < untilS - this.#used[from]!.atS ? offS : 0;
    for (let index = from; index <= to; index++) {
      const before = this.#openings[index]!;
      this.#openings[index] = {
        thetaS: Math.max(before.thetaS, offS),
        mappedS: Math.max(before.mappedS, mappedS),
      };
    }
  }

  /** An earlier burst that this line, continued backwards, cannot pass. */
  #isContradictedBy({ atS, upperS, lowerS }: Interval): boolean {
    const dt = atS - this.#first.atS;
    const thetaS = this.curve.thetaS(atS);
    const slackS = 3 * Math.sqrt(coastVariance(this.#first, dt) + P.clockWanderS ** 2 * Math.abs(dt));
    return thetaS - slackS > upperS || thetaS + slackS < lowerS;
  }
}
