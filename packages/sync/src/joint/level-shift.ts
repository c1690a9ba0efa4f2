import type { EdgePoint } from "./edge-pair.js";

/** Bins looked at on either side: one minute, and not fewer than these. */
const SIDE_BINS = 12;
const FEWEST_BINS = 4;
/** A quickest message does not change by so much from one minute to the next, unless clock or path did (seconds). */
const LEAST_SHIFT_S = 1.2e-3;
/** A shift stands out from what chance does by so many times its usual size. */
const STANDS_OUT = 6;

/** From one bin on the least latency is another one. */
interface Shift {
  readonly bin: number;
  /** Hub time minus device time grew by this, seconds. */
  readonly byS: number;
}

/**
 * Where the least latency of a stream changes for good: the device's clock jumped by less than readings can prove, or the
 * path became another one. Either way the edges of before say nothing of the time after.
 * @param edges per bin, how far its quickest sample is above the fitted envelope, in order
 * @param beatS what comes and goes because the samples keep step with the radio
 * @returns device time of the first bin of the new level; undefined without a shift
 */
export function levelShift(edges: readonly EdgePoint[], beatS: number): number | undefined {
  const shifts = edges.flatMap((_, bin) => shiftAt(edges, bin) ?? []);
  if (shifts.length === 0) return undefined;
  const usualS = median(shifts.map(({ byS }) => byS));
  const chanceS = median(shifts.map(({ byS }) => Math.abs(byS - usualS)));
  const away = shifts.map(({ bin, byS }) => ({ bin, byS: byS - usualS }));
  const largest = away.reduce((most, shift) => (Math.abs(shift.byS) > Math.abs(most.byS) ? shift : most));
  if (Math.abs(largest.byS) < Math.max(LEAST_SHIFT_S, STANDS_OUT * chanceS) + beatS) return undefined;
  return edges[edgeOfPlateau(away, largest)]!.atS;
}

/** The least of a minute does not notice a rise until the last low bin has left it, and a fall at once. */
function edgeOfPlateau(shifts: readonly Shift[], largest: Shift): number {
  const isFull = ({ byS }: Shift): boolean => byS * Math.sign(largest.byS) > 0.75 * Math.abs(largest.byS);
  const step = largest.byS > 0 ? -1 : 1;
  let at = shifts.indexOf(largest);
  while (shifts[at + step] !== undefined && isFull(shifts[at + step]!)) at += step;
  return shifts[at]!.bin;
}

function shiftAt(edges: readonly EdgePoint[], bin: number): Shift | undefined {
  const before = edges.slice(Math.max(0, bin - SIDE_BINS), bin);
  const after = edges.slice(bin, bin + SIDE_BINS);
  if (before.length < FEWEST_BINS || after.length < FEWEST_BINS) return undefined;
  return { bin, byS: leastOf(after) - leastOf(before) };
}

function leastOf(edges: readonly EdgePoint[]): number {
  return Math.min(...edges.map(({ mostS }) => mostS));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
