import { DeviceError, type DeviceErrorCode } from "../errors.js";
import type { CapturePlan } from "./capture-arguments.js";
import { CaptureClock, TIME_SOURCE, type ClockReading } from "./capture-clock.js";
import type { TimedFrame } from "./fragments.js";
import { FrameTally, type FrameFaults } from "./frame-tally.js";
import { FrameTimes } from "./frame-times.js";
import { ProgressReader } from "./progress.js";

/** What one run's stamps give reason to say. */
export interface StampListener {
  onFrameFaults(faults: FrameFaults): void;
  onFault(error: DeviceError): void;
  /** What the last fault complained of is over. */
  onFaultOver(code: DeviceErrorCode): void;
}

/** Times that stay wrong may be right in a new run, after so many frames. */
const ASTRAY_FRAMES_MAX = 60;
/**
 * A wall clock that is set makes a hole in the encoder's time line, or makes the encoder refuse the right times: from here on a new run
 * costs less than it mends.
 */
const RESTART_STEP_US = 1e6;

/** The stamps of one run's frames: read, turned into hub time, judged. */
export class FrameStamps {
  readonly #address: string;
  readonly #listener: StampListener;
  readonly #times = new FrameTimes();
  readonly #progress = new ProgressReader();
  readonly #clock: CaptureClock;
  readonly #tally: FrameTally;
  readonly #rateHz: number;
  #astrayFrames = 0;
  #goodFrames = 0;
  /** Its times were said to be doubtful. */
  #isDoubtful = false;

  constructor({ system, address, stamps, settings }: CapturePlan, listener: StampListener) {
    this.#address = address;
    this.#listener = listener;
    this.#rateHz = settings.rateHz;
    this.#clock = new CaptureClock(stamps, system === "v4l2" ? TIME_SOURCE.driver : TIME_SOURCE.captureProgram);
    this.#tally = new FrameTally(settings.rateHz, (faults) => listener.onFrameFaults(faults));
  }

  /** The stamps that are whole now, microseconds after the run's base. Throws `VIDEO_STREAM_INVALID`. */
  read(text: string): number[] {
    return this.#times.push(text);
  }

  /** The stamp counts on another clock than this run was promised. */
  isOfAnotherClock(stampUs: number, now: ClockReading): boolean {
    return this.#clock.isOfAnotherClock(stampUs, now);
  }

  /** The next frame, which was announced at `now`. Throws `CAMERA_CLOCK_SET`, `CAMERA_TIMES_WRONG` when stamps can no longer be used. */
  next(stampUs: number, now: ClockReading): TimedFrame {
    const capture = this.#clock.next(stampUs, now);
    const { wallStepUs } = this.#clock;
    if (Math.abs(wallStepUs) >= RESTART_STEP_US)
      throw new DeviceError("CAMERA_CLOCK_SET", {
        address: this.#address,
        stepS: Math.round(wallStepUs / 1000) / 1000,
      });
    this.#tally.onFrame(capture.atUs);
    this.#astrayFrames = capture.source === TIME_SOURCE.hubArrival ? this.#astrayFrames + 1 : 0;
    this.#goodFrames = this.#astrayFrames > 0 ? 0 : this.#goodFrames + 1;
    this.#tellDoubt(capture.offUs);
    if (this.#astrayFrames === ASTRAY_FRAMES_MAX)
      throw new DeviceError("CAMERA_TIMES_WRONG", { address: this.#address, frames: ASTRAY_FRAMES_MAX });
    return { stampUs, capture };
  }

  /** Said once, and over only after a second of good frames: a stamp here and there is one doubt. */
  #tellDoubt(offUs: number): void {
    if (!this.#isDoubtful && this.#astrayFrames > 0) {
      const params = { address: this.#address, offMs: Math.round(offUs / 1000) };
      this.#isDoubtful = true;
      this.#listener.onFault(new DeviceError("CAMERA_TIME_DOUBTFUL", params));
    }
    if (!this.#isDoubtful || this.#goodFrames < this.#rateHz) return;
    this.#isDoubtful = false;
    this.#listener.onFaultOver("CAMERA_TIME_DOUBTFUL");
  }

  /** The capture program's own counts. */
  progress(text: string): void {
    this.#tally.onProgress(this.#progress.push(text));
  }

  /** No frame comes any more. */
  end(): void {
    this.#tally.end();
  }
}
