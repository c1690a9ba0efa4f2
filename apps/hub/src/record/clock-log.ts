import { errorReport, type JsonObject, type NewEvent } from "@polychron/session/model";
import type { FaultListener } from "./device-log.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";
import type { ClockNews } from "./probed-clock.js";

/** What the log of the clocks needs of the hub. */
export interface ClockLogParts {
  readonly registry: DeviceRegistry;
  /** Writes to the open session that a device belongs to; without effect where it belongs to none. */
  append(device: string, event: NewEvent): Promise<unknown>;
  readonly onFault: FaultListener;
}

/** Tells the session of a device when the device's clock jumped, or was made anew. */
export class ClockLog {
  readonly #parts: ClockLogParts;
  readonly #leave = new Map<LiveDevice, () => void>();
  readonly #stopFollowing: () => void;

  constructor(parts: ClockLogParts) {
    this.#parts = parts;
    this.#stopFollowing = parts.registry.onChange((device, change) => {
      if (change === "joined")
        this.#leave.set(
          device,
          device.onClockNews((news) => this.#tell(device, news)),
        );
      else this.#forget(device);
    });
  }

  /** Listens to no device any more. */
  stop(): void {
    this.#stopFollowing();
    for (const leave of this.#leave.values()) leave();
    this.#leave.clear();
  }

  #forget(device: LiveDevice): void {
    this.#leave.get(device)?.();
    this.#leave.delete(device);
  }

  #tell({ id }: LiveDevice, { cause, atS, jumpS, isCertain }: ClockNews): void {
    const details: JsonObject = { device: id, cause, certain: isCertain, jump_s: jumpS };
    this.#parts
      .append(id, { event: "clock_step", atUs: atS * 1e6, details })
      .catch((thrown: unknown) => this.#parts.onFault(errorReport(thrown), id));
  }
}
