import { SessionError, type Timers } from "../model/index.js";
import type { FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import { LineWriter } from "./line-writer.js";
import type { StreamLoss } from "./stream-writer.js";

/** How many bytes of video may wait for a slow or full disk. */
export const MEDIA_QUEUE_MAX_BYTES = 32 << 20;

/** What a media writer is made of. */
export interface MediaWriterOptions {
  readonly files: FileSystem;
  readonly timers: Timers;
  readonly deviceId: string;
  readonly fileType: string;
  /** The final path. */
  readonly path: string;
  /** What the file begins with. */
  readonly head: Uint8Array;
  readonly queueMaxBytes?: number;
  /** Both must not throw. The numbers of a loss are those of frames in this file. */
  readonly onLoss: (loss: StreamLoss) => void;
  readonly onFault: (error: unknown) => void;
}

/** A video file once it has ended. */
export interface FinishedMedia {
  /** Its `rows` are frames. */
  readonly file: FinishedFile;
  /** Frames that reached the writer and are not in the file. */
  readonly lost: number;
}

/**
 * One file of video on its way to the disk, fragment by fragment; taking one never waits. A file with a hole plays no
 * further than the hole: after the first fragment that a slow disk leaves no room for, and after a failed sync, the writer
 * takes nothing more, and whoever records opens the next file. What no sync has confirmed is then cut off and counted as lost.
 */
export class MediaWriter {
  readonly #options: MediaWriterOptions;
  readonly #groups: LineWriter;
  #refusedFrames = 0;
  #refusal: SessionError | undefined;
  #finished: Promise<FinishedMedia> | undefined;

  private constructor(options: MediaWriterOptions, groups: LineWriter) {
    this.#options = options;
    this.#groups = groups;
  }

  /** The file is on the disk with its head when this resolves. Throws `STORAGE_*`. */
  static async open(options: MediaWriterOptions): Promise<MediaWriter> {
    const { head: header, path, queueMaxBytes = MEDIA_QUEUE_MAX_BYTES } = options;
    const groups = await LineWriter.open({ ...options, header, queueMaxBytes, isSingle: true, pathOf: () => path });
    return new MediaWriter(options, groups);
  }

  /** Bytes in the file, its head included, synced or not. */
  get written(): number {
    return this.#groups.writtenBytes;
  }

  /** Frames in the file, synced or not. */
  get frames(): number {
    return this.#groups.writtenRows;
  }

  /** Queues a fragment of `frames` frames. False when it is lost, as everything after it will be; also once the file has ended. */
  append(bytes: Uint8Array, frames: number): boolean {
    if (this.#finished !== undefined) return false;
    if (this.#refusal === undefined && this.#groups.push(bytes, frames)) return true;
    this.#refuse(frames);
    return false;
  }

  /** Ends the file, once: all that the disk takes is on it, under its final name, when this resolves. Reports, never throws. */
  finish(): Promise<FinishedMedia> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  #refuse(frames: number): void {
    this.#refusedFrames += frames;
    if (this.#refusal !== undefined) return;
    // A disk that failed has been reported already; one that is merely slow has not.
    const isKnown = this.#groups.fault !== undefined;
    this.#refusal = this.#reason(frames);
    if (!isKnown) this.#options.onFault(this.#refusal);
  }

  async #finish(): Promise<FinishedMedia> {
    const { files, lostRows } = await this.#groups.finish();
    const file = files[0]!;
    const lost = lostRows + this.#refusedFrames;
    if (lost > 0) this.#reportLoss(file.rows, lost);
    return { file, lost };
  }

  #reportLoss(fromSeq: number, samples: number): void {
    const { deviceId, fileType, onLoss } = this.#options;
    const error = this.#refusal ?? this.#reason(samples);
    onLoss({ deviceId, fileType, fromSeq, toSeq: fromSeq + samples, samples, error });
  }

  #reason(samples: number): SessionError {
    const { fault } = this.#groups;
    if (fault instanceof SessionError) return fault;
    const { deviceId: device, fileType: stream } = this.#options;
    return new SessionError("STORAGE_SLOW", { device, stream, samples }, fault);
  }
}
