import type { TraceRing } from "./trace-ring.js";

/** A silence longer than this is drawn as a gap, in seconds: many times the spacing of the hub's points. */
export const GAP_S = 0.5;
const NEVER = Number.NEGATIVE_INFINITY;

/** One channel's stretch of time in the form the plot takes: seconds against now (negative = past), finite values only. */
export interface PlotWindow {
  readonly xS: Float64Array;
  readonly y: Float64Array;
  readonly count: number;
  /** Pairs of seconds between which nothing may be drawn. */
  readonly gaps: readonly (readonly [fromS: number, toS: number])[];
}

/** Reuses its two arrays from one redraw to the next, so that drawing makes no garbage per point. */
export class PlotWindowReader {
  readonly #xS: Float64Array;
  readonly #y: Float64Array;

  constructor(capacity: number) {
    this.#xS = new Float64Array(capacity);
    this.#y = new Float64Array(capacity);
  }

  /** The last `spanS` seconds of a channel before `nowUs`, plus one point before them so that the line enters at the edge. */
  read(ring: TraceRing, channel: number, nowUs: number, spanS: number): PlotWindow {
    const gaps: [number, number][] = [];
    let count = 0;
    let isBroken = false;
    for (let index = firstShown(ring, nowUs - spanS * 1e6); index < ring.length; index++) {
      const value = ring.value(channel, index);
      if (Number.isNaN(value)) {
        isBroken = true;
        continue;
      }
      const atS = (ring.atUs(index) - nowUs) / 1e6;
      const beforeS = count === 0 ? NEVER : this.#xS[count - 1]!;
      if (count > 0 && (isBroken || atS - beforeS > GAP_S)) gaps.push([beforeS, atS]);
      this.#xS[count] = atS;
      this.#y[count] = value;
      count++;
      isBroken = false;
    }
    return { xS: this.#xS.subarray(0, count), y: this.#y.subarray(0, count), count, gaps };
  }
}

/** The last point before `fromUs`, or the first of all: found by halving, since time only grows. */
function firstShown(ring: TraceRing, fromUs: number): number {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ring.atUs(middle) < fromUs) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Limits of the value axis: the data with a tenth of room, never narrower than a fortieth of its size, so that noise stays small. */
export function valueLimits(lowest: number | null, highest: number | null): [number, number] {
  if (lowest === null || highest === null) return [0, 1];
  const leastSpan = Math.max(Math.abs(lowest), Math.abs(highest), 0.1) / 40;
  const span = Math.max(highest - lowest, leastSpan);
  const middle = (lowest + highest) / 2;
  return [middle - span * 0.6, middle + span * 0.6];
}
