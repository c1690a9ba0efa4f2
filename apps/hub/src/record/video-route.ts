import type { MediaFragment } from "@polychron/devices";
import type { SampleBlock } from "@polychron/session/model";
import type { MediaWriter, OpenSession, StreamWriter } from "@polychron/session/store";
import type { LiveDevice, LiveStream } from "./live-device.js";
import type { GapListener, Route } from "./route.js";
import type { CutCounts } from "./stream-cut.js";
import { VideoCut } from "./video-cut.js";

/** What a video's route needs of its recording. */
export interface VideoRoutePorts {
  readonly startUs: number;
  readonly onGap: GapListener;
  /** Told when a file could not be opened or took no more; the recording goes on with the next fragment that can begin a file. */
  onFault(device: LiveDevice, thrown: unknown): void;
}

/** One file of video with its frame times. */
interface Part {
  readonly head: Uint8Array;
  readonly video: MediaWriter;
  readonly frames: StreamWriter;
  count: number;
}

/** Fragments that may wait for a file to be opened: half a minute of video. */
const WAITING_MAX = 60;

/** From one running video through the recording's cut to its files: a new part for every run of the encoder. */
export class VideoRoute implements Route {
  readonly device: LiveDevice;
  readonly stream: LiveStream;
  readonly #session: OpenSession;
  readonly #ports: VideoRoutePorts;
  readonly #cut: VideoCut;
  readonly #parts: Part[] = [];
  #waiting: MediaFragment[] = [];
  #storing: Promise<void> | undefined;
  #refused: Uint8Array | undefined;
  /** No file could be opened, and that was told. */
  #isFailing = false;
  #isOver = false;

  constructor(source: { device: LiveDevice; stream: LiveStream }, session: OpenSession, ports: VideoRoutePorts) {
    this.device = source.device;
    this.stream = source.stream;
    this.#session = session;
    this.#ports = ports;
    this.#cut = new VideoCut({ startUs: ports.startUs, nominalRateHz: source.stream.info.nominalRateHz });
  }

  /** The fragments of the last seconds: one of them holds the key frame that the file begins with. */
  replay(): void {
    for (const fragment of this.device.fragments.all()) this.push(fragment);
  }

  push(fragment: MediaFragment): void {
    // The recording's files are being closed: what comes now would open the next.
    if (this.#isOver) return;
    const { kept, gap } = this.#cut.push(fragment);
    if (gap !== undefined) this.#tellGap(gap.missing, gap.atUs);
    this.#waiting.push(...kept);
    if (this.#waiting.length > WAITING_MAX) this.#dropWaiting();
    this.#storing ??= this.#store().finally(() => (this.#storing = undefined));
  }

  /** The camera says that it failed to deliver frames, at a hub time. */
  lose(frames: number, atUs: number): void {
    this.#cut.lose(frames);
    const fromSeq = this.#received;
    this.#ports.onGap(this, {
      fromSeq,
      toSeq: fromSeq + frames,
      deviceTimeS: atUs / 1e6,
      atUs,
      cause: "dropped_frames",
    });
  }

  stopAt(us: number): void {
    this.#cut.stopAt(us);
  }

  get hasBegun(): boolean {
    return this.#cut.hasStarted;
  }

  get isPast(): boolean {
    return this.#cut.isPast || this.device.phase !== "armed" || !this.device.streams.includes(this.stream);
  }

  async settle(): Promise<void> {
    this.#isOver = true;
    this.#cut.end();
    await this.#storing;
  }

  counts(atUs: number): CutCounts & { readonly written: number } {
    const written = this.#parts.reduce((sum, part) => sum + part.frames.written, 0);
    return { ...this.#cut.counts(atUs), written };
  }

  get #received(): number {
    return this.#parts.reduce((sum, part) => sum + part.count, 0);
  }

  async #store(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        const part = await this.#partFor(next);
        if (part !== undefined) this.#append(part, next);
      } catch (thrown) {
        this.#refuse(next, thrown);
      }
    }
  }

  /** The open file of this run of the encoder; none while its next key frame is awaited. */
  async #partFor(fragment: MediaFragment): Promise<Part | undefined> {
    const current = this.#parts.at(-1);
    if (current?.head === fragment.head && this.#refused !== fragment.head) return current;
    if (!fragment.isKey) return undefined;
    this.#refused = undefined;
    const { media, identity } = { media: this.device.driver.media!, identity: this.device.identity };
    const { fileType, folder, ext } = media;
    const opened = await this.#session.openMedia({
      ...{ deviceId: this.device.id, fileType, folder, ext, head: fragment.head, frames: this.stream.info },
      driver: identity.driver,
      firmware: identity.firmware,
    });
    this.#isFailing = false;
    const part = { head: fragment.head, ...opened, count: 0 };
    this.#parts.push(part);
    return part;
  }

  #append(part: Part, fragment: MediaFragment): void {
    const { frames } = fragment;
    // The writer counts and reports what a slow disk refuses; frame times follow the pictures, never the other way.
    if (!part.video.append(fragment.bytes, frames.count)) {
      this.#refused = fragment.head;
      return;
    }
    part.frames.append(this.#inSession(frames, part.count));
    part.count += frames.count;
  }

  /** Frame k of the file is sample k; capture times, read by the hub's own clock, become session time. */
  #inSession(frames: SampleBlock, firstSeq: number): SampleBlock {
    const zeroS = this.#session.epoch.monotonic_zero_us / 1e6;
    return { ...frames, firstSeq, deviceTimeS: frames.deviceTimeS.map((hubS) => hubS - zeroS) };
  }

  #refuse(fragment: MediaFragment, thrown: unknown): void {
    this.#refused = fragment.head;
    // Each key frame is the next try, twice a second for as long as the disk fails.
    if (!this.#isFailing) this.#ports.onFault(this.device, thrown);
    this.#isFailing = true;
  }

  #dropWaiting(): void {
    const lost = this.#waiting.reduce((sum, { frames }) => sum + frames.count, 0);
    const atUs = this.#waiting[0]!.frames.deviceTimeS[0]! * 1e6;
    const head = this.#waiting[0]!.head;
    this.#waiting = [];
    this.#refused = head;
    const fromSeq = this.#received;
    this.#ports.onGap(this, { fromSeq, toSeq: fromSeq + lost, deviceTimeS: atUs / 1e6, atUs, cause: "disk_slow" });
  }

  #tellGap(missing: number, atUs: number): void {
    const fromSeq = this.#received;
    const cause = "encoder_restarted";
    this.#ports.onGap(this, { fromSeq, toSeq: fromSeq + missing, deviceTimeS: atUs / 1e6, atUs, cause });
  }
}
