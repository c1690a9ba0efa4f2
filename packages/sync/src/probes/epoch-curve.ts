import type { ClockEstimate } from "./clock-estimate.js";
import { PARAMETERS as P } from "./parameters.js";
import { misfitBoundS } from "./recent-misfit.js";
import { lastNotAfter } from "./search.js";
import { estimateNear, type SmoothedPoint } from "./smoother.js";

/** No clock gains or loses more; a knot that says so is left out, so that device time always runs forward. */
const RATE_LIMIT = 0.5;
/** The inverse is found to this, seconds: far below what a double can hold of an hour. */
const INVERSE_TO_S = 1e-12;
const INVERSE_STEPS = 60;

/** Theta over one epoch with its bounds: cubic between the bursts, straight beyond the first and the last. */
export class EpochCurve {
  /** The bursts it runs through. */
  readonly #points: readonly SmoothedPoint[];
  /** Device time at each of them: strictly rising. */
  readonly #deviceS: readonly number[];

  constructor(points: readonly SmoothedPoint[]) {
    this.#points = risingKnots(points);
    this.#deviceS = this.#points.map(({ atS, thetaS }) => atS + thetaS);
  }

  /** The mean gain of the clock from the first burst to the last. */
  get meanRate(): number {
    const [first, last] = [this.#points[0]!, this.#points.at(-1)!];
    return last === first ? first.rate : (last.thetaS - first.thetaS) / (last.atS - first.atS);
  }

  /**
   * The mean gain is right within this, seconds a second, in 99 of 100 cases; null for a single burst. A split of the round
   * trip that stays as it is takes nothing from it.
   */
  get meanRateWithin(): number | null {
    const [first, last] = [this.#points[0]!, this.#points.at(-1)!];
    return last === first ? null : Math.hypot(wanderS(first), wanderS(last)) / (last.atS - first.atS);
  }

  /** At a hub time, seconds. */
  estimate(atS: number): ClockEstimate {
    const index = lastNotAfter(this.#points.length, (each) => this.#points[each]!.atS, atS);
    const [left, right] = [this.#points[index]!, this.#points[index + 1]];
    const isRightNearer = right !== undefined && right.atS - atS < atS - left.atS;
    const nearest = isRightNearer ? right : left;
    return estimateNear(nearest, thetaBetween(left, right, atS), Math.abs(atS - nearest.atS));
  }

  /** The widest 99 % bound between the two bursts around a hub time: at one of them, or half way by the view of one of them. */
  widestBoundS(atS: number): number {
    const index = lastNotAfter(this.#points.length, (each) => this.#points[each]!.atS, atS);
    const [left, right] = [this.#points[index]!, this.#points[index + 1]];
    const ends = right === undefined ? [left] : [left, right];
    const halfS = right === undefined ? 0 : (right.atS - left.atS) / 2;
    const bounds = ends.flatMap((end) => [0, halfS].map((awayS) => estimateNear(end, end.thetaS, awayS).bound99S));
    return Math.max(...bounds);
  }

  /** Device clock minus hub clock at a hub time, seconds. */
  thetaS(atS: number): number {
    const index = lastNotAfter(this.#points.length, (each) => this.#points[each]!.atS, atS);
    return thetaBetween(this.#points[index]!, this.#points[index + 1], atS);
  }

  /** The hub time at which the device's clock shows a time: never runs back. */
  hubS(deviceS: number): number {
    const index = lastNotAfter(this.#deviceS.length, (each) => this.#deviceS[each]!, deviceS);
    const [left, right] = [this.#points[index]!, this.#points[index + 1]];
    const aheadS = deviceS - this.#deviceS[index]!;
    if (right === undefined || aheadS < 0) return left.atS + aheadS / (1 + left.rate);
    return solved(left, right, deviceS);
  }
}

/** How far an end of the line may be off besides what is off all along: neighbouring bursts share their errors. */
function wanderS({ p0, misfitS, floorS }: SmoothedPoint): number {
  const sigmaS = Math.sqrt(P.burstsAlike * p0);
  return 3 * sigmaS + misfitBoundS(misfitS, sigmaS) + P.splitWander * Math.max(0, floorS);
}

/** Hermite's cubic with the smoothed rates; straight where there is no point beyond, or before the left one. */
function thetaBetween(left: SmoothedPoint, right: SmoothedPoint | undefined, atS: number): number {
  const sinceS = atS - left.atS;
  if (right === undefined || sinceS < 0) return left.thetaS + left.rate * sinceS;
  const spanS = right.atS - left.atS;
  const u = sinceS / spanS;
  const [ahead, back] = [u * (1 - u) * (1 - u), u * u * (u - 1)];
  const risen = u * u * (3 - 2 * u) * (right.thetaS - left.thetaS);
  return left.thetaS + risen + spanS * (ahead * left.rate + back * right.rate);
}

/** Halving, sped up by the straight line through what is known: the curve rises, so the root stays between. */
function solved(left: SmoothedPoint, right: SmoothedPoint, deviceS: number): number {
  let [low, high] = [left.atS, right.atS];
  const share = (deviceS - left.atS - left.thetaS) / (right.atS + right.thetaS - left.atS - left.thetaS);
  let atS = low + share * (high - low);
  for (let step = 0; step < INVERSE_STEPS; step++) {
    const missS = atS + thetaBetween(left, right, atS) - deviceS;
    if (missS > 0) high = atS;
    else low = atS;
    if (Math.abs(missS) < INVERSE_TO_S) return atS;
    // The curve's slope is near 1: stepping by the miss is Newton's step to parts per million.
    const next = atS - missS;
    if (next === atS) return atS;
    atS = next > low && next < high ? next : (low + high) / 2;
  }
  return atS;
}

function risingKnots(points: readonly SmoothedPoint[]): SmoothedPoint[] {
  const kept: SmoothedPoint[] = [];
  for (const point of points) {
    const before = kept.at(-1);
    const spanS = before === undefined ? Infinity : point.atS - before.atS;
    const gainedS = before === undefined ? 0 : Math.abs(point.thetaS - before.thetaS);
    if (!(spanS > 0 && gainedS <= RATE_LIMIT * spanS)) continue;
    kept.push({ ...point, rate: Math.max(-RATE_LIMIT, Math.min(RATE_LIMIT, point.rate)) });
  }
  return kept;
}
