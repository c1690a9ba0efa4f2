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

/** Blocks of one stream as CSV lines. */
export class SampleEncoder {
  readonly #monotonicZeroUs: number;
  #seq = new Float64Array(0);
  #arrivalS = new Float64Array(0);

  /** `monotonicZeroUs` is the hub time of session second 0 in the epoch that stamps the blocks. */
  constructor(monotonicZeroUs: number) {
    this.#monotonicZeroUs = monotonicZeroUs;
  }

  encode(block: SampleBlock, space?: LineSpace): Uint8Array {
    this.#number(block);
    const columns = [this.#seq, block.deviceTimeS, this.#arrivalS, ...block.channels];
    const missing = block.missing && [undefined, undefined, undefined, ...block.missing];
    return encodeColumns({ count: block.count, columns, missing }, space);
  }

  #number({ count, firstSeq, arrivalUs }: SampleBlock): void {
    if (this.#seq.length < count) {
      this.#seq = new Float64Array(count);
      this.#arrivalS = new Float64Array(count);
    }
    for (let row = 0; row < count; row++) {
      this.#seq[row] = firstSeq + row;
      // Whole microseconds: no arrival is known better, and the text is a third as long. Most of a block arrives at once.
      const isSame = row > 0 && arrivalUs[row] === arrivalUs[row - 1];
      const arrivalS = isSame ? this.#arrivalS[row - 1]! : Math.round(arrivalUs[row]! - this.#monotonicZeroUs) / 1e6;
      this.#arrivalS[row] = arrivalS;
    }
  }
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
