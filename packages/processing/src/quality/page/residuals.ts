import type { ClockQuality } from "@polychron/session/format";

/** A picture has no more points than it has columns of pixels. */
const SHOWN_POINTS = 600;

/** An offset less the straight line of its epoch: what a picture can show of milliseconds beside hours. */
export interface ResidualCurve {
  readonly atS: readonly number[];
  readonly residualMs: readonly number[];
  readonly boundMs: readonly number[];
  readonly epoch: readonly number[];
}

/** The curve for a picture: of neighbours that are too many, the one with the widest bound. */
export function residuals(offset: NonNullable<ClockQuality["offset"]>): ResidualCurve {
  const lines = linesOf(offset);
  const kept = shownRows(offset);
  return {
    atS: kept.map((row) => offset.t_s[row]!),
    residualMs: kept.map((row) => 1e3 * (offset.offset_s[row]! - lines.get(offset.epoch[row]!)!(offset.t_s[row]!))),
    boundMs: kept.map((row) => 1e3 * offset.bound99_s[row]!),
    epoch: kept.map((row) => offset.epoch[row]!),
  };
}

function shownRows({ t_s: times, bound99_s: bounds, epoch }: NonNullable<ClockQuality["offset"]>): number[] {
  const step = Math.ceil(times.length / SHOWN_POINTS);
  const kept: number[] = [];
  for (let from = 0; from < times.length; from += step) {
    let best = from;
    for (let row = from; row < Math.min(times.length, from + step); row++) if (bounds[row]! > bounds[best]!) best = row;
    // The ends of the curve stay, and each epoch keeps its first point.
    kept.push(from === 0 || epoch[from] !== epoch[from - 1] ? from : best);
  }
  if (kept.at(-1) !== times.length - 1) kept.push(times.length - 1);
  return kept;
}

type Line = (atS: number) => number;

/** The least-squares line of each epoch. */
function linesOf({ t_s: times, offset_s: offsets, epoch }: NonNullable<ClockQuality["offset"]>): Map<number, Line> {
  const rows = new Map<number, number[]>();
  epoch.forEach((number, row) => {
    const own = rows.get(number);
    if (own === undefined) rows.set(number, [row]);
    else own.push(row);
  });
  return new Map([...rows].map(([number, own]) => [number, lineThrough(own, times, offsets)]));
}

function lineThrough(rows: readonly number[], times: readonly number[], offsets: readonly number[]): Line {
  const [first] = rows;
  const [t0, o0] = [times[first!]!, offsets[first!]!];
  let [sumT, sumO, sumTT, sumTO] = [0, 0, 0, 0];
  for (const row of rows) {
    const [t, o] = [times[row]! - t0, offsets[row]! - o0];
    sumT += t;
    sumO += o;
    sumTT += t * t;
    sumTO += t * o;
  }
  const spread = sumTT - (sumT * sumT) / rows.length;
  const slope = spread > 0 ? (sumTO - (sumT * sumO) / rows.length) / spread : 0;
  const start = (sumO - slope * sumT) / rows.length;
  return (atS) => o0 + start + slope * (atS - t0);
}
