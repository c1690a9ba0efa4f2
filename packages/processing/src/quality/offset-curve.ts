import type { ClockQuality } from "@polychron/session/format";
import type { ProbeFit } from "@polychron/sync";
import type { Span } from "./spans.js";

/** A curve has at most so many points, however long the session. */
export const CURVE_POINTS = 2000;

type OffsetCurve = NonNullable<ClockQuality["offset"]>;

/** What is known of a clock offset at one session time, seconds. */
export interface CurvePoint {
  readonly atS: number;
  readonly offsetS: number;
  readonly bound99S: number;
  readonly hardS: number;
  readonly epoch: number;
}

/**
 * The offset over time: at every burst, half way to the next one (where the bound is widest, and where the instant of a jump
 * is open), and where each recording begins and ends.
 */
export function curvePoints(fit: ProbeFit, recordings: readonly Span[]): CurvePoint[] {
  return allTimes(fit, recordings).flatMap((atS) => pointAt(fit, atS) ?? []);
}

/** The points as columns. Of neighbours that are too many, the one with the widest bound stays: thinning never makes a clock look better. */
export function offsetCurve(points: readonly CurvePoint[]): OffsetCurve {
  const kept = thinned(points);
  return {
    t_s: kept.map(({ atS }) => rounded(atS, 6)),
    offset_s: kept.map(({ offsetS }) => rounded(offsetS, 9)),
    bound99_s: kept.map(({ bound99S }) => rounded(bound99S, 9)),
    hard_s: kept.map(({ hardS }) => rounded(hardS, 9)),
    epoch: kept.map(({ epoch }) => epoch),
  };
}

/** Ascending, each once. */
function allTimes({ bursts }: ProbeFit, recordings: readonly Span[]): number[] {
  const times = new Set<number>(recordings.flatMap(({ fromS, toS }) => [fromS, toS]));
  bursts.forEach(({ atS }, index) => {
    times.add(atS);
    const next = bursts[index + 1];
    if (next !== undefined) times.add((atS + next.atS) / 2);
  });
  return [...times].sort((a, b) => a - b);
}

function pointAt(fit: ProbeFit, atS: number): CurvePoint | undefined {
  const estimate = fit.estimate(atS);
  if (estimate === undefined) return undefined;
  const { thetaS, hardS } = estimate;
  // What counts is a device time that is mapped, not the offset at an instant: the two differ around a step.
  const bound99S = fit.mappedBoundS(atS) ?? estimate.bound99S;
  return { atS, offsetS: -thetaS, bound99S, hardS: Math.max(hardS, bound99S), epoch: epochAt(fit, atS) };
}

/** The epoch that had begun last at a time; the first for what lies before it. */
function epochAt({ epochs }: ProbeFit, atS: number): number {
  return Math.max(
    0,
    epochs.findLastIndex(({ fromS }) => fromS <= atS),
  );
}

function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length <= CURVE_POINTS) return points;
  const step = Math.ceil(points.length / CURVE_POINTS);
  const kept: CurvePoint[] = [];
  for (let from = 0; from < points.length; from += step)
    kept.push(points.slice(from, from + step).reduce((wide, next) => (next.bound99S > wide.bound99S ? next : wide)));
  return kept;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
