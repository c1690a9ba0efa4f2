/** Samples to come: n rows, one time and one value per column each. */
export interface WindowRows {
  readonly count: number;
  readonly timesS: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly missing: readonly (Uint8Array | undefined)[];
}

/** What to do with a sample that has the time of the one before it: the later of two states holds, but a series has one value at a time. */
export type SameTime = "keep_later" | "keep_earlier";

const START_ROWS = 1024;

/**
 * The samples of one stream that still matter, in growing time. Samples without a time of their own have no place in it; a
 * distance longer than the gap opens a new stretch. Memory is one block and what is kept of those before it.
 */
export class SampleWindow {
  readonly #gapS: number;
  readonly #sameTime: SameTime;
  timesS = new Float64Array(START_ROWS);
  /** 1 where a stretch begins. */
  opens = new Uint8Array(START_ROWS);
  columns: Float64Array[];
  missing: Uint8Array[];
  count = 0;
  /** Of all samples so far: how many took part, how many gaps there were, and the longest of them. */
  readonly tally = { samples: 0, withoutTime: 0, gaps: 0, longestGapS: 0 };

  constructor(columns: number, gapS: number, sameTime: SameTime) {
    this.#gapS = gapS;
    this.#sameTime = sameTime;
    this.columns = Array.from({ length: columns }, () => new Float64Array(START_ROWS));
    this.missing = Array.from({ length: columns }, () => new Uint8Array(START_ROWS));
  }

  /** The time of the newest sample; minus infinity without any. */
  get lastS(): number {
    return this.count === 0 ? -Infinity : this.timesS[this.count - 1]!;
  }

  /** Forgets the rows before `from`, then takes a block. */
  push(rows: WindowRows, from: number): void {
    this.#forget(from);
    this.#reserve(this.count + rows.count);
    for (let row = 0; row < rows.count; row++) this.#take(rows, row);
  }

  #take(rows: WindowRows, row: number): void {
    const timeS = rows.timesS[row]!;
    const sinceS = timeS - this.lastS;
    if (!(sinceS > 0) || !Number.isFinite(timeS)) {
      this.tally.withoutTime++;
      if (sinceS === 0 && this.#sameTime === "keep_later") this.#copy(rows, row, this.count - 1);
      return;
    }
    const isGap = this.count > 0 && sinceS > this.#gapS;
    if (isGap) {
      this.tally.gaps++;
      this.tally.longestGapS = Math.max(this.tally.longestGapS, sinceS);
    }
    this.tally.samples++;
    this.timesS[this.count] = timeS;
    this.opens[this.count] = isGap || this.count === 0 ? 1 : 0;
    this.#copy(rows, row, this.count++);
  }

  #copy(rows: WindowRows, row: number, to: number): void {
    for (let column = 0; column < this.columns.length; column++) {
      this.columns[column]![to] = rows.columns[column]![row]!;
      this.missing[column]![to] = rows.missing[column]?.[row] ?? 0;
    }
  }

  #forget(rows: number): void {
    if (rows === 0) return;
    for (const array of this.#arrays()) array.copyWithin(0, rows, this.count);
    this.count -= rows;
  }

  #reserve(rows: number): void {
    if (rows <= this.timesS.length) return;
    const size = Math.max(rows, this.timesS.length * 2);
    this.timesS = grown(this.timesS, new Float64Array(size));
    this.opens = grown(this.opens, new Uint8Array(size));
    this.columns = this.columns.map((column) => grown(column, new Float64Array(size)));
    this.missing = this.missing.map((mask) => grown(mask, new Uint8Array(size)));
  }

  #arrays(): (Float64Array | Uint8Array)[] {
    return [this.timesS, this.opens, ...this.columns, ...this.missing];
  }
}

function grown<Values extends Float64Array | Uint8Array>(from: Values, into: Values): Values {
  into.set(from);
  return into;
}
