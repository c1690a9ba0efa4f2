import { SampleEncoder, sampleHeader } from "../format/sample-csv.js";
import { SessionError, type SampleBlock, type StreamInfo, type Timers } from "../model/index.js";
import type { FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import { LineWriter } from "./line-writer.js";
import { SyncedSeq } from "./synced-seq.js";

/** Samples `fromSeq` to `toSeq` (excluded) that reached the writer and will never be in a file. */
export interface StreamLoss {
  readonly deviceId: string;
  readonly fileType: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly samples: number;
  /** `STORAGE_SLOW`, `STORAGE_FULL`, or whatever the disk last said. */
  readonly error: SessionError;
}

/** What a stream writer is made of. */
export interface StreamWriterOptions {
  readonly files: FileSystem;
  readonly timers: Timers;
  readonly deviceId: string;
  readonly info: StreamInfo;
  /** The final path of the n-th file. */
  readonly pathOf: (part: number) => string;
  /** Hub microseconds at which session time is zero. */
  readonly monotonicZeroUs: number;
  readonly queueMaxBytes?: number;
  /** Both must not throw. */
  readonly onLoss: (loss: StreamLoss) => void;
  readonly onFault: (error: unknown) => void;
}

/** What a stream has counted so far, in samples. `written` + `queued` + `lost` = `received`. */
export interface StreamCounters {
  readonly received: number;
  readonly written: number;
  readonly lost: number;
}

/** A stream's files once it has ended. */
export interface FinishedStream extends StreamCounters {
  readonly deviceId: string;
  readonly info: StreamInfo;
  readonly files: readonly FinishedFile[];
  /** First and last sample received; `undefined` when there was none. */
  readonly span: StreamSpan | undefined;
}

/** The first and the last sample that arrived. */
export interface StreamSpan {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstDeviceTimeS: number;
  readonly lastDeviceTimeS: number;
  readonly firstArrivalUs: number;
  readonly lastArrivalUs: number;
}

/** One stream of one recording on its way to the disk; taking a block never waits. */
export class StreamWriter {
  readonly deviceId: string;
  readonly info: StreamInfo;
  readonly #options: StreamWriterOptions;
  readonly #lines: LineWriter;
  readonly #encoder: SampleEncoder;
  #received = 0;
  #lost = 0;
  #span: StreamSpan | undefined;
  #gap: StreamLoss | undefined;
  #finished: Promise<FinishedStream> | undefined;
  readonly #synced = new SyncedSeq();

  private constructor(options: StreamWriterOptions, lines: LineWriter) {
    this.deviceId = options.deviceId;
    this.info = options.info;
    this.#options = options;
    this.#lines = lines;
    this.#encoder = new SampleEncoder(options.monotonicZeroUs);
  }

  /** The first file is on the disk with its header when this resolves. Throws `STORAGE_*`. */
  static async open(options: StreamWriterOptions): Promise<StreamWriter> {
    const header = sampleHeader(options.info.channels);
    // Nothing is pushed, and so nothing synced, before the writer is there.
    const onSynced = (): void => writer.#synced.confirm(writer.#lines.syncedRows);
    const writer: StreamWriter = new StreamWriter(options, await LineWriter.open({ ...options, header, onSynced }));
    return writer;
  }

  /**
   * One behind the last sample that is on the disk, synced; -1 before any. What was lost before it (and is marked so) is passed
   * over: no older sample will be written any more. It stands still for ever where a failed disk left samples in doubt.
   */
  get syncedSeq(): number {
    return this.#synced.value;
  }

  /** Called whenever `syncedSeq` has changed; must not throw. The answer ends it. */
  onSynced(listener: () => void): () => void {
    return this.#synced.listen(listener);
  }

  get counters(): StreamCounters {
    return { received: this.#received, written: this.written, lost: this.#lost };
  }

  /** Samples in files, synced or not. */
  get written(): number {
    return this.#lines.writtenRows;
  }

  /**
   * Queues a block. False when the queue has no room: its samples are lost, and reported as one loss with those that
   * follow them. Also false, and nothing counted, once the stream has ended.
   */
  append(block: SampleBlock): boolean {
    if (this.#finished !== undefined) return false;
    if (block.count === 0) return true;
    this.#received += block.count;
    this.#span = spanWith(this.#span, block);
    const isTaken = this.#lines.push(this.#encoder.encode(block, this.#lines.space), block.count);
    if (!isTaken) {
      this.#refuse(block);
      return false;
    }
    this.#synced.queued(block.firstSeq, block.count);
    this.#endGap();
    return true;
  }

  /** Ends the stream, once: all that the disk takes is on it, under final names, when this resolves. Reports, never throws. */
  finish(): Promise<FinishedStream> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<FinishedStream> {
    const { files, lostRows } = await this.#lines.finish();
    this.#endGap();
    if (lostRows > 0) this.#reportTail(lostRows);
    const { counters, deviceId, info } = this;
    return { ...counters, deviceId, info, files, span: this.#span };
  }

  #refuse(block: SampleBlock): void {
    this.#lost += block.count;
    const before = this.#gap;
    const error = before?.error ?? this.#reason(block.count);
    this.#gap = {
      deviceId: this.deviceId,
      fileType: this.info.fileType,
      fromSeq: before?.fromSeq ?? block.firstSeq,
      toSeq: block.firstSeq + block.count,
      samples: (before?.samples ?? 0) + block.count,
      error,
    };
    if (before === undefined) this.#options.onFault(error);
  }

  #endGap(): void {
    if (this.#gap === undefined) return;
    const gap = this.#gap;
    this.#gap = undefined;
    this.#options.onLoss(gap);
  }

  /** The rows left in the queue at the end are the newest that were accepted. */
  #reportTail(samples: number): void {
    this.#lost += samples;
    const toSeq = (this.#span?.lastSeq ?? 0) + 1;
    const { deviceId } = this;
    const { fileType } = this.info;
    this.#options.onLoss({
      deviceId,
      fileType,
      fromSeq: toSeq - samples,
      toSeq,
      samples,
      error: this.#reason(samples),
    });
  }

  #reason(samples: number): SessionError {
    const { fault } = this.#lines;
    if (fault instanceof SessionError) return fault;
    return new SessionError("STORAGE_SLOW", { device: this.deviceId, stream: this.info.fileType, samples }, fault);
  }
}

function spanWith(span: StreamSpan | undefined, block: SampleBlock): StreamSpan {
  const last = block.count - 1;
  return {
    firstSeq: span?.firstSeq ?? block.firstSeq,
    firstDeviceTimeS: span?.firstDeviceTimeS ?? block.deviceTimeS[0]!,
    firstArrivalUs: span?.firstArrivalUs ?? block.arrivalUs[0]!,
    lastSeq: block.firstSeq + last,
    lastDeviceTimeS: block.deviceTimeS[last]!,
    lastArrivalUs: block.arrivalUs[last]!,
  };
}
