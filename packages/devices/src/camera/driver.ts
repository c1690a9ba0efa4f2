import type { JsonObject, StreamInfo } from "@polychron/session/model";
import type { DeviceIdentity, Driver, DriverNotice, DriverPhase, DriverSink, MediaInfo } from "../driver.js";
import { asDeviceError, DeviceError } from "../errors.js";
import { comeBack } from "../shimmer/come-back.js";
import { Capture, type CaptureListener, type CapturePorts } from "./capture.js";
import { CameraSetup, type CameraSetupOptions } from "./setup.js";

/** What a camera's driver is made of. */
export interface CameraDriverOptions extends CameraSetupOptions, CapturePorts {
  readonly sink: DriverSink;
}

/** A killed encoder is back within a second; one that dies as soon as it lives begins further back in the list each time. */
const BACK_OFF_MS = [100, 500, 1_000, 2_000, 4_000, 8_000, 10_000] as const;
const SHORT_LIFE_US = 5e6;

/** A camera at the PC: one ffmpeg from arm to disarm, started again by itself when it ends. */
export class CameraDriver implements Driver {
  readonly #options: CameraDriverOptions;
  readonly #setup: CameraSetup;
  readonly #capture: Capture;
  #phase: DriverPhase = "closed";
  /** Ends everything that runs for the present connection. */
  #life = new AbortController();
  /** Runs one after the other that ended soon after they began. */
  #shortRuns = 0;

  /** Throws `DEVICE_SETTING_INVALID`. */
  constructor(options: CameraDriverOptions) {
    this.#options = options;
    this.#setup = new CameraSetup(options);
    this.#capture = new Capture(this.#setup, options, this.#listener());
  }

  get phase(): DriverPhase {
    return this.#phase;
  }

  get settings(): JsonObject {
    return { ...this.#setup.settings };
  }

  get media(): MediaInfo {
    return this.#setup.media;
  }

  get streams(): readonly StreamInfo[] {
    return [this.#setup.stream];
  }

  async connect(signal: AbortSignal): Promise<DeviceIdentity> {
    this.#require("closed", "connect", "Disconnect it first.");
    this.#enter("connecting");
    this.#life = new AbortController();
    try {
      const identity = await this.#setup.inspect(AbortSignal.any([signal, this.#life.signal]));
      this.#enter("connected");
      return identity;
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
  }

  async configure(settings: JsonObject, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#require("connected", "configure", "Stop its stream first.");
    await Promise.resolve(this.#setup.configure(settings));
  }

  async arm(signal: AbortSignal): Promise<void> {
    this.#require("connected", "arm", "Connect it first.");
    if (this.#capture.isBusy) {
      const hint = "It is being started already.";
      throw new DeviceError("DEVICE_STATE_INVALID", { command: "arm", phase: this.#phase, hint });
    }
    await this.#capture.start(AbortSignal.any([signal, this.#life.signal]), false);
  }

  async disarm(signal: AbortSignal): Promise<void> {
    if (this.#phase === "connected") return;
    this.#require("armed", "disarm", "Wait until it is connected again.");
    const kill = (): void => this.#capture.kill();
    signal.addEventListener("abort", kill, { once: true });
    await this.#capture.stop();
    signal.removeEventListener("abort", kill);
    if (this.#phase === "armed") this.#enter("connected");
  }

  async close(): Promise<void> {
    if (this.#phase !== "closed") {
      this.#enter("closed");
      const reason = "the hub let go of it";
      this.#life.abort(new DeviceError("TRANSPORT_CLOSED", { address: this.#options.address, reason }));
    }
    await this.#capture.stop();
  }

  /** What the capture tells goes out while the driver is open. */
  #listener(): CaptureListener {
    const { sink } = this.#options;
    const open = (tell: () => void): void => (this.#phase === "closed" ? undefined : tell());
    return {
      onRunning: (isNew) => {
        if (isNew) this.#notice({ kind: "renewed", atUs: this.#nowUs });
        this.#enter("armed");
      },
      onFragment: (fragment) => open(() => sink.onFragment?.(fragment)),
      onPreview: (picture) => open(() => sink.onPreview?.(picture)),
      onFrameFaults: (faults) => open(() => this.#notice({ kind: "frames", ...faults, atUs: this.#nowUs })),
      onFault: (error) => open(() => this.#fault(error)),
      onFaultOver: (code) => open(() => this.#notice({ kind: "fault_over", code, atUs: this.#nowUs })),
      onLost: (error, livedUs) => open(() => this.#lose(error, livedUs)),
    };
  }

  /** The capture ended by itself: say so, and try to come back for as long as nobody closes the driver. */
  #lose(error: DeviceError, livedUs: number): void {
    this.#enter("lost");
    this.#fault(error);
    const { address, timers } = this.#options;
    const { signal } = this.#life;
    this.#shortRuns = livedUs < SHORT_LIFE_US ? this.#shortRuns + 1 : 0;
    const restore = (): Promise<void> => this.#capture.start(signal, true);
    // A run that failed to start has ended before that is told.
    const letGo = (): Promise<void> => Promise.resolve();
    // Why it was lost is told; only another reason for not coming back is news.
    const onFault = (thrown: unknown): void => {
      if (asDeviceError(thrown, address).code !== error.code) this.#fault(thrown);
    };
    const from = Math.min(Math.max(this.#shortRuns - 1, 0), BACK_OFF_MS.length - 1);
    void comeBack({ timers, restore, letGo, onFault, backOffMs: BACK_OFF_MS.slice(from) }, address, signal);
  }

  get #nowUs(): number {
    return this.#options.clock.nowUs();
  }

  #fault(thrown: unknown): void {
    const error = asDeviceError(thrown, this.#options.address).toJSON();
    this.#notice({ kind: "fault", error, recoverable: true, atUs: this.#nowUs });
  }

  #notice(notice: DriverNotice): void {
    this.#options.sink.onNotice(notice);
  }

  #enter(phase: DriverPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#notice({ kind: "phase", phase, atUs: this.#nowUs });
  }

  #require(phase: DriverPhase, command: string, hint: string): void {
    if (this.#phase !== phase) throw new DeviceError("DEVICE_STATE_INVALID", { command, phase: this.#phase, hint });
  }
}
