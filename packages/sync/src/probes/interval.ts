import type { ClockEstimate } from "./clock-estimate.js";
import { PARAMETERS as P } from "./parameters.js";

/** Theta lies between the edges at that time, as far as one burst or all of them tell; seconds. */
export interface Interval {
  readonly atS: number;
  readonly upperS: number;
  readonly lowerS: number;
}

/** The interval at another time, for a clock that gains `rate` seconds a second. */
export function moved({ atS: fromS, upperS, lowerS }: Interval, atS: number, rate: number): Interval {
  const gained = rate * (atS - fromS);
  return { atS, upperS: upperS + gained, lowerS: lowerS + gained };
}

/** What both of two intervals of the same time allow. */
export function intersected({ atS, upperS, lowerS }: Interval, other: Interval): Interval {
  return { atS, upperS: Math.min(upperS, other.upperS), lowerS: Math.max(lowerS, other.lowerS) };
}

/** Two intervals of the same time that no line can pass through both. */
export function misses(seen: Interval, other: Interval): boolean {
  return seen.lowerS > other.upperS + P.contradictionS || seen.upperS < other.lowerS - P.contradictionS;
}

/** From theta to the farther edge, seconds. */
export function distance({ upperS, lowerS }: Interval, thetaS: number): number {
  return Math.max(Math.abs(upperS - thetaS), Math.abs(lowerS - thetaS));
}

/** The middle between the edges, seconds. */
export function middleS({ upperS, lowerS }: Interval): number {
  return (upperS + lowerS) / 2;
}

/** A burst that cannot be true if the estimate for its time is right within its 99 % bound. A burst that contradicts itself tells nothing. */
export function isOutside({ upperS, lowerS }: Interval, predicted: ClockEstimate | undefined): boolean {
  if (predicted === undefined || lowerS > upperS + P.contradictionS) return false;
  const { thetaS, bound99S } = predicted;
  return lowerS > thetaS + bound99S || upperS < thetaS - bound99S;
}
