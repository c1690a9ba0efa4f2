import type { StreamRows } from "./sample-csv.js";

/** How many rows there are from mark to mark: a repetition is told from a new start as finely as this. */
const MARK_EVERY = 256;

/** A sample that was read: its number and the device's time. */
interface Mark {
  readonly seq: number;
  readonly deviceTimeS: number;
}

/**
 * Leaves out what a stream's later part repeats of the parts before it: a phone sends what was never acknowledged to it as a
 * table of its own, and part of that may have been stored all the same. The same numbers of a device that has started anew
 * are no repetition; its clock tells.
 */
export class PartJoin {
  /** Rows of the numbering under way, `MARK_EVERY` apart or less, and its last row so far. */
  #marks: Mark[] = [];
  #last: Mark | undefined;
  /** When the last row arrived that did arrive at the hub; a device's own table does not know. */
  #lastArrivalS = Number.NEGATIVE_INFINITY;
  /** Rows up to this number are left out; undefined until the part's first row was seen. */
  #knownTo: number | undefined;

  /** The rows taken from now on are those of the next part. */
  nextPart(): void {
    this.#knownTo = undefined;
  }

  /** The rows without those that were there before; undefined when that is all of them. */
  take(rows: StreamRows): StreamRows | undefined {
    if (rows.count === 0) return rows;
    this.#knownTo ??= this.#beginPart(rows);
    const from = rows.seq[0]! > this.#knownTo ? 0 : firstBehind(rows.seq, rows.count, this.#knownTo);
    if (from === rows.count) return undefined;
    this.#knownTo = Number.NEGATIVE_INFINITY;
    const fresh = from === 0 ? rows : rowsFrom(rows, from);
    this.#note(fresh);
    return fresh;
  }

  #beginPart(rows: StreamRows): number {
    const last = this.#last;
    if (last === undefined || rows.seq[0]! > last.seq) return Number.NEGATIVE_INFINITY;
    if (this.#repeats(rows)) return last.seq;
    this.#marks = [];
    return Number.NEGATIVE_INFINITY;
  }

  /** Whether the first row lies where the rows before have its number, by the device's clock, and did not arrive after them. */
  #repeats({ seq, deviceTimeS, arrivalS }: StreamRows): boolean {
    const [number, timeS] = [seq[0]!, deviceTimeS[0]!];
    if (arrivalS[0]! > this.#lastArrivalS) return false;
    const marks = [...this.#marks, this.#last!];
    const at = marks.findLastIndex((mark) => mark.seq <= number);
    const [before, after] = [marks[at], marks[at + 1]];
    if (before === undefined) return false;
    if (before.seq === number) return before.deviceTimeS === timeS;
    return after !== undefined && before.deviceTimeS <= timeS && timeS <= after.deviceTimeS;
  }

  #note({ count, seq, deviceTimeS, arrivalS }: StreamRows): void {
    for (let row = 0; row < count; row += MARK_EVERY)
      this.#marks.push({ seq: seq[row]!, deviceTimeS: deviceTimeS[row]! });
    this.#last = { seq: seq[count - 1]!, deviceTimeS: deviceTimeS[count - 1]! };
    const arrived = arrivalS[count - 1]!;
    if (!Number.isNaN(arrived)) this.#lastArrivalS = arrived;
  }
}

function firstBehind(seq: Float64Array, count: number, knownTo: number): number {
  const at = seq.findIndex((number) => number > knownTo);
  return at < 0 ? count : at;
}

function rowsFrom({ count, seq, deviceTimeS, arrivalS, columns, missing }: StreamRows, from: number): StreamRows {
  return {
    count: count - from,
    seq: seq.subarray(from),
    deviceTimeS: deviceTimeS.subarray(from),
    arrivalS: arrivalS.subarray(from),
    columns: columns.map((column) => column.subarray(from)),
    missing: missing.map((mask) => mask?.subarray(from)),
  };
}
