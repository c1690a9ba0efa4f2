import type { DriverSink } from "../driver.js";
import { DeviceError, type DeviceErrorCode } from "../errors.js";
import { EncoderRun, type EncoderEvents, type EncoderRunPorts } from "./encoder-run.js";
import { captureFailure, changedRateHz } from "./failure.js";
import type { FrameFaults } from "./frame-tally.js";

/** What a run that goes on tells. */
export interface RunListener extends Required<Pick<DriverSink, "onFragment" | "onPreview">> {
  /** The first frame was captured: called before any fragment. */
  onRunning(run: EncoderRun): void;
  onFrameFaults(faults: FrameFaults): void;
  onFault(error: DeviceError): void;
  onFaultOver(code: DeviceErrorCode): void;
  /** A run that was running is over. */
  onOver(error: DeviceError): void;
}

/** What came of a start. */
export type RunStart =
  | { readonly kind: "running" }
  | { readonly kind: "rate_changed"; readonly rateHz: number }
  /** Its stamps are not of the clock that nobody sets. */
  | { readonly kind: "other_clock" };

/** A driver that rounds means the same rate. */
const RATE_TOLERANCE = 0.005;
const OTHER_CLOCK: RunStart = { kind: "other_clock" };
const SIZE_CHANGED = /The V4L2 driver changed the video from/;

/**
 * Starts a run and waits for its first frame. A camera that chose another rate is told and stopped again: the groups of
 * pictures are measured in frames; and so is one that stamps on another clock. Throws `CAMERA_*`, `FFMPEG_MISSING`, or the signal's reason.
 */
export function startRun(ports: EncoderRunPorts, listener: RunListener, signal: AbortSignal): Promise<RunStart> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => new StartingRun(ports, listener, { signal, resolve, reject }));
}

/** The one who waits for a start, and may give up. */
interface Waiter {
  readonly signal: AbortSignal;
  resolve(start: RunStart): void;
  reject(reason: unknown): void;
}

/** A run on its way to its first frame; from then on it passes on what the run tells. */
class StartingRun implements EncoderEvents {
  readonly #ports: EncoderRunPorts;
  readonly #listener: RunListener;
  readonly #waiter: Waiter;
  readonly #run: EncoderRun;
  readonly #onAbort = (): void => this.#refuse(() => this.#waiter.reject(this.#waiter.signal.reason));
  #state: "starting" | "running" | "refused" = "starting";
  #tellRefusal: () => void = () => undefined;

  constructor(ports: EncoderRunPorts, listener: RunListener, waiter: Waiter) {
    this.#ports = ports;
    this.#listener = listener;
    this.#waiter = waiter;
    this.#run = new EncoderRun(ports, this);
    waiter.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  onFirstFrame({ isOfAnotherClock }: { readonly isOfAnotherClock: boolean }): void {
    if (this.#state !== "starting") return;
    const doubt = doubtOf(this.#run.lines, this.#ports) ?? (isOfAnotherClock ? OTHER_CLOCK : undefined);
    if (doubt instanceof DeviceError) return this.#refuse(() => this.#waiter.reject(doubt));
    if (doubt !== undefined) return this.#refuse(() => this.#waiter.resolve(doubt));
    this.#waiter.signal.removeEventListener("abort", this.#onAbort);
    this.#state = "running";
    this.#listener.onRunning(this.#run);
    this.#waiter.resolve({ kind: "running" });
  }

  onEnd(error: DeviceError): void {
    this.#waiter.signal.removeEventListener("abort", this.#onAbort);
    if (this.#state === "running") this.#listener.onOver(error);
    else if (this.#state === "refused") this.#tellRefusal();
    else this.#waiter.reject(error);
  }

  onFragment(fragment: Parameters<RunListener["onFragment"]>[0]): void {
    if (this.#state === "running") this.#listener.onFragment(fragment);
  }

  onPreview(picture: Parameters<RunListener["onPreview"]>[0]): void {
    if (this.#state === "running") this.#listener.onPreview(picture);
  }

  onFrameFaults(faults: FrameFaults): void {
    if (this.#state === "running") this.#listener.onFrameFaults(faults);
  }

  onFault(error: DeviceError): void {
    if (this.#state === "running") this.#listener.onFault(error);
  }

  onFaultOver(code: DeviceErrorCode): void {
    if (this.#state === "running") this.#listener.onFaultOver(code);
  }

  /** What is refused is told once the process is gone, so that the camera is free again. */
  #refuse(tell: () => void): void {
    this.#state = "refused";
    this.#tellRefusal = tell;
    this.#run.kill();
  }
}

/** What the camera's driver made of the settings, where it is not what was asked. */
function doubtOf(lines: readonly string[], { plan, about }: EncoderRunPorts): RunStart | DeviceError | undefined {
  if (lines.some((line) => SIZE_CHANGED.test(line))) return captureFailure(lines, "it chose another size", about);
  const rateHz = changedRateHz(lines);
  const isSame = rateHz === undefined || Math.abs(rateHz / plan.settings.rateHz - 1) <= RATE_TOLERANCE;
  return isSame ? undefined : { kind: "rate_changed", rateHz };
}
