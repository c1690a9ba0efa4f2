import { readTogether, type Clock } from "@polychron/session/model";
import type { DriverSink } from "../driver.js";
import { DeviceError, type DeviceErrorCode } from "../errors.js";
import { every, type Timers } from "../timing.js";
import { captureArguments, type CapturePlan } from "./capture-arguments.js";
import { captureFailure, type FailureCase } from "./failure.js";
import { FragmentAssembler } from "./fragments.js";
import { FrameStamps, type StampListener } from "./frame-stamps.js";
import { ClusterSplitter } from "./matroska.js";
import { PictureSplitter } from "./pictures.js";
import { CaptureProcess, type CaptureEnd, type SpawnCapture } from "./process.js";

/** The hub's two clocks, as capture times need them. */
export type CaptureClocks = Pick<Clock, "nowUs" | "utcUs">;

/** What one run of the encoder needs. */
export interface EncoderRunPorts {
  readonly ffmpegPath: string;
  readonly spawn: SpawnCapture;
  readonly clock: CaptureClocks;
  readonly timers: Timers;
  readonly plan: CapturePlan;
  /** The number of the run's first frame. */
  readonly firstSeq: number;
  readonly fileType: string;
  readonly about: FailureCase;
}

/** What one run tells; nothing comes after `onEnd`. */
export interface EncoderEvents extends StampListener, Required<Pick<DriverSink, "onFragment" | "onPreview">> {
  /** The first frame was captured: before any fragment. */
  onFirstFrame(stamp: { readonly isOfAnotherClock: boolean }): void;
  /** The run is over, by itself or because it was quit: in the latter case the error says nothing. */
  onEnd(error: DeviceError): void;
}

const FIRST_FRAME_WITHIN_US = 10e6;
/** Durability reference, failures: no growth for so long is a hang. */
const SILENT_AFTER_US = 5e6;
const LOOK_EVERY_MS = 250;
/** What ends a run under its own name. */
const ENDS: ReadonlySet<DeviceErrorCode> = new Set(["CAMERA_FAILED", "CAMERA_CLOCK_SET", "CAMERA_TIMES_WRONG"]);
/** Frames that wait for their cluster: ten clusters of the highest rate. Beyond, the pipe of the video is broken. */
const WAITING_FRAMES_MAX = 1_500;

/** One run of the capture program, from its spawn to its end: pipes in, fragments and pictures out. */
export class EncoderRun {
  readonly #ports: EncoderRunPorts;
  readonly #events: EncoderEvents;
  readonly #process: CaptureProcess;
  readonly #splitter = new ClusterSplitter();
  readonly #pictures = new PictureSplitter();
  readonly #assembler: FragmentAssembler;
  readonly #stamps: FrameStamps;
  readonly #stopWatch: () => void;
  #lastGrowthUs: number;
  #hasFrames = false;
  #failure: DeviceError | undefined;

  constructor(ports: EncoderRunPorts, events: EncoderEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#assembler = new FragmentAssembler(ports);
    this.#stamps = new FrameStamps(ports.plan, events);
    this.#lastGrowthUs = ports.clock.nowUs();
    this.#process = this.#start();
    this.#stopWatch = every(ports.timers, LOOK_EVERY_MS, () => this.#look());
  }

  /** The number that the next run's first frame may have. */
  get nextSeq(): number {
    return this.#assembler.nextSeq;
  }

  /** ffmpeg's words so far. */
  get lines(): readonly string[] {
    return this.#process.lines;
  }

  /** Finishes the last fragment and ends; resolves when the program is gone and everything is handed over. */
  async quit(): Promise<void> {
    this.#stopWatch();
    await this.#process.quit();
  }

  /** Ends at once; what is not handed over is lost. */
  kill(): void {
    this.#process.kill();
  }

  #start(): CaptureProcess {
    const { ffmpegPath, plan, spawn, timers } = this.#ports;
    return new CaptureProcess(spawn(ffmpegPath, captureArguments(plan)), timers, {
      onVideo: (bytes) => this.#guard(() => this.#onVideo(bytes)),
      onTimes: (text) => this.#guard(() => this.#onTimes(text)),
      onProgress: (text) => this.#stamps.progress(text),
      onPreview: (bytes) => this.#onPreview(bytes),
      onEnd: (end) => this.#onEnd(end),
    });
  }

  #onVideo(bytes: Uint8Array): void {
    const arrivalUs = this.#grow();
    for (const cluster of this.#splitter.push(bytes)) this.#assembler.addCluster(cluster, arrivalUs);
    this.#handOver();
  }

  #onTimes(text: string): void {
    this.#grow();
    const { clock } = this.#ports;
    const { atUs, value: utcUs } = readTogether(clock, () => clock.utcUs());
    const now = { atUs, utcUs };
    for (const stampUs of this.#stamps.read(text)) {
      if (!this.#hasFrames)
        this.#events.onFirstFrame({ isOfAnotherClock: this.#stamps.isOfAnotherClock(stampUs, now) });
      this.#hasFrames = true;
      this.#assembler.addTime(this.#stamps.next(stampUs, now));
    }
    if (this.#assembler.waitingFrames > WAITING_FRAMES_MAX) this.#fail("it sends times of frames without the frames");
    this.#handOver();
  }

  #onPreview(bytes: Uint8Array): void {
    for (const jpeg of this.#pictures.push(bytes)) this.#events.onPreview({ jpeg, atUs: this.#ports.clock.nowUs() });
  }

  #grow(): number {
    return (this.#lastGrowthUs = this.#ports.clock.nowUs());
  }

  #handOver(): void {
    const { head } = this.#splitter;
    if (head === undefined || this.#failure !== undefined) return;
    for (const fragment of this.#assembler.take(head)) this.#events.onFragment(fragment);
  }

  #look(): void {
    const silentUs = this.#ports.clock.nowUs() - this.#lastGrowthUs;
    if (!this.#hasFrames && silentUs >= FIRST_FRAME_WITHIN_US) {
      const params = { address: this.#ports.about.address, waitedMs: FIRST_FRAME_WITHIN_US / 1000 };
      this.#failWith(new DeviceError("CAMERA_NO_FRAMES", params));
    }
    if (this.#hasFrames && silentUs >= SILENT_AFTER_US)
      this.#fail(`it has delivered nothing for ${SILENT_AFTER_US / 1e6} s`);
  }

  /** What the pipes bring cannot be trusted once they contradict each other: the run ends. */
  #guard(read: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      read();
    } catch (thrown) {
      if (thrown instanceof DeviceError && ENDS.has(thrown.code)) return this.#failWith(thrown);
      const { address } = this.#ports.about;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      this.#failWith(new DeviceError("CAMERA_FAILED", { address, reason }, thrown));
    }
  }

  #fail(reason: string): void {
    this.#failWith(new DeviceError("CAMERA_FAILED", { address: this.#ports.about.address, reason }));
  }

  #failWith(error: DeviceError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#process.kill();
  }

  #onEnd({ lines, how, isMissing }: CaptureEnd): void {
    this.#stopWatch();
    if (this.#failure === undefined) this.#guard(() => this.#flush());
    this.#stamps.end();
    const missing = new DeviceError("FFMPEG_MISSING", { path: this.#ports.ffmpegPath });
    this.#events.onEnd(this.#failure ?? (isMissing ? missing : captureFailure(lines, how, this.#ports.about)));
  }

  #flush(): void {
    const arrivalUs = this.#ports.clock.nowUs();
    for (const cluster of this.#splitter.end()) this.#assembler.addCluster(cluster, arrivalUs);
    this.#handOver();
  }
}
