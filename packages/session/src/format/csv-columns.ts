import { LineSpace } from "./line-space.js";
import { isNaNText, NUMBER_TEXT_MAX_BYTES, readNumber, writeValue } from "./number-text.js";

const COMMA = 44;
const NEWLINE = 10;

/** Consecutive lines of a numeric CSV file as columns: `count` rows in each array. */
export interface CsvRows {
  readonly count: number;
  readonly columns: readonly Float64Array[];
  /** Per column, 1 where the field is empty (the column holds NaN there); undefined where no field is. */
  readonly missing: readonly (Uint8Array | undefined)[];
}

/** What reading a file to its end found beside its good lines. */
export interface CsvTail {
  /** Good lines, the header not counted. */
  readonly rows: number;
  /** Bytes after the last newline: a line that was never finished. */
  readonly tornBytes: number;
  /** Where the good part ends, in bytes from the start of the file. */
  readonly goodBytes: number;
  /** Finished lines that are not as many numbers as the header has names; they are skipped. */
  readonly badLines: number;
  /** The number of the first of them (the header is line 1); 0 if there is none. */
  readonly firstBadLine: number;
}

/** A header line. */
export function encodeHeader(names: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${names.join(",")}\n`);
}

/** What is written as lines. */
export interface LineColumns {
  /** The first row; 0 when absent. */
  readonly from?: number;
  readonly count: number;
  /** At least `from` + `count` values each. */
  readonly columns: readonly Float64Array[];
  /** Per column, 1 where a field stays empty. */
  readonly missing?: readonly (Uint8Array | undefined)[] | undefined;
}

/** The columns as CSV lines. */
export function encodeColumns(
  { from: first = 0, count, columns, missing }: LineColumns,
  space = new LineSpace(0),
): Uint8Array {
  const bytes = space.take(count * columns.length * (NUMBER_TEXT_MAX_BYTES + 1));
  const above = { from: new Int32Array(columns.length), to: new Int32Array(columns.length) };
  let at = 0;
  for (let row = first; row < first + count; row++) {
    for (let column = 0; column < columns.length; column++) {
      const from = at;
      if (missing?.[column]?.[row] !== 1) at = writeBelow(bytes, at, columns[column]!, row, above, column);
      above.from[column] = from;
      above.to[column] = at;
      bytes[at++] = COMMA;
    }
    bytes[at - 1] = NEWLINE;
  }
  return space.keep(at);
}

/** Writes one field; a value that is the one above (the arrival of a whole block) has its text copied. */
function writeBelow(
  bytes: Uint8Array,
  at: number,
  values: Float64Array,
  row: number,
  above: { readonly from: Int32Array; readonly to: Int32Array },
  column: number,
): number {
  const from = above.from[column]!;
  const length = above.to[column]! - from;
  // In the first row nothing is above, and an empty field has no text; zero comes in two signs.
  if (length === 0 || values[row] !== values[row - 1] || values[row] === 0) return writeValue(bytes, at, values, row);
  return copyText(bytes, at, from, length);
}

function copyText(bytes: Uint8Array, at: number, from: number, length: number): number {
  for (let place = 0; place < length; place++) bytes[at + place] = bytes[from + place]!;
  return at + length;
}

/**
 * Reads a numeric CSV file from chunks cut anywhere. Memory is bounded by one block of rows and the longest line.
 * A last line without its newline is torn: reported, never taken for a number that lost its end.
 */
export class CsvReader {
  readonly #rowsPerBlock: number;
  #header: readonly string[] | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #block: BlockUnderWay | undefined;
  #rows = 0;
  #goodBytes = 0;
  #line = 0;
  #badLines = 0;
  #firstBadLine = 0;

  constructor(rowsPerBlock = 4096) {
    this.#rowsPerBlock = rowsPerBlock;
  }

  /** The names in the first line, once it was read. */
  get header(): readonly string[] | undefined {
    return this.#header;
  }

  /** Takes the next chunk; yields every block it fills. */
  *push(chunk: Uint8Array): Generator<CsvRows> {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      this.#takeLine(bytes, from, to);
      this.#goodBytes += to + 1 - from;
      from = to + 1;
      if (this.#block?.count === this.#rowsPerBlock) yield* this.#flush();
    }
    this.#rest = bytes.slice(from);
  }

  /** Ends the file: yields the rows that are left and returns what else was found. */
  *end(): Generator<CsvRows, CsvTail> {
    yield* this.#flush();
    return {
      rows: this.#rows,
      tornBytes: this.#rest.length,
      goodBytes: this.#goodBytes,
      badLines: this.#badLines,
      firstBadLine: this.#firstBadLine,
    };
  }

  #takeLine(bytes: Uint8Array, from: number, to: number): void {
    this.#line++;
    if (this.#header === undefined) {
      this.#header = new TextDecoder().decode(bytes.subarray(from, to)).split(",");
      return;
    }
    this.#block ??= new BlockUnderWay(this.#header.length, this.#rowsPerBlock);
    if (this.#block.take(bytes, from, to)) {
      this.#rows++;
      return;
    }
    this.#badLines++;
    if (this.#firstBadLine === 0) this.#firstBadLine = this.#line;
  }

  *#flush(): Generator<CsvRows> {
    if (this.#block !== undefined && this.#block.count > 0) yield this.#block.rows();
    this.#block = undefined;
  }
}

/** The columns that lines are read into. */
class BlockUnderWay {
  readonly #columns: Float64Array[];
  readonly #missing: (Uint8Array | undefined)[];
  readonly #capacity: number;
  count = 0;

  constructor(columns: number, capacity: number) {
    this.#capacity = capacity;
    this.#columns = Array.from({ length: columns }, () => new Float64Array(capacity));
    this.#missing = new Array<Uint8Array | undefined>(columns).fill(undefined);
  }

  /** False, and nothing taken, if the line is not one number or empty field per column. */
  take(bytes: Uint8Array, from: number, to: number): boolean {
    const last = this.#columns.length - 1;
    let start = from;
    for (let column = 0; column <= last; column++) {
      let end = start;
      while (end < to && bytes[end] !== COMMA) end++;
      if (end === to ? column < last : column === last) return this.#refuse(column);
      if (!this.#takeField(column, bytes, start, end)) return this.#refuse(column);
      start = end + 1;
    }
    this.count++;
    return true;
  }

  rows(): CsvRows {
    const { count } = this;
    if (count === this.#capacity) return { count, columns: this.#columns, missing: this.#missing };
    return {
      count,
      columns: this.#columns.map((column) => column.slice(0, count)),
      missing: this.#missing.map((mask) => mask?.slice(0, count)),
    };
  }

  #takeField(column: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (from === to) {
      (this.#missing[column] ??= new Uint8Array(this.#capacity))[this.count] = 1;
      this.#columns[column]![this.count] = Number.NaN;
      return true;
    }
    const value = readNumber(bytes, from, to);
    this.#columns[column]![this.count] = value;
    return !Number.isNaN(value) || isNaNText(bytes, from, to);
  }

  /** Forgets the empty fields noted before the damaged one (at `column`). */
  #refuse(column: number): boolean {
    for (let before = 0; before <= column; before++) {
      const mask = this.#missing[before];
      if (mask !== undefined) mask[this.count] = 0;
    }
    return false;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
