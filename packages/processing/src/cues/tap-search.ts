import { absent, parabolicPeak, type CueFinding } from "./finding.js";

/** A knock changes the acceleration by more than a hand does at rest, m/s². */
const LEAST_MPS2 = 3;
/** And so many times as much as the middle of all changes. */
const LEAST_PROMINENCE = 8;
const LEAST_CONFIDENCE = 0.4;
/** Sharper than any movement: it is over half its height for no longer. */
const WIDEST_S = 0.06;
/** The device rings for so long; that is no second knock. */
const RINGING_S = 0.15;
/** A knock is not seen better than to this share of the sampling period, unless it is much wider than that. */
const BOUND_PERIODS = 0.25;

/** Looks for one knock: `timeS` grows, `magnitude` is the length of the acceleration in m/s². */
export function findTap(timeS: Float64Array, magnitude: Float64Array): CueFinding {
  if (timeS.length < 5) return absent("there are too few samples");
  const level = medianOf(magnitude);
  const change = magnitude.map((value) => Math.abs(value - level));
  const peak = change.reduce((best, value, row) => (value > change[best]! ? row : best), 0);
  const height = change[peak]!;
  const rival = change.reduce((most, value, row) => (isApart(timeS, row, peak) ? Math.max(most, value) : most), 0);
  const confidence = height > 0 ? 1 - rival / height : 0;
  if (height < LEAST_MPS2 || height < LEAST_PROMINENCE * medianOf(change)) return absent("nothing knocked", confidence);
  if (confidence < LEAST_CONFIDENCE) return absent("there is more than one knock", confidence);
  if (widthS(timeS, change, peak) > WIDEST_S) return absent("the movement is too slow for a knock", confidence);
  const periodS = (timeS.at(-1)! - timeS[0]!) / (timeS.length - 1);
  return { kind: "found", atS: topS(timeS, change, peak), boundS: BOUND_PERIODS * periodS, confidence };
}

/** By the logarithms: a knock that is filtered by the sensor is nearer to a bell than to a parabola. */
function topS(timeS: Float64Array, change: Float64Array, peak: number): number {
  if (peak === 0 || peak === timeS.length - 1) return timeS[peak]!;
  const [before, top, after] = [-1, 0, 1].map((step) => Math.log(Math.max(change[peak + step]!, 1e-9)));
  const shift = parabolicPeak(before!, top!, after!);
  const neighbour = timeS[peak + Math.sign(shift)]!;
  return timeS[peak]! + Math.abs(shift) * (neighbour - timeS[peak]!);
}

function widthS(timeS: Float64Array, change: Float64Array, peak: number): number {
  let [from, to] = [peak, peak];
  while (from > 0 && change[from - 1]! > change[peak]! / 2) from -= 1;
  while (to < change.length - 1 && change[to + 1]! > change[peak]! / 2) to += 1;
  return timeS[to]! - timeS[from]!;
}

function isApart(timeS: Float64Array, row: number, peak: number): boolean {
  return Math.abs(timeS[row]! - timeS[peak]!) > RINGING_S;
}

/** The middle value; 0 of none. */
export function medianOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
