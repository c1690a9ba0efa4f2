/**
 * A way to the value of a series between its samples. `weigh` looks at the samples `from` to `to` (excluded), one stretch
 * without a gap that begins at or before `atS` and ends at or after it; `value` then gives the value of any column there.
 */
export interface Interpolation {
  /** Samples farther away than this do not matter, seconds. */
  readonly reachS: number;
  weigh(atS: number, timesS: Float64Array, from: number, to: number): void;
  /** Not a number where the samples do not carry a value: too few of them, or one that is no number itself. */
  value(values: Float64Array): number;
}
