/** How a column comes onto the common time base. */
export type ColumnMethod = "low_pass" | "pchip" | "previous";

/** What of a stream decides that. */
export interface StreamFacts {
  /** As announced, Hz; 0 = irregular. */
  readonly nominalRateHz: number;
  /** Time between two samples as measured, seconds; null where nothing tells. */
  readonly periodS: number | null;
  /** How its session times were obtained, and how far they may be off (seconds; null where nothing tells). */
  readonly timeMethod: string;
  readonly boundS: number | null;
  /** One row a frame of a video. */
  readonly isFrames: boolean;
}

/** What of a column decides it. */
export interface ColumnFacts {
  readonly unit: string;
  readonly kind: string;
  /** Time between two of its values, seconds, where only some of the samples have one; else it is the stream's. */
  readonly periodS?: number | undefined;
}

/** Rates that differ by less than this are the same: no filter, or it would come and go with the parts per million of a clock. */
const SAME_RATE = 0.01;
const GAP_PERIODS = 1.5;
const GAP_BOUNDS = 2;
/** A rate of its own is believed of a column when so many of its distances agree with the middle one, of so many at least. */
const EVEN_SHARE = 0.9;
const FEWEST_VALUES = 9;
/** A number with one of these units, or none, is counted or says a state: what lies between two of them does not exist. */
const UNCOUNTABLE = new Set(["", "counts", "count"]);
/** Full turns of the angles that come round again; rates of turn (`°/s`) are plain numbers. */
const TURNS: Readonly<Record<string, number>> = { deg: 360, "°": 360, degrees: 360, rad: 2 * Math.PI };

/** Whether a stream has a value between its samples at all: sampled at a rate, each sample at a time of its own. */
export function isSeries({ nominalRateHz, periodS, timeMethod, isFrames }: StreamFacts): boolean {
  return nominalRateHz > 0 && periodS !== null && timeMethod !== "arrival" && !isFrames;
}

/** The method for one column. */
export function columnMethod(stream: StreamFacts, column: ColumnFacts, rateHz: number): ColumnMethod {
  const isQuantity = column.kind !== "index" && column.kind !== "time" && !UNCOUNTABLE.has(column.unit);
  if (!isQuantity || !isSeries(stream)) return "previous";
  return rateHz * (column.periodS ?? stream.periodS!) < 1 - SAME_RATE ? "low_pass" : "pchip";
}

/** The full turn of an angle, in its own unit; undefined for any other quantity. */
export function fullTurn(unit: string): number | undefined {
  return TURNS[unit];
}

/** Two samples farther apart have a gap between them, seconds; infinite for a stream without a period, whose values hold until the next. */
export function gapLimitS({ nominalRateHz, periodS, boundS }: StreamFacts): number {
  if (nominalRateHz === 0 || periodS === null) return Infinity;
  return Math.max(GAP_PERIODS * periodS, GAP_BOUNDS * (boundS ?? 0));
}

/** The time between two samples, seconds: the middle one of the distances in some rows; null below two. A lost sample does not change it. */
export function medianPeriodS(timesS: Float64Array): number | null {
  const distances = timesS.subarray(1).map((timeS, row) => timeS - timesS[row]!);
  const grown = distances.filter((distanceS) => distanceS > 0 && Number.isFinite(distanceS)).sort();
  return grown.length === 0 ? null : grown[grown.length >> 1]!;
}

/** The time between two values of a column that has one in some samples only, at a rate of its own, seconds; undefined for any other. */
export function columnPeriodS(timesS: Float64Array, values: Float64Array, streamPeriodS: number): number | undefined {
  const ownS = timesS.filter((_, row) => Number.isFinite(values[row]));
  const periodS = medianPeriodS(ownS);
  if (ownS.length < FEWEST_VALUES || periodS === null || periodS < GAP_PERIODS * streamPeriodS) return undefined;
  const slackS = (GAP_PERIODS - 1) * periodS;
  const even = ownS.subarray(1).filter((timeS, row) => Math.abs(timeS - ownS[row]! - periodS) <= slackS);
  return even.length >= EVEN_SHARE * (ownS.length - 1) ? periodS : undefined;
}
