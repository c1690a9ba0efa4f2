import { readTogether } from "@polychron/session/model";
import type { DriverSink } from "../driver.js";
import { DeviceError, type DeviceErrorCode } from "../errors.js";
import type { Timers } from "../timing.js";
import type { StampBase } from "./capture-arguments.js";
import type { CaptureClocks, EncoderRun } from "./encoder-run.js";
import type { FrameFaults } from "./frame-tally.js";
import { spawnCapture, type SpawnCapture } from "./process.js";
import { startRun, type RunListener, type RunStart } from "./run-start.js";
import type { CameraSetup } from "./setup.js";

/** What runs of the capture program need. */
export interface CapturePorts {
  readonly ffmpegPath: string;
  readonly clock: CaptureClocks;
  readonly timers: Timers;
  /** Starts the capture program. */
  readonly spawn?: SpawnCapture;
}

/** What the runs tell. */
export interface CaptureListener extends Required<Pick<DriverSink, "onFragment" | "onPreview">> {
  /** A run has its first frame; a new one counts its frames from 0. */
  onRunning(isNew: boolean): void;
  onFrameFaults(faults: FrameFaults): void;
  onFault(error: DeviceError): void;
  onFaultOver(code: DeviceErrorCode): void;
  /** The run is over and nobody asked for it. */
  onLost(error: DeviceError, livedUs: number): void;
}

/** Capture times are told relative to a moment before the first of them, so that none is negative. */
const BASE_BEFORE_US = 1e6;
/** As asked, once more at the rate that the camera chose, and once more for stamps of the other clock. */
const STARTS_MAX = 3;

/** The runs of one camera's capture program: one at a time, frames numbered on from one to the next unless it is new. */
export class Capture {
  readonly #setup: CameraSetup;
  readonly #ports: CapturePorts;
  readonly #listener: CaptureListener;
  #run: EncoderRun | undefined;
  /** The newest start, settled once its process is running or gone. */
  #starting: Promise<unknown> = Promise.resolve();
  #isStarting = false;
  #stopping: Promise<void> | undefined;
  #nextSeq = 0;
  #sinceUs = 0;
  /** Until its stamps turned out to be the time of day. */
  #isSteady = true;

  constructor(setup: CameraSetup, ports: CapturePorts, listener: CaptureListener) {
    this.#setup = setup;
    this.#ports = ports;
    this.#listener = listener;
  }

  /** A run goes on, or is on its way: there is one at a time. */
  get isBusy(): boolean {
    return this.#run !== undefined || this.#isStarting;
  }

  /**
   * Resolves with the first frame; a camera that chose another rate is started again at that one, and one that stamps by the time
   * of day for stamps of that. Throws as `startRun`.
   */
  async start(signal: AbortSignal, isNew: boolean): Promise<void> {
    let isRenewed = isNew;
    for (let tries = 0; tries < STARTS_MAX; tries++) {
      const start = await this.#start(signal, isRenewed);
      if (start.kind === "running") return;
      if (start.kind === "rate_changed") {
        this.#setup.adoptRate(start.rateHz);
        isRenewed = true;
      } else this.#isSteady = false;
    }
    const { settings } = this.#setup;
    const reason = `it changes its rate each time it is started, now to ${settings.rateHz} Hz`;
    throw new DeviceError("CAMERA_FAILED", { ...this.#setup.about(settings), reason });
  }

  /** Ends the run, its last fragments handed over; resolves when its process is gone. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends it at once. */
  kill(): void {
    this.#run?.kill();
  }

  async #stop(): Promise<void> {
    await this.#starting;
    await this.#run?.quit();
    this.#run = undefined;
    this.#stopping = undefined;
  }

  #start(signal: AbortSignal, isNew: boolean): Promise<RunStart> {
    const { spawn = spawnCapture } = this.#ports;
    const { fileType } = this.#setup.stream;
    const about = this.#setup.about(this.#setup.settings);
    const first = { plan: this.#setup.plan(this.#stampBase()), firstSeq: isNew ? 0 : this.#nextSeq };
    const start = startRun({ ...this.#ports, ...first, spawn, fileType, about }, this.#runListener(isNew), signal);
    this.#isStarting = true;
    this.#starting = start.catch(() => undefined).finally(() => (this.#isStarting = false));
    return start;
  }

  #stampBase(): StampBase {
    const { clock } = this.#ports;
    const { atUs, value } = readTogether(clock, () => clock.utcUs());
    // A computer that was started a moment ago has no earlier one.
    const beforeUs = Math.min(BASE_BEFORE_US, atUs);
    const [hubUs, utcUs] = [Math.floor(atUs - beforeUs), Math.floor(value - beforeUs)];
    return { kind: this.#isSteady && this.#setup.canBeSteady ? "steady" : "wall", hubUs, utcUs };
  }

  #runListener(isNew: boolean): RunListener {
    const listener = this.#listener;
    return {
      onRunning: (run) => {
        this.#run = run;
        this.#sinceUs = this.#ports.clock.nowUs();
        listener.onRunning(isNew);
      },
      onFragment: (fragment) => listener.onFragment(fragment),
      onPreview: (picture) => listener.onPreview(picture),
      onFrameFaults: (faults) => listener.onFrameFaults(faults),
      onFault: (error) => listener.onFault(error),
      onFaultOver: (code) => listener.onFaultOver(code),
      onOver: (error) => this.#onOver(error),
    };
  }

  #onOver(error: DeviceError): void {
    this.#nextSeq = this.#run!.nextSeq;
    if (this.#stopping !== undefined) return;
    this.#run = undefined;
    this.#listener.onLost(error, this.#ports.clock.nowUs() - this.#sinceUs);
  }
}
