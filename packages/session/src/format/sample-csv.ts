import type { ChannelInfo, SampleBlock } from "../model/index.js";
import { encodeColumns, encodeHeader, type CsvRows } from "./csv-columns.js";
import type { LineSpace } from "./line-space.js";

/** The first columns of every sensor data file: sample number, device clock, hub session time at arrival. */
export const SAMPLE_COLUMNS = ["seq", "device_time_s", "arrival_time_s"] as const;
/** The columns of the clock observations of a stream that cannot be asked: device clock and session time, both seconds. */
export const ONE_WAY_COLUMNS = ["device_timestamp", "host_arrival"] as const;
/** The columns of clock probes: four times in seconds, which device clock, its resolution in seconds. */
export const TWO_WAY_COLUMNS = ["t1", "t2", "t3", "t4", "clock_id", "quant_s"] as const;

/** Consecutive samples read back: n samples x m channels, one typed array (n long) per channel. */
export interface StreamRows {
  readonly count: number;
  /** The device's own sample numbers; a hole is a loss. */
  readonly seq: Float64Array;
  /** Device clock, unwrapped, seconds. */
  readonly deviceTimeS: Float64Array;
  /** Session seconds at which each sample arrived at the hub. */
  readonly arrivalS: Float64Array;
  /** One array per channel, in the order of the header. */
  readonly columns: readonly Float64Array[];
  /** Per channel, 1 where the device sent no value; undefined where every value is there. */
  readonly missing: readonly (Uint8Array | undefined)[];
}

/** The header line of a sensor data file. */
export function sampleHeader(channels: readonly Pick<ChannelInfo, "name">[]): Uint8Array {
  return encodeHeader([...SAMPLE_COLUMNS, ...channels.map((channel) => channel.name)]);
}

/** Some of the gathered samples as lines. */
export interface SampleLines {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly firstSeq: number;
  /** One behind the last of them. */
  readonly nextSeq: number;
}

const ROWS_AT_FIRST = 64;
/** Rows become lines piece by piece: at most so many fields, for which half a piece of line space is enough. */
const FIELDS_AT_ONCE = 480;

/**
 * The blocks of one stream as CSV lines: gathered in columns of its own until they are asked for, for many rows become lines in
 * less time than the same rows now and then. Nothing of a block is kept.
 */
export class SampleEncoder {
  readonly #monotonicZeroUs: number;
  /** Sample number, device time, arrival, then the channels. */
  #columns: readonly Float64Array[] = [];
  #missing: (Uint8Array | undefined)[] = [];
  #rows = 0;

  /** `monotonicZeroUs` is the hub time of session second 0 in the epoch that stamps the blocks. */
  constructor(monotonicZeroUs: number) {
    this.#monotonicZeroUs = monotonicZeroUs;
  }

  /** Samples gathered. */
  get rows(): number {
    return this.#rows;
  }

  push(block: SampleBlock): void {
    const from = this.#rows;
    const { count, channels, missing } = block;
    this.#makeRoom(from + count, 3 + channels.length);
    this.#pushTimes(block);
    for (let channel = 0; channel < channels.length; channel++) {
      const [values, column] = [channels[channel]!, this.#columns[3 + channel]!];
      for (let row = 0; row < count; row++) column[from + row] = values[row]!;
      const mask = missing?.[channel];
      if (mask !== undefined) (this.#missing[3 + channel] ??= new Uint8Array(column.length)).set(mask, from);
    }
    this.#rows += count;
  }

  /** What was gathered, in pieces without a hole in their numbers; each is to be used before the next is taken. Then nothing is left. */
  *take(space?: LineSpace): Generator<SampleLines> {
    const [count, columns, missing] = [this.#rows, this.#columns, this.#missing];
    const seq = columns[0]!;
    this.#rows = 0;
    this.#missing = [];
    const most = Math.max(1, Math.floor(FIELDS_AT_ONCE / columns.length));
    let from = 0;
    while (from < count) {
      const rows = runOf(seq, from, Math.min(count, from + most));
      const bytes = encodeColumns({ from, count: rows, columns, missing }, space);
      yield { bytes, rows, firstSeq: seq[from]!, nextSeq: seq[from]! + rows };
      from += rows;
    }
  }

  #makeRoom(rows: number, columns: number): void {
    const has = this.#columns[0]?.length ?? 0;
    if (rows <= has) return;
    const capacity = Math.max(ROWS_AT_FIRST, 2 * has, rows);
    this.#columns = Array.from({ length: columns }, (_, column) =>
      longer(this.#columns[column], Float64Array, capacity),
    );
    this.#missing = this.#missing.map((mask) => mask && longer(mask, Uint8Array, capacity));
  }

  #pushTimes({ count, firstSeq, deviceTimeS, arrivalUs }: SampleBlock): void {
    const [seq, timeS, arrivalS] = this.#columns as [Float64Array, Float64Array, Float64Array];
    const [from, zeroUs] = [this.#rows, this.#monotonicZeroUs];
    let beforeUs = Number.NaN;
    let nowS = 0;
    for (let row = 0; row < count; row++) {
      seq[from + row] = firstSeq + row;
      timeS[from + row] = deviceTimeS[row]!;
      // Whole microseconds: no arrival is known better, and the text is a third as long. Most of a block arrives at once.
      if (arrivalUs[row] !== beforeUs) nowS = Math.round(arrivalUs[row]! - zeroUs) / 1e6;
      beforeUs = arrivalUs[row]!;
      arrivalS[from + row] = nowS;
    }
  }
}

/** How many numbers from a place on, to another at most, follow each other. */
function runOf(seq: Float64Array, from: number, to: number): number {
  let place = from + 1;
  while (place < to && seq[place] === seq[place - 1]! + 1) place++;
  return place - from;
}

function longer<Column extends Float64Array | Uint8Array>(
  column: Column | undefined,
  make: new (length: number) => Column,
  length: number,
): Column {
  const made = new make(length);
  if (column !== undefined) made.set(column);
  return made;
}

/** Whether a header is that of a sensor data file. */
export function isSampleHeader(header: readonly string[]): boolean {
  return SAMPLE_COLUMNS.every((name, column) => header[column] === name);
}

/** The lines of a sensor data file as samples. */
export function toStreamRows(rows: CsvRows): StreamRows {
  const [seq, deviceTimeS, arrivalS, ...columns] = rows.columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    ...Float64Array[],
  ];
  return { count: rows.count, seq, deviceTimeS, arrivalS, columns, missing: rows.missing.slice(SAMPLE_COLUMNS.length) };
}
