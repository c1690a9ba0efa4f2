import { encodeColumns, encodeHeader } from "../format/csv-columns.js";
import { ONE_WAY_COLUMNS, TWO_WAY_COLUMNS } from "../format/sample-csv.js";
import type { Timers } from "../model/index.js";
import type { FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import { LineWriter } from "./line-writer.js";

/** What of a device's clock is observed: the arrivals of its samples, its answers to probes, or readings while it streams. */
export type ClockKind = "one_way" | "two_way" | "readings";

/** What a clock writer is made of. */
export interface ClockWriterOptions {
  readonly files: FileSystem;
  readonly timers: Timers;
  readonly deviceId: string;
  readonly kind: ClockKind;
  readonly pathOf: (part: number) => string;
  /** Hub microseconds at which session time is zero. */
  readonly monotonicZeroUs: number;
  readonly onFault: (error: unknown) => void;
}

/** The raw clock observations of one device on their way to the disk, kept so that alignment can be redone. */
export class ClockWriter {
  readonly deviceId: string;
  readonly kind: ClockKind;
  readonly #lines: LineWriter;
  readonly #monotonicZeroUs: number;
  #received = 0;
  #finished: Promise<readonly FinishedFile[]> | undefined;

  private constructor({ deviceId, kind, monotonicZeroUs }: ClockWriterOptions, lines: LineWriter) {
    this.deviceId = deviceId;
    this.kind = kind;
    this.#monotonicZeroUs = monotonicZeroUs;
    this.#lines = lines;
  }

  /** The file is on the disk with its header when this resolves. Throws `STORAGE_*`. */
  static async open(options: ClockWriterOptions): Promise<ClockWriter> {
    const columns = options.kind === "one_way" ? ONE_WAY_COLUMNS : TWO_WAY_COLUMNS;
    return new ClockWriter(options, await LineWriter.open({ ...options, header: encodeHeader(columns) }));
  }

  get counters(): { readonly received: number; readonly written: number } {
    return { received: this.#received, written: this.#lines.writtenRows };
  }

  /** One observation of a one-way clock: the device's own seconds, and the hub microseconds at which they arrived. */
  append(deviceTimestampS: number, arrivalUs: number): boolean {
    return this.push(
      [Float64Array.of(deviceTimestampS), Float64Array.of((arrivalUs - this.#monotonicZeroUs) / 1e6)],
      1,
    );
  }

  /**
   * Queues `count` observations: one array per column, in the order of the header; host times are session seconds; in
   * `missing`, per column, 1 where there is no value. False, and counted as received only, when the disk is too slow or the file has ended.
   */
  push(columns: readonly Float64Array[], count: number, missing: readonly (Uint8Array | undefined)[] = []): boolean {
    if (this.#finished !== undefined) return false;
    this.#received += count;
    return count === 0 || this.#lines.push(encodeColumns({ count, columns, missing }, this.#lines.space), count);
  }

  /** Ends the file, once: all that the disk takes is on it, under its final name. Reports, never throws. */
  finish(): Promise<readonly FinishedFile[]> {
    this.#finished ??= this.#lines.finish().then(({ files }) => files);
    return this.#finished;
  }
}
