import type { DriverNotice } from "@polychron/devices";
import type { FaultListener } from "./device-log.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";

/** What telling of them needs of the hub. */
export interface UnrecordedReportsParts {
  readonly registry: DeviceRegistry;
  /** The open session that a device belongs to. */
  sessionOf(device: string): string | null;
  readonly onFault: FaultListener;
}

/** Warnings and errors that devices report outside sessions, to whoever looks; a marker without a session marks nothing. */
export class UnrecordedReports {
  readonly #parts: UnrecordedReportsParts;
  readonly #leave = new Map<LiveDevice, () => void>();
  readonly #stopFollowing: () => void;

  constructor(parts: UnrecordedReportsParts) {
    this.#parts = parts;
    this.#stopFollowing = parts.registry.onChange((device, change) =>
      change === "left" ? this.#forget(device) : this.#watch(device),
    );
  }

  /** Hears no device any more. */
  stop(): void {
    this.#stopFollowing();
    for (const device of [...this.#leave.keys()]) this.#forget(device);
  }

  #watch(device: LiveDevice): void {
    const onNotice = (notice: DriverNotice): void => {
      if (notice.kind === "event" && notice.what !== "marker") this.#tell(device, notice);
    };
    this.#leave.set(device, device.listen({ onBlock: () => undefined, onNotice }));
  }

  #forget(device: LiveDevice): void {
    this.#leave.get(device)?.();
    this.#leave.delete(device);
  }

  #tell(device: LiveDevice, { label, code, keep }: Extract<DriverNotice, { kind: "event" }>): void {
    const { sessionOf, onFault } = this.#parts;
    if (sessionOf(device.id) !== null) return;
    onFault({ code: code || "DEVICE_REPORTED", message: label, remedy: "Look at the device.", params: {} }, device.id);
    keep(Promise.resolve());
  }
}
