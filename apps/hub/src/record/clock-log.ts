import { STATUS_STREAM } from "@polychron/protocol";
import { errorReport, type JsonObject, type NewEvent, type SampleBlock } from "@polychron/session/model";
import type { FaultListener } from "./device-log.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice, LiveStream } from "./live-device.js";
import type { ClockNews } from "./probed-clock.js";
import { ToldSteps } from "./told-steps.js";

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
  readonly #followed = new Map<LiveDevice, FollowedClock>();
  readonly #stopFollowing: () => void;

  constructor(parts: ClockLogParts) {
    this.#parts = parts;
    this.#stopFollowing = parts.registry.onChange((device, change) => {
      if (change === "joined")
        this.#followed.set(device, new FollowedClock(device, (details, atS) => this.#tell(device, details, atS)));
      else this.#forget(device);
    });
  }

  /** Listens to no device any more. */
  stop(): void {
    this.#stopFollowing();
    for (const followed of this.#followed.values()) followed.end();
    this.#followed.clear();
  }

  #forget(device: LiveDevice): void {
    this.#followed.get(device)?.end();
    this.#followed.delete(device);
  }

  #tell({ id }: LiveDevice, details: JsonObject, atS: number): void {
    this.#parts
      .append(id, { event: "clock_step", atUs: atS * 1e6, details: { device: id, ...details } })
      .catch((thrown: unknown) => this.#parts.onFault(errorReport(thrown), id));
  }
}

/** The clock of one device, by its probes and readings, and by the times of its samples. */
class FollowedClock {
  readonly #tell: (details: JsonObject, atS: number) => void;
  readonly #told = new ToldSteps();
  readonly #leave: readonly (() => void)[];

  constructor(device: LiveDevice, tell: (details: JsonObject, atS: number) => void) {
    this.#tell = tell;
    this.#leave = [
      device.onClockNews((news) => this.#heard(news)),
      device.listen({ onBlock: (stream, block) => this.#push(stream, block), onNotice: () => undefined }),
    ];
  }

  end(): void {
    for (const leave of this.#leave) leave();
  }

  #heard({ cause, atS, jumpS, isCertain }: ClockNews): void {
    if (cause === "step" && !this.#told.isNew({ source: "probes", atS, jumpS })) return;
    this.#tell({ cause, certain: isCertain, jump_s: jumpS }, atS);
  }

  /**
   * Only a device that answers probes says its times itself; those of the others the hub has made of counters. An old status
   * that is said again goes backwards without any step.
   */
  #push(stream: LiveStream, block: SampleBlock): void {
    if (stream.clock.nature !== "two_way" || stream.info.fileType === STATUS_STREAM) return;
    const step = stream.stamps.push(stream.info, block);
    if (step === undefined || !this.#told.isNew({ source: stream.info.fileType, ...step })) return;
    this.#tell({ cause: "samples", stream: stream.info.fileType, certain: true, jump_s: step.jumpS }, step.atS);
  }
}
