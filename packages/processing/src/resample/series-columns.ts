import { FiniteStretch } from "./finite-stretch.js";
import type { Interpolation } from "./interpolation.js";
import type { SampleWindow } from "./sample-window.js";

/** One column of the result: where its values stand in the window, and whether it is an angle, kept there as its cosine and sine. */
export interface SeriesColumn {
  readonly at: number;
  /** Of an angle its full turn; its sine stands in the window's next column. */
  readonly turn: number | undefined;
  /** Which column of the result it fills. */
  readonly output: number;
}

/** A result under way: n rows x m columns, with 1 in the mask where there is no value. */
export interface GridRows {
  readonly columns: readonly Float64Array[];
  readonly missing: readonly Uint8Array[];
}

/** The columns of a stream that have values between their samples. */
export class SeriesColumns {
  readonly reachS: number;
  readonly #window: SampleWindow;
  readonly #columns: readonly SeriesColumn[];
  readonly #whole: Interpolation;
  readonly #patchy: FiniteStretch;

  /** @param make an interpolation; two are needed, because one keeps the weights that all whole columns share */
  constructor(window: SampleWindow, columns: readonly SeriesColumn[], make: () => Interpolation, gapS: number) {
    this.#window = window;
    this.#columns = columns;
    this.#whole = make();
    this.#patchy = new FiniteStretch(make(), gapS);
    this.reachS = this.#whole.reachS;
  }

  /** Fills one row; `at` is the last sample at or before `atS`, or -1. */
  fill(atS: number, at: number, rows: GridRows, row: number): void {
    const { timesS, opens, count } = this.#window;
    const isInStretch = at >= 0 && (timesS[at] === atS || (at + 1 < count && opens[at + 1] === 0));
    if (isInStretch) this.#fillInside(atS, at, rows, row);
    else for (const { output } of this.#columns) setValue(rows, output, row, Number.NaN);
  }

  #fillInside(atS: number, at: number, rows: GridRows, row: number): void {
    const { timesS, opens, count, columns } = this.#window;
    let from = at;
    while (opens[from] === 0 && from > 0 && atS - timesS[from - 1]! <= this.reachS) from--;
    let to = at + 1;
    while (to < count && opens[to] === 0 && timesS[to]! - atS <= this.reachS) to++;
    this.#whole.weigh(atS, timesS, from, to);
    const value = (column: number): number => {
      const shared = this.#whole.value(columns[column]!);
      return Number.isFinite(shared) ? shared : this.#patchy.value({ atS, timesS, from, to }, columns[column]!);
    };
    for (const { at: column, turn, output } of this.#columns) {
      const first = value(column);
      const isNegative = turn !== undefined && this.#hasNegative(column + 2, from, to);
      setValue(rows, output, row, turn === undefined ? first : angle(first, value(column + 1), turn, isNegative));
    }
  }

  /** Whether an angle counts from -half a turn to half a turn: where the sensor itself says something negative. */
  #hasNegative(column: number, from: number, to: number): boolean {
    const signs = this.#window.columns[column]!;
    for (let i = from; i < to; i++) if (signs[i]! < 0) return true;
    return false;
  }
}

/** Puts an angle's value into a window's columns: cosine, sine, and the angle itself. */
export function unitVector(angles: Float64Array, turn: number): Float64Array[] {
  const radians = angles.map((value) => (value / turn) * 2 * Math.PI);
  return [radians.map(Math.cos), radians.map(Math.sin), angles];
}

function angle(cosine: number, sine: number, turn: number, isSigned: boolean): number {
  const value = (Math.atan2(sine, cosine) / (2 * Math.PI)) * turn;
  return value < 0 && !isSigned ? value + turn : value;
}

function setValue(rows: GridRows, column: number, row: number, value: number): void {
  rows.columns[column]![row] = value;
  rows.missing[column]![row] = Number.isFinite(value) ? 0 : 1;
}
