import type { HeldFile, startAck, stopAck, WireBlock } from "@polychron/protocol";
import type { z } from "zod";
import type { PhoneBoot } from "./boot.js";
import type { PhoneStorage, PhoneTruthListener, RunningVideo, VideoMaker } from "./ports.js";
import { remainderCsv } from "./remainder.js";
import type { Waits } from "./waits.js";
import { cutBlock, endOf } from "./wire-blocks.js";

/** What a recording on the phone needs. */
export interface PhoneRecordingParts {
  readonly video: VideoMaker;
  readonly storage: PhoneStorage;
  readonly waits: Waits;
  readonly onTruth: PhoneTruthListener;
  /** A name for a file that no other on this phone has. */
  fileId(): string;
}

/** A file of a recording, closed and hashed. */
export interface KeptFile {
  readonly told: HeldFile;
  readonly path: string;
  /** The hub has it: the phone no longer does. */
  isStored: boolean;
}

/** Which recording it is. */
export interface RecordingKey {
  readonly session: string;
  readonly recording: number;
}

type First = z.infer<typeof startAck>["first"];
type NextSeq = z.infer<typeof stopAck>["next_seq"];

/** Shorter than a hub waits for the answer. */
const FIRST_SAMPLE_WITHIN_MS = 14_000;
const LAST_SAMPLE_WITHIN_MS = 10_000;

/** One recording on an emulated phone: its video, and what its hub never heard of it. */
export class PhoneRecording {
  readonly key: RecordingKey;
  readonly files: KeptFile[] = [];
  readonly #parts: PhoneRecordingParts;
  #boot: PhoneBoot | undefined;
  #first: First = [];
  #video: { readonly running: RunningVideo; readonly fileId: string; readonly startedS: number } | undefined;
  /** When the phone came back during the recording, and what the hub had not acknowledged then. */
  #back: { readonly atS: number; readonly unheard: ReadonlyMap<string, readonly WireBlock[]> } | undefined;

  constructor(key: RecordingKey, parts: PhoneRecordingParts) {
    this.key = key;
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#boot !== undefined;
  }

  get holdsFiles(): boolean {
    return this.files.some(({ isStored }) => !isStored);
  }

  /** Records from an instant on, null = now; resolves after the first sample, undefined if there was none in time. */
  async begin(boot: PhoneBoot, startS: number | null): Promise<First | undefined> {
    if (!this.isRunning) {
      this.#boot = boot;
      this.#back = undefined;
      const fromS = startS ?? boot.clock.nowS;
      this.#first = boot.streams.map(({ source }) => {
        const seq = source.seqAt(fromS);
        return { stream: source.stream, seq, device_time_s: source.timeOf(seq) };
      });
      await this.#startVideo(boot);
    }
    const hasKept = (): boolean => this.#first.every(({ stream, seq }) => boot.stream(stream)!.source.nextSeq > seq);
    return (await this.#parts.waits.until(hasKept, FIRST_SAMPLE_WITHIN_MS)) ? this.#first : undefined;
  }

  /** The phone is back: `nextSeq` is what its hub has safe. */
  reconnected(nextSeq: NextSeq): void {
    const boot = this.#boot;
    if (boot === undefined) return;
    const unheard = this.#first.map(({ stream, seq }): [string, readonly WireBlock[]] => {
      return [stream, boot.stream(stream)!.outbox.from(Math.max(seq, nextSeq[stream] ?? 0))];
    });
    this.#back = { atS: boot.clock.nowS, unheard: new Map(unheard) };
  }

  /** Records up to an instant, null = now; resolves when the files are closed. */
  async end(stopS: number | null): Promise<NextSeq> {
    const boot = this.#boot;
    if (boot === undefined) return {};
    const toS = stopS ?? boot.clock.nowS;
    const next = boot.streams.map(({ source }): [string, number] => [source.stream, source.seqAt(toS)]);
    const isPast = (): boolean => next.every(([stream, seq]) => boot.stream(stream)!.source.nextSeq >= seq);
    await this.#parts.waits.until(isPast, LAST_SAMPLE_WITHIN_MS);
    await this.endVideo();
    if (this.#back !== undefined && (stopS === null || stopS < this.#back.atS)) await this.#keepUnheard(boot, toS);
    this.#boot = undefined;
    return Object.fromEntries(next);
  }

  /** The video ends here, whatever becomes of the rest. */
  async endVideo(how: "stop" | "cut" = "stop"): Promise<void> {
    if (this.#video === undefined) return;
    const { running, fileId, startedS } = this.#video;
    this.#video = undefined;
    const { path, frames, durationS } = await running[how]();
    const facts = { frames, duration_s: durationS, first_device_time_s: startedS };
    await this.#keep(path, { file_id: fileId, file_type: "rgb", folder: "rgb_videos", ext: "mp4", ...facts });
  }

  /** The phone went off: the video is as it was on the disk, and what was in memory is gone. */
  async powerCut(): Promise<void> {
    this.#boot = undefined;
    await this.endVideo("cut");
  }

  async #startVideo(boot: PhoneBoot): Promise<void> {
    const fileId = this.#parts.fileId();
    try {
      const running = await this.#parts.video.start(fileId);
      this.#video = { running, fileId, startedS: boot.clock.nowS };
    } catch (thrown) {
      this.#boot = undefined;
      throw thrown;
    }
  }

  async #keepUnheard(boot: PhoneBoot, toS: number): Promise<void> {
    for (const [stream, blocks] of this.#back!.unheard) {
      const kept = blocks.map((block) => before(block, toS)).filter(({ deviceTimeS }) => deviceTimeS.length > 0);
      if (kept.length > 0) await this.#keepRemainder(boot, stream, kept);
    }
  }

  async #keepRemainder(boot: PhoneBoot, stream: string, blocks: readonly WireBlock[]): Promise<void> {
    const fileId = this.#parts.fileId();
    const names = boot.stream(stream)!.source.sensor.stream.channels.map(({ name }) => name);
    const path = await this.#parts.storage.writeText(`${fileId}.csv`, remainderCsv(names, blocks));
    const [firstS, lastS] = [blocks[0]!.deviceTimeS[0]!, blocks.at(-1)!.deviceTimeS.at(-1)!];
    const facts = { frames: null, duration_s: lastS - firstS, first_device_time_s: firstS };
    await this.#keep(path, { file_id: fileId, file_type: stream, folder: "sensor_data", ext: "csv", ...facts });
  }

  async #keep(path: string, told: Omit<HeldFile, "size_bytes" | "sha256">): Promise<void> {
    const { sizeBytes, sha256 } = await this.#parts.storage.measure(path);
    this.files.push({ told: { ...told, size_bytes: sizeBytes, sha256 }, path, isStored: false });
    this.#parts.onTruth({ file: { ...this.key, fileId: told.file_id, sizeBytes, sha256 } });
  }
}

/** The samples of a block before an instant. */
function before(block: WireBlock, toS: number): WireBlock {
  const at = block.deviceTimeS.findIndex((timeS) => timeS >= toS);
  return cutBlock(block, block.firstSeq, at < 0 ? endOf(block) : block.firstSeq + at);
}
