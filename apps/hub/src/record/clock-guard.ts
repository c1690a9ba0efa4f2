import { DeviceError } from "@polychron/devices";
import { errorReport, type Clock, type Timers } from "@polychron/session/model";
import { isClockFault, type ClockFault } from "@polychron/sync";
import { clockReason } from "./clock-reason.js";
import type { FaultListener } from "./device-log.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";

/** What the guard needs of the hub. */
export interface GuardParts {
  readonly registry: DeviceRegistry;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Whether a device is being recorded right now. */
  isRecorded(device: string): boolean;
  readonly onFault: FaultListener;
}

/** What the guard knows of one device. */
interface Watched {
  /** What was last told of it. */
  told: ClockFault["kind"] | undefined;
  /** It is obeying an order, or is looked at again soon. */
  isBusy: boolean;
  end(): void;
}

/** A device obeys, or is given up, within this. */
const OBEYS_WITHIN_MS = 10_000;
/** So soon after a recording a device that must rest does. */
const LOOK_AGAIN_MS = 250;

/**
 * Keeps devices whose times cannot be used out of recordings: such a device streams no more until its clock is right. One that
 * is being recorded is only told of: what it sends is kept as it comes.
 */
export class ClockGuard {
  readonly #parts: GuardParts;
  readonly #watched = new Map<LiveDevice, Watched>();
  readonly #stopFollowing: () => void;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#stopFollowing = parts.registry.onChange((device, change) =>
      change === "left" ? this.#forget(device) : this.#watch(device),
    );
  }

  /** Looks at no device any more. */
  stop(): void {
    this.#stopFollowing();
    for (const device of [...this.#watched.keys()]) this.#forget(device);
  }

  #watch(device: LiveDevice): void {
    const end = device.clock.probes.onProbe(() => this.#look(device));
    this.#watched.set(device, { told: undefined, isBusy: false, end });
  }

  #forget(device: LiveDevice): void {
    this.#watched.get(device)?.end();
    this.#watched.delete(device);
  }

  #look(device: LiveDevice): void {
    const watched = this.#watched.get(device);
    if (watched === undefined) return;
    const verdict = device.clockVerdict;
    if (isClockFault(verdict)) this.#refuse(device, watched, verdict);
    else if (verdict.kind === "good") this.#take(device, watched);
  }

  #refuse(device: LiveDevice, watched: Watched, fault: ClockFault): void {
    if (watched.told !== fault.kind) this.#tell(device, watched, fault);
    if (device.phase !== "armed" || watched.isBusy) return;
    if (this.#parts.isRecorded(device.id)) return this.#lookAgain(device, watched);
    device.refusal = clockError(device, fault);
    this.#order(device, watched, "disarm");
  }

  #tell(device: LiveDevice, watched: Watched, fault: ClockFault): void {
    watched.told = fault.kind;
    const error = clockError(device, fault).toJSON();
    device.onNotice({ kind: "fault", error, recoverable: true, atUs: this.#parts.clock.nowUs() });
  }

  /** Its clock is right: a corrected app, or a phone that was started anew. */
  #take(device: LiveDevice, watched: Watched): void {
    const isKeptOut = device.refusal !== undefined && device.phase === "connected";
    if (isKeptOut && !watched.isBusy) return this.#order(device, watched, "arm");
    if (device.phase !== "armed") return;
    device.refusal = undefined;
    watched.told = undefined;
  }

  #lookAgain(device: LiveDevice, watched: Watched): void {
    watched.isBusy = true;
    this.#parts.timers.after(LOOK_AGAIN_MS, () => {
      watched.isBusy = false;
      this.#look(device);
    });
  }

  #order(device: LiveDevice, watched: Watched, order: "arm" | "disarm"): void {
    watched.isBusy = true;
    const { timers, onFault } = this.#parts;
    const cancel = new AbortController();
    const tooLate = new DeviceError("PHONE_NO_ANSWER", { device: device.id, order, waitedMs: OBEYS_WITHIN_MS });
    const stopWaiting = timers.after(OBEYS_WITHIN_MS, () => cancel.abort(tooLate));
    device.driver[order](cancel.signal)
      .catch((thrown: unknown) => onFault(errorReport(thrown), device.id))
      .finally(() => {
        stopWaiting();
        watched.isBusy = false;
      });
  }
}

function clockError(device: LiveDevice, fault: ClockFault): DeviceError {
  return new DeviceError("PHONE_CLOCK_WRONG", { device: device.id, reason: clockReason(fault) });
}
