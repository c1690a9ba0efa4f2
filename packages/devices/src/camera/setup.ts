import { HUB_CLOCK_NAME, type JsonObject, type StreamInfo } from "@polychron/session/model";
import type { DeviceIdentity, MediaInfo } from "../driver.js";
import { DeviceError } from "../errors.js";
import { askProgram, type AskProgram } from "./ask-ffmpeg.js";
import { canBeSteady, type CapturePlan, type CaptureSystem, type StampBase } from "./capture-arguments.js";
import { captureSystem } from "./discover.js";
import { wantedText, type FailureCase } from "./failure.js";
import { CAPTURE_BOUND_S } from "./capture-clock.js";
import { codingFor, formatsText, offers } from "./formats.js";
import { inspectCamera, type CameraFacts } from "./inspect.js";
import { parseCameraSettings, SIMULATED_CAMERA, usualSettings, type CameraSettings } from "./settings.js";

/** Which camera, and what is asked of it. */
export interface CameraSetupOptions {
  /** What the system opens it by, or `simulated-camera-N`. */
  readonly address: string;
  /** Pictures that ffmpeg makes up; only ever by choice. */
  readonly simulated: boolean;
  readonly ffmpegPath: string;
  readonly settings?: JsonObject;
  readonly platform?: NodeJS.Platform;
  /** Asks ffmpeg about cameras and itself. */
  readonly ask?: AskProgram;
  /** Where a Linux system's own folders are. */
  readonly root?: string;
}

const DRIVER = "polychron-camera 1";
const FILE_TYPE = "rgb";

const TIME_SOURCE_CHANNEL = {
  name: "time_source",
  unit: "",
  kind: "raw",
  description:
    "How the frame's time was obtained: 1 = stamped by the camera's driver at capture, 2 = by the capture program when it read the frame, 3 = by the hub when the frame was announced, so that it was captured up to 5 s before",
} as const;

/** One camera: what it is, what it offers, and the settings in force. */
export class CameraSetup {
  readonly #options: CameraSetupOptions;
  readonly #system: CaptureSystem | undefined;
  #settings: CameraSettings;
  #facts: CameraFacts | undefined;

  /** Throws `DEVICE_SETTING_INVALID`. */
  constructor(options: CameraSetupOptions) {
    this.#options = options;
    this.#settings = parseCameraSettings(options.settings ?? {}, this.#usual);
    this.#system = options.simulated ? "simulated" : captureSystem(options.platform ?? process.platform);
  }

  get settings(): CameraSettings {
    return this.#settings;
  }

  get media(): MediaInfo {
    const { width, height } = this.#settings;
    return { fileType: FILE_TYPE, folder: "rgb_videos", ext: "mkv", width, height, codec: "h264" };
  }

  get stream(): StreamInfo {
    return {
      fileType: FILE_TYPE,
      folder: "rgb_videos",
      nominalRateHz: this.#settings.rateHz,
      clock: { name: HUB_CLOCK_NAME, quantS: 1e-6, twoWay: false, boundS: CAPTURE_BOUND_S },
      channels: [TIME_SOURCE_CHANNEL],
      isFrames: true,
    };
  }

  /** Asks who is there. Settings that nobody asked for are then those that suit it. Throws `CAMERA_*`, `FFMPEG_MISSING`. */
  async inspect(signal: AbortSignal): Promise<DeviceIdentity> {
    const { address, ffmpegPath, ask = askProgram, root = "/" } = this.#options;
    if (this.#system === undefined) throw new DeviceError("CAMERA_NOT_FOUND", { address });
    this.#facts = await inspectCamera({ system: this.#system, address }, { ffmpegPath, ask, root }, signal);
    this.#adopt(parseCameraSettings(this.#options.settings ?? {}, this.#usual));
    return this.#identity(this.#facts);
  }

  /** Throws `DEVICE_SETTING_INVALID`, `CAMERA_FORMAT_UNSUPPORTED`; then the settings in force stay. */
  configure(settings: JsonObject): void {
    this.#adopt(parseCameraSettings(settings, this.#settings));
  }

  /** The camera's driver chose another rate. */
  adoptRate(rateHz: number): void {
    this.#settings = { ...this.#settings, rateHz };
  }

  /** What the capture program is to do. */
  plan(stamps: StampBase): CapturePlan {
    const settings = this.#settings;
    const coding = codingFor(this.#formats, settings);
    return { system: this.#system!, address: this.#options.address, settings, coding, stamps };
  }

  /** Its stamps can be had from a clock that nobody sets. */
  get canBeSteady(): boolean {
    return this.#system !== undefined && canBeSteady(this.#system);
  }

  /** What a failure is told with. */
  about(wanted: CameraSettings): FailureCase {
    const offered = this.#formats.length === 0 ? "any even size" : formatsText(this.#formats);
    return { address: this.#options.address, wanted: wantedText(wanted), offered };
  }

  /** What is asked of it where nobody asks anything else. */
  get #usual(): CameraSettings {
    return this.#options.simulated ? SIMULATED_CAMERA : usualSettings(this.#formats);
  }

  get #formats(): CameraFacts["formats"] {
    return this.#facts?.formats ?? [];
  }

  #adopt(wanted: CameraSettings): void {
    if (this.#formats.length > 0 && !offers(this.#formats, wanted))
      throw new DeviceError("CAMERA_FORMAT_UNSUPPORTED", { ...this.about(wanted) });
    this.#settings = wanted;
  }

  #identity({ hardwareId, label, ffmpegVersion }: CameraFacts): DeviceIdentity {
    return {
      hardwareId,
      proposedId: "webcam_1",
      deviceType: "pc_webcam",
      label,
      capabilities: ["rgb_video"],
      firmware: `ffmpeg ${ffmpegVersion}`,
      driver: DRIVER,
      simulated: this.#options.simulated,
    };
  }
}
