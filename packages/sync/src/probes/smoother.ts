import type { ClockEstimate } from "./clock-estimate.js";
import { middleS, type Interval } from "./interval.js";
import { carried, coastVariance, corrected, splitS, type Line } from "./line.js";
import { PARAMETERS as P } from "./parameters.js";
import { misfitBoundS, misfitsAround } from "./recent-misfit.js";

/** Half the width of the window in which a burst's shortest round trip is sought, seconds. */
const FLOOR_HALF_S = 300;
/** After so many bursts the live rate is a good start. */
const RATE_AFTER = 20;

/** One burst of an epoch that the live estimator used. */
export interface UsedBurst extends Interval {
  /** The live rate after it. */
  readonly rate: number;
  readonly quantS: number;
}

/** The line at one burst, by all bursts of its epoch before and after it. */
export interface SmoothedPoint extends Line {
  /** The shortest round trip within five minutes, seconds. */
  readonly floorS: number;
  /** Theta is at most so far above the line, and at most so far below it (negative), seconds. */
  readonly aboveS: number;
  readonly belowS: number;
  /** How far the readings around are off the line in the mean, seconds. */
  readonly misfitS: number;
}

/** One filter step: the line before the burst was seen, and after. */
interface Step {
  readonly expected: Line;
  readonly filtered: Line;
}

/** The line of one epoch from at least one burst, in order of time: a filter forward, a smoother back (reference: clock synchronisation, section 4). */
export function smoothed(bursts: readonly UsedBurst[]): SmoothedPoint[] {
  const floors = floorsAround(bursts);
  const variances = readingVariances(bursts, floors);
  const lines = backward(forward(bursts, variances));
  const readings = bursts.map((burst, index) => {
    return { atS: burst.atS, offS: middleS(burst) - lines[index]!.thetaS, variance: variances[index]! };
  });
  const misfits = misfitsAround(readings);
  return narrowed(
    lines.map((line, index) => ({
      ...line,
      floorS: floors[index]!,
      aboveS: bursts[index]!.upperS - line.thetaS,
      belowS: bursts[index]!.lowerS - line.thetaS,
      misfitS: misfits[index]!,
    })),
  );
}

/** What a smoothed burst says of theta `awayS` seconds before it or after it, where the line runs through `thetaS`. */
export function estimateNear(point: SmoothedPoint, thetaS: number, awayS: number): ClockEstimate {
  const { floorS, aboveS, belowS, misfitS } = point;
  const coast = (P.coastRate + P.openRateSigmas * Math.sqrt(point.p2)) * awayS;
  const hardS = Math.max(Math.abs(aboveS), Math.abs(belowS)) + coast;
  const spareS = Math.max(0, aboveS - belowS - floorS) / 2;
  const sigmaS = Math.sqrt(coastVariance(point, awayS));
  const lastingS = 3 * Math.sqrt(P.burstsAlike * point.p0) + misfitBoundS(misfitS, sigmaS);
  const likelyS = splitS(floorS) + Math.max(3 * sigmaS + spareS, lastingS);
  return { thetaS, hardS, bound99S: Math.min(hardS, likelyS) };
}

/** Of each burst the shortest round trip within the window around it: a queue of candidates, the least at its head. */
function floorsAround(bursts: readonly UsedBurst[]): number[] {
  const width = (index: number): number => bursts[index]!.upperS - bursts[index]!.lowerS;
  const candidates: number[] = [];
  let [head, next] = [0, 0];
  return bursts.map(({ atS }) => {
    for (; next < bursts.length && bursts[next]!.atS <= atS + FLOOR_HALF_S; next++) {
      while (candidates.length > head && width(candidates.at(-1)!) >= width(next)) candidates.pop();
      candidates.push(next);
    }
    while (bursts[candidates[head]!]!.atS < atS - FLOOR_HALF_S) head += 1;
    return width(candidates[head]!);
  });
}

/** How unsure the middle of each burst is. */
function readingVariances(bursts: readonly UsedBurst[], floors: readonly number[]): number[] {
  const leastS = floors.reduce((least, floorS) => Math.min(least, floorS), Infinity);
  return bursts.map((burst, index) => {
    const excessS = P.excessShare * (burst.upperS - burst.lowerS - floors[index]!);
    const hiddenS = hiddenBiasS(floors[index]!, leastS);
    return P.readingS ** 2 + excessS ** 2 + hiddenS ** 2 + burst.quantS ** 2 / 6;
  });
}

function forward(bursts: readonly UsedBurst[], variances: readonly number[]): Step[] {
  const first = bursts[0]!;
  const rate = bursts[Math.min(bursts.length - 1, RATE_AFTER)]!.rate;
  const p0 = ((first.upperS - first.lowerS) / 2) ** 2;
  let line: Line = { atS: first.atS, thetaS: middleS(first), rate, p0, p1: 0, p2: P.firstRateSigma ** 2 };
  return bursts.map((burst, index) => {
    const expected = carried(line, burst.atS);
    line = corrected(expected, middleS(burst), variances[index]!);
    return { expected, filtered: line };
  });
}

/** A queue that stood for all of a window looks like a long way; that the epoch knew a much shorter one shows what it may hide. */
function hiddenBiasS(floorS: number, leastS: number): number {
  return leastS < P.newFloorShare * floorS ? (floorS - leastS) / 2 : 0;
}

/** Rauch-Tung-Striebel: what the later bursts say is carried back. */
function backward(steps: readonly Step[]): Line[] {
  const lines: Line[] = [];
  let later = steps.at(-1)!.filtered;
  lines[steps.length - 1] = later;
  for (let index = steps.length - 2; index >= 0; index--) {
    later = carriedBack(steps[index]!.filtered, steps[index + 1]!.expected, later);
    lines[index] = later;
  }
  return lines;
}

/** `now` corrected by what became of `expected`; the gain is now's covariance x transition x the inverse of expected's. */
function carriedBack(now: Line, expected: Line, later: Line): Line {
  const dt = expected.atS - now.atS;
  const [a, b] = [now.p0 + dt * now.p1, now.p1];
  const [c, d] = [now.p1 + dt * now.p2, now.p2];
  const det = expected.p0 * expected.p2 - expected.p1 * expected.p1;
  const g00 = (a * expected.p2 - b * expected.p1) / det;
  const g01 = (b * expected.p0 - a * expected.p1) / det;
  const g10 = (c * expected.p2 - d * expected.p1) / det;
  const g11 = (d * expected.p0 - c * expected.p1) / det;
  const [offS, offRate] = [later.thetaS - expected.thetaS, later.rate - expected.rate];
  const [e0, e1, e2] = [later.p0 - expected.p0, later.p1 - expected.p1, later.p2 - expected.p2];
  return {
    atS: now.atS,
    thetaS: now.thetaS + g00 * offS + g01 * offRate,
    rate: now.rate + g10 * offS + g11 * offRate,
    p0: Math.max(0, now.p0 + g00 * (g00 * e0 + g01 * e1) + g01 * (g00 * e1 + g01 * e2)),
    p1: now.p1 + g00 * (g10 * e0 + g11 * e1) + g01 * (g10 * e1 + g11 * e2),
    p2: Math.max(0, now.p2 + g10 * (g10 * e0 + g11 * e1) + g11 * (g10 * e1 + g11 * e2)),
  };
}

/** Residual edges as each burst saw them, each narrowed by its neighbours' as far as the rate is known between them. */
function narrowed(seen: readonly SmoothedPoint[]): SmoothedPoint[] {
  const points = seen.map((point) => ({ ...point }));
  const narrow = (index: number, by: number): void => {
    const [point, neighbour] = [points[index]!, points[by]!];
    const open = (P.openRate + P.openRateSigmas * Math.sqrt(point.p2)) * Math.abs(point.atS - neighbour.atS);
    point.aboveS = Math.min(point.aboveS, neighbour.aboveS + open);
    point.belowS = Math.max(point.belowS, neighbour.belowS - open);
  };
  for (let index = 1; index < points.length; index++) narrow(index, index - 1);
  for (let index = points.length - 2; index >= 0; index--) narrow(index, index + 1);
  return points;
}
