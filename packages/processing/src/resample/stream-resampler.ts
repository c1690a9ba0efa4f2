import {
  columnMethod,
  fullTurn,
  gapLimitS,
  isSeries,
  type ColumnFacts,
  type ColumnMethod,
  type StreamFacts,
} from "./column-method.js";
import type { Grid } from "./grid.js";
import type { Interpolation } from "./interpolation.js";
import { LowPass } from "./low-pass.js";
import { LowPassKernel, type LowPassFacts } from "./low-pass-kernel.js";
import { Pchip } from "./pchip.js";
import { SampleWindow, type WindowRows } from "./sample-window.js";
import { SeriesColumns, unitVector, type GridRows, type SeriesColumn } from "./series-columns.js";

/** A stream and its columns, as the choice of methods needs them. */
export interface ResampleRequest {
  readonly grid: Grid;
  readonly stream: StreamFacts;
  /** In the order of the rows that are pushed. */
  readonly columns: readonly ColumnFacts[];
}

interface HeldColumn {
  readonly at: number;
  readonly output: number;
}

/**
 * One stream onto the common time base: samples go in block by block, rows come out. A row waits until every sample that
 * can bear on it is in, and what no later row needs is forgotten: memory does not grow with the stream.
 */
export class StreamResampler {
  /** How each column is brought over, in the order of the request. */
  readonly methods: readonly ColumnMethod[];
  /** Two samples farther apart have a gap between them, seconds; infinite for an irregular stream. */
  readonly gapS: number;
  /** The filter, where one is used. */
  readonly filter: LowPassFacts | null;
  readonly #grid: Grid;
  readonly #window: SampleWindow;
  readonly #turns: readonly (number | undefined)[];
  readonly #series: readonly SeriesColumns[];
  readonly #held: readonly HeldColumn[];
  readonly #timeOutput: number;
  readonly #reachS: number;
  /** So far behind the newest row a sample may still matter, seconds. */
  readonly #keptS: number;
  #at = -1;
  #ended = false;

  constructor({ grid, stream, columns }: ResampleRequest) {
    this.#grid = grid;
    this.methods = columns.map((column) => columnMethod(stream, column, grid.rateHz));
    this.gapS = gapLimitS(stream);
    this.#turns = columns.map((column, index) =>
      this.methods[index] === "previous" ? undefined : fullTurn(column.unit),
    );
    const kernel = this.methods.includes("low_pass") ? new LowPassKernel(grid.rateHz) : undefined;
    this.filter = kernel?.facts ?? null;
    const gapsS = columns.map(({ periodS }) => (periodS === undefined ? this.gapS : gapLimitS({ ...stream, periodS })));
    const { series, held, width } = layout(this.methods, this.#turns);
    this.#window = new SampleWindow(width, this.gapS, isSeries(stream) ? "keep_earlier" : "keep_later");
    this.#series = alike(series, ({ output }) => `${this.methods[output]} ${gapsS[output]}`).map((own) => {
      const { output } = own[0]!;
      const isFiltered = this.methods[output] === "low_pass" && kernel !== undefined;
      const make = (): Interpolation => (isFiltered ? new LowPass(kernel) : new Pchip(gapsS[output]!));
      return new SeriesColumns(this.#window, own, make, gapsS[output]!);
    });
    this.#held = held;
    this.#timeOutput = columns.length;
    this.#reachS = Math.max(0, ...this.#series.map(({ reachS }) => reachS));
    this.#keptS = this.#series.length === 0 ? 0 : this.#reachS + Math.max(...gapsS);
  }

  /** Time of the first sample that is still known; not a number without any. */
  get firstS(): number {
    return this.#window.count === 0 ? Number.NaN : this.#window.timesS[0]!;
  }

  /** Nothing that comes out from `timeS` on is more than a value held or missing. */
  isOver(timeS: number): boolean {
    return this.#ended && this.#window.lastS < timeS;
  }

  /** What became of the samples so far. */
  get tally(): SampleWindow["tally"] {
    return this.#window.tally;
  }

  /** Takes the next samples; their columns in the order of the request. */
  push(rows: WindowRows): void {
    const kept = this.#firstNeeded();
    this.#window.push(this.#expanded(rows), kept);
    this.#at -= kept;
  }

  /** No sample follows. */
  end(): void {
    this.#ended = true;
  }

  /**
   * Fills rows of the time base from `index` on, `count` of them or as many as the samples so far allow, and returns how
   * many; `rows` has the columns of the request and one more, the exact time of the sample whose values are held.
   */
  fill(index: number, count: number, rows: GridRows, firstRow: number): number {
    for (let row = 0; row < count; row++) {
      const atS = this.#grid.timeS(index + row);
      this.#goTo(atS);
      if (!this.#isSettled(atS)) return row;
      for (const series of this.#series) series.fill(atS, this.#at, rows, firstRow + row);
      this.#hold(atS, rows, firstRow + row);
    }
    return count;
  }

  #isSettled(atS: number): boolean {
    const { lastS } = this.#window;
    return this.#ended || (lastS > atS && lastS - atS >= this.#reachS);
  }

  #goTo(atS: number): void {
    const { timesS, count } = this.#window;
    while (this.#at + 1 < count && timesS[this.#at + 1]! <= atS) this.#at++;
  }

  #hold(atS: number, { columns, missing }: GridRows, row: number): void {
    const at = this.#at;
    const isHeld = at >= 0 && atS - this.#window.timesS[at]! <= this.gapS;
    for (const { at: column, output } of this.#held) {
      columns[output]![row] = isHeld ? this.#window.columns[column]![at]! : Number.NaN;
      missing[output]![row] = isHeld ? this.#window.missing[column]![at]! : 1;
    }
    columns[this.#timeOutput]![row] = isHeld ? this.#window.timesS[at]! : Number.NaN;
    missing[this.#timeOutput]![row] = isHeld ? 0 : 1;
  }

  /** The first sample that a row to come may look at: those within reach of the newest row, and the one that is held. */
  #firstNeeded(): number {
    if (this.#at < 0) return 0;
    const { timesS } = this.#window;
    const fromS = timesS[this.#at]! - this.#keptS;
    let first = this.#at;
    while (first > 0 && timesS[first - 1]! >= fromS) first--;
    return first;
  }

  #expanded(rows: WindowRows): WindowRows {
    const columns = rows.columns.flatMap((column, index) => {
      const turn = this.#turns[index];
      return turn === undefined ? [column] : unitVector(column, turn);
    });
    const missing = rows.columns.flatMap((_, index) => {
      const mask = rows.missing[index];
      return this.#turns[index] === undefined ? [mask] : [mask, mask, mask];
    });
    return { count: rows.count, timesS: rows.timesS, columns, missing };
  }
}

/** Which columns of the window belong to which of the result: an angle takes three. */
function layout(
  methods: readonly ColumnMethod[],
  turns: readonly (number | undefined)[],
): { series: SeriesColumn[]; held: HeldColumn[]; width: number } {
  const series: SeriesColumn[] = [];
  const held: HeldColumn[] = [];
  let width = 0;
  methods.forEach((method, output) => {
    if (method === "previous") held.push({ at: width, output });
    else series.push({ at: width, turn: turns[output], output });
    width += turns[output] === undefined ? 1 : 3;
  });
  return { series, held, width };
}

/** Columns that are brought over in one way, together. */
function alike(columns: readonly SeriesColumn[], wayOf: (column: SeriesColumn) => string): SeriesColumn[][] {
  const ways = new Map<string, SeriesColumn[]>();
  for (const column of columns) ways.set(wayOf(column), [...(ways.get(wayOf(column)) ?? []), column]);
  return [...ways.values()];
}
