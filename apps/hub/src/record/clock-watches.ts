import { errorReport, type Clock, type NewEvent, type Timers } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import { ClockGuard } from "./clock-guard.js";
import { ClockLog } from "./clock-log.js";
import type { FaultListener } from "./device-log.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { HostChange } from "./host-clock.js";
import { hostClockError, hostClockEvent } from "./host-clock-news.js";
import { HostClockWatch } from "./host-clock-watch.js";
import type { Recorder } from "./recorder.js";

/** What watching clocks needs of the hub. */
export interface ClockWatchesParts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Seconds since the computer was started, sleep included; null where the system does not tell. */
  uptimeS(): number | null;
  readonly registry: DeviceRegistry;
  readonly recorder: Pick<Recorder, "sessionOf" | "recordingOf">;
  readonly store: Pick<SessionStore, "find">;
  readonly onFault: FaultListener;
  /** Writes to every open session. */
  tellSessions(event: NewEvent): void;
}

/** Whatever watches clocks, of devices and of the computer: built, started and stopped as one. */
export class ClockWatches {
  readonly #parts: ClockWatchesParts;
  readonly #guard: ClockGuard;
  readonly #log: ClockLog;
  readonly #host: HostClockWatch;

  constructor(parts: ClockWatchesParts) {
    const { recorder } = parts;
    this.#parts = parts;
    this.#guard = new ClockGuard({ ...parts, isRecorded: (device) => recorder.recordingOf(device) !== null });
    this.#log = new ClockLog({ ...parts, append: (device, event) => this.#append(device, event) });
    this.#host = new HostClockWatch({ ...parts, onChange: (change) => this.#hostChanged(change) });
  }

  start(): void {
    this.#host.start();
  }

  stop(): void {
    this.#host.stop();
    this.#log.stop();
    this.#guard.stop();
  }

  async #append(device: string, event: NewEvent): Promise<void> {
    const { recorder, store } = this.#parts;
    const session = recorder.sessionOf(device);
    if (session !== null) await store.find(session)?.append(event);
  }

  #hostChanged(change: HostChange): void {
    this.#parts.onFault(errorReport(hostClockError(change)), null);
    this.#parts.tellSessions(hostClockEvent(change));
  }
}
