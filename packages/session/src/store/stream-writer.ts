import { SampleEncoder, sampleHeader, type SampleLines } from "../format/sample-csv.js";
import { SessionError, type SampleBlock, type StreamInfo, type Timers } from "../model/index.js";
import type { FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import { FLUSH, KEPT_FLUSH, LineWriter, type PushLines } from "./line-writer.js";
import { SyncedSeq, type SeqRun } from "./synced-seq.js";

/** So many samples wait in the writer itself, a few more with the block that comes then. */
const GATHERED_MOST = 1024;

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
  #span: Span | undefined;
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
    const onWriting = (push: PushLines): void => writer.#hand(push);
    const pace = options.info.isKeptByDevice === true ? KEPT_FLUSH : FLUSH;
    const lines = await LineWriter.open({ ...options, header, pace, onWriting, onSynced });
    const writer: StreamWriter = new StreamWriter(options, lines);
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
   * Takes a block. Where the queue has no room for it when it is to be written its samples are lost, and reported as one loss with
   * those that follow them. False, and nothing counted, once the stream has ended.
   */
  append(block: SampleBlock): boolean {
    if (this.#finished !== undefined) return false;
    if (block.count === 0) return true;
    this.#received += block.count;
    this.#span ??= spanOf(block);
    extend(this.#span, block);
    // A disk that is too slow to ask for them: the queue, and its limit, is where they belong.
    if (this.#encoder.rows >= GATHERED_MOST) this.#hand((bytes, rows) => this.#lines.push(bytes, rows));
    this.#encoder.push(block);
    this.#lines.expect();
    return true;
  }

  /** Ends the stream, once: all that the disk takes is on it, under final names, when this resolves. Reports, never throws. */
  finish(): Promise<FinishedStream> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  #hand(push: PushLines): void {
    for (const lines of this.#encoder.take(this.#lines.space)) {
      if (!push(lines.bytes, lines.rows)) this.#refuse(lines);
      else {
        this.#synced.queued(lines.firstSeq, lines.nextSeq);
        this.#endGap();
      }
    }
  }

  async #finish(): Promise<FinishedStream> {
    const { files, lostRows } = await this.#lines.finish();
    this.#endGap();
    if (lostRows > 0) this.#reportTail(lostRows);
    const { counters, deviceId, info } = this;
    return { ...counters, deviceId, info, files, span: this.#span };
  }

  #refuse({ rows, firstSeq, nextSeq }: SampleLines): void {
    this.#lost += rows;
    const isNew = this.#gap === undefined;
    const error = this.#gap?.error ?? this.#reason(rows);
    if (this.#gap?.toSeq !== firstSeq) this.#endGap();
    const fromSeq = this.#gap?.fromSeq ?? firstSeq;
    this.#gap = this.#lossOf({ firstSeq: fromSeq, nextSeq }, error);
    if (isNew) this.#options.onFault(error);
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
    const error = this.#reason(samples);
    for (const run of this.#synced.newest(samples)) this.#options.onLoss(this.#lossOf(run, error));
  }

  #lossOf({ firstSeq, nextSeq }: SeqRun, error: SessionError): StreamLoss {
    const { deviceId } = this;
    const { fileType } = this.info;
    return { deviceId, fileType, fromSeq: firstSeq, toSeq: nextSeq, samples: nextSeq - firstSeq, error };
  }

  #reason(samples: number): SessionError {
    const { fault } = this.#lines;
    if (fault instanceof SessionError) return fault;
    return new SessionError("STORAGE_SLOW", { device: this.deviceId, stream: this.info.fileType, samples }, fault);
  }
}

/** A span that still grows. */
type Span = { -readonly [Fact in keyof StreamSpan]: StreamSpan[Fact] };

function spanOf({ firstSeq, deviceTimeS, arrivalUs }: SampleBlock): Span {
  const first = { firstSeq, firstDeviceTimeS: deviceTimeS[0]!, firstArrivalUs: arrivalUs[0]! };
  return { ...first, lastSeq: firstSeq, lastDeviceTimeS: deviceTimeS[0]!, lastArrivalUs: arrivalUs[0]! };
}

function extend(span: Span, { firstSeq, count, deviceTimeS, arrivalUs }: SampleBlock): void {
  span.lastSeq = firstSeq + count - 1;
  span.lastDeviceTimeS = deviceTimeS[count - 1]!;
  span.lastArrivalUs = arrivalUs[count - 1]!;
}
