import type { ClockQuality } from "@polychron/session/format";
import type { ProbeFit } from "@polychron/sync";
import type { Span } from "./spans.js";

/** A curve has at most so many points, however long the session. */
export const CURVE_POINTS = 2000;

type OffsetCurve = NonNullable<ClockQuality["offset"]>;

/** What is known of a clock offset at rising session times: `count` points, one array per quantity, seconds. */
export interface CurveColumns {
  readonly count: number;
  readonly atS: Float64Array;
  readonly offsetS: Float64Array;
  /** Of a device time that is mapped there. */
  readonly bound99S: Float64Array;
  readonly hardS: Float64Array;
  /** Number of the epoch in the fit. */
  readonly epoch: Int32Array;
}

/**
 * The offset over time: at every burst, half way to the next one (where the bound is widest, and where the instant of a jump
 * is open), and where each span begins and ends. Two points a burst: 80 bytes of columns.
 */
export function curveColumns(fit: ProbeFit, spans: readonly Span[]): CurveColumns {
  const atS = fit.estimate(0) === undefined ? new Float64Array() : allTimes(fit, spans);
  const column = (): Float64Array => new Float64Array(atS.length);
  const curve = {
    ...{ count: atS.length, atS, offsetS: column(), bound99S: column(), hardS: column() },
    epoch: new Int32Array(atS.length),
  };
  for (let index = 0, epoch = 0; index < atS.length; index++) {
    while (epoch + 1 < fit.epochs.length && fit.epochs[epoch + 1]!.fromS <= atS[index]!) epoch += 1;
    curve.epoch[index] = epoch;
    fill(curve, index, fit);
  }
  return curve;
}

function fill({ atS, offsetS, bound99S, hardS }: CurveColumns, index: number, fit: ProbeFit): void {
  const estimate = fit.estimate(atS[index]!)!;
  // What counts is a device time that is mapped, not the offset at an instant: the two differ around a step.
  const mappedS = fit.mappedBoundS(atS[index]!) ?? estimate.bound99S;
  offsetS[index] = -estimate.thetaS;
  bound99S[index] = mappedS;
  // The estimate adds to both of its bounds the same for what is open, up to the distance between two clocks.
  hardS[index] = mappedS + Math.max(0, estimate.hardS - estimate.bound99S);
}

/** The points to draw. Of neighbours that are too many, the one with the widest bound stays: thinning never makes a clock look better. */
export function offsetCurve(curve: CurveColumns): OffsetCurve {
  const kept = thinned(curve);
  return {
    t_s: kept.map((index) => rounded(curve.atS[index]!, 6)),
    offset_s: kept.map((index) => rounded(curve.offsetS[index]!, 9)),
    bound99_s: kept.map((index) => rounded(curve.bound99S[index]!, 9)),
    hard_s: kept.map((index) => rounded(curve.hardS[index]!, 9)),
    epoch: kept.map((index) => curve.epoch[index]!),
  };
}

/** Ascending, each once. */
function allTimes({ bursts }: ProbeFit, spans: readonly Span[]): Float64Array {
  const times = new Float64Array(2 * bursts.length + 2 * spans.length);
  let count = 0;
  for (const { fromS, toS } of spans) {
    times[count++] = fromS;
    times[count++] = toS;
  }
  bursts.forEach(({ atS }, index) => {
    times[count++] = atS;
    times[count++] = (atS + (bursts[index + 1]?.atS ?? atS)) / 2;
  });
  times.sort();
  return times.filter((atS, index) => index === 0 || atS !== times[index - 1]);
}

/** The numbers of the points that stay. */
function thinned({ count, bound99S }: CurveColumns): number[] {
  const step = Math.ceil(count / CURVE_POINTS);
  const kept: number[] = [];
  for (let from = 0; from < count; from += step) {
    let widest = from;
    for (let index = from + 1; index < Math.min(count, from + step); index++)
      if (bound99S[index]! > bound99S[widest]!) widest = index;
    kept.push(widest);
  }
  return kept;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
