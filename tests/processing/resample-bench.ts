import {
  Grid,
  StreamResampler,
  type ColumnFacts,
  type StreamFacts,
  type StreamResampler as Resampler,
} from "@polychron/processing";

export const QUANTITY: ColumnFacts = { unit: "µS", kind: "calibrated" };
export const COUNTS: ColumnFacts = { unit: "counts", kind: "raw" };

/** A stream of a given rate whose times are right to nothing. */
export function regular(rateHz: number, more: Partial<StreamFacts> = {}): StreamFacts {
  return { nominalRateHz: rateHz, periodS: 1 / rateHz, timeMethod: "two_way", boundS: 0, isFrames: false, ...more };
}

export interface Series {
  readonly stream: StreamFacts;
  readonly columns: readonly ColumnFacts[];
  readonly timesS: readonly number[];
  /** One array a column; `null` is a value that the device did not send. */
  readonly values: readonly (readonly (number | null)[])[];
}

export interface Resampled {
  readonly timesS: number[];
  /** One array a column, then the exact time; `null` where there is no value. */
  readonly columns: (number | null)[][];
  readonly resampler: Resampler;
}

/** A whole series onto the grid, rows `from` to `to` (included), pushed in blocks of `blockRows`. */
export function resample(
  series: Series,
  rateHz: number,
  span: { from: number; to: number },
  blockRows = 97,
): Resampled {
  const grid = new Grid(rateHz);
  const resampler = new StreamResampler({ grid, stream: series.stream, columns: series.columns });
  const count = span.to - span.from + 1;
  const rows = {
    columns: Array.from({ length: series.columns.length + 1 }, () => new Float64Array(count)),
    missing: Array.from({ length: series.columns.length + 1 }, () => new Uint8Array(count)),
  };
  let pushed = 0;
  for (let done = 0; ;) {
    done += resampler.fill(span.from + done, count - done, rows, done);
    if (done === count) break;
    if (pushed >= series.timesS.length) resampler.end();
    else resampler.push(block(series, pushed, (pushed += blockRows)));
  }
  return {
    timesS: Array.from({ length: count }, (_, row) => grid.timeS(span.from + row)),
    columns: rows.columns.map((column, index) =>
      Array.from(column, (value, row) => (rows.missing[index]![row] === 1 ? null : value)),
    ),
    resampler,
  };
}

function block({ timesS, values }: Series, from: number, to: number) {
  const times = Float64Array.from(timesS.slice(from, to));
  return {
    count: times.length,
    timesS: times,
    columns: values.map((column) => Float64Array.from(column.slice(from, to), (value) => value ?? Number.NaN)),
    missing: values.map((column) => Uint8Array.from(column.slice(from, to), (value) => (value === null ? 1 : 0))),
  };
}

/** Times of a regular stream. */
export function timesOf(rateHz: number, durationS: number, startS = 0): number[] {
  return Array.from({ length: Math.floor(durationS * rateHz) + 1 }, (_, k) => startS + k / rateHz);
}
