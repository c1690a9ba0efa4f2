import { PARAMETERS as P } from "./parameters.js";

/** The line that theta follows: its value and rate at one hub time, and how sure both are (variances p0, p1, p2). Seconds. */
export interface Line {
  readonly atS: number;
  readonly thetaS: number;
  /** Device seconds gained per hub second. */
  readonly rate: number;
  readonly p0: number;
  readonly p1: number;
  readonly p2: number;
}

/** The line at a later time, before anything new was seen. */
export function carried(line: Line, atS: number): Line {
  const dt = atS - line.atS;
  const q2 = P.rateWander ** 2;
  return {
    atS,
    thetaS: line.thetaS + line.rate * dt,
    rate: line.rate,
    p0: line.p0 + 2 * dt * line.p1 + dt * dt * line.p2 + (q2 * dt ** 3) / 3 + P.clockWanderS ** 2 * dt,
    p1: line.p1 + dt * line.p2 + (q2 * dt * dt) / 2,
    p2: line.p2 + q2 * dt,
  };
}

/** The line after a reading of theta with a variance, both at the line's own time (one step of a Kalman filter). */
export function corrected(line: Line, readingS: number, variance: number): Line {
  const { p0, p1, p2 } = line;
  const off = readingS - line.thetaS;
  const sum = p0 + variance;
  return {
    atS: line.atS,
    thetaS: line.thetaS + (p0 / sum) * off,
    rate: line.rate + (p1 / sum) * off,
    p0: p0 - (p0 * p0) / sum,
    p1: p1 - (p0 * p1) / sum,
    p2: p2 - (p1 * p1) / sum,
  };
}

/** Variance of theta so long after (or before) the line's time, while no burst came: what the rate may have done. */
export function coastVariance({ p0, p1, p2 }: Line, dt: number): number {
  return Math.max(0, p0 + 2 * dt * p1 + dt * dt * p2 + (P.coastWander ** 2 * Math.abs(dt) ** 3) / 3);
}

/**
 * How far theta may be from the middle because one direction is shorter than the other, seconds: by the usual assumption,
 * which grows to none where even the quickest answer took long.
 */
export function splitS(floorS: number): number {
  const wide = (floorS - P.wideFromS) / (P.wideToS - P.wideFromS);
  const asymmetry = P.asymmetry + (1 - P.asymmetry) * Math.min(1, Math.max(0, wide));
  return (asymmetry * Math.max(0, floorS)) / 2;
}
