import { DeviceError, type FirstKept } from "@polychron/devices";
import type { Clock } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import type { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import type { OwnRecordingListener } from "./self-recordings.js";
import { faultOfStart } from "./start-answer.js";
import type { StartWatch } from "./start-watch.js";
import { lateStop } from "./stop-order.js";

/** What passing answers on needs of its session. */
export interface StartAckPorts {
  readonly session: OpenSession;
  readonly clock: Clock;
  readonly log: DeviceLog;
  /** Who watches a recording; undefined for one that is over. */
  watchOf(recording: number): StartWatch | undefined;
  /** Resolves when no stop is under way. */
  settled(): Promise<void>;
}

/** What devices that record on themselves answer, to the log and to whoever watches their recording. */
export class StartAcks implements OwnRecordingListener {
  readonly #ports: StartAckPorts;

  constructor(ports: StartAckPorts) {
    this.#ports = ports;
  }

  told(device: LiveDevice, recording: number): void {
    this.#ports.watchOf(recording)?.told(device);
  }

  /** A yes that cannot be true is none. */
  started(device: LiveDevice, recording: number, first: readonly FirstKept[]): void {
    const startUs = this.#ports.watchOf(recording)?.startUs ?? Number.NEGATIVE_INFINITY;
    const reason = faultOfStart(device, first, { startUs, nowUs: this.#ports.clock.nowUs() });
    if (reason !== undefined) {
      const said = { device: device.id, order: "start", reason };
      return this.refused(device, recording, new DeviceError("PHONE_ANSWER_INVALID", said));
    }
    this.#ports.log.started(device, recording, first);
    this.#ports.watchOf(recording)?.ownStarted(device, first);
  }

  refused(device: LiveDevice, recording: number, thrown: unknown): void {
    this.#ports.log.fault(device, thrown, "start_on_device");
    this.#ports.watchOf(recording)?.ownRefused(device, thrown);
  }

  stopped(device: LiveDevice, recording: number): void {
    const atUs = this.#ports.clock.nowUs();
    this.#ports.watchOf(recording)?.stopped(device);
    void this.#late({ device: device.id, recording, atUs });
  }

  /** What the stop's own event says of the device is in the metadata only when the stop is through. */
  async #late(stopped: Parameters<typeof lateStop>[1]): Promise<void> {
    await this.#ports.settled();
    if (this.#ports.watchOf(stopped.recording) !== undefined) return; // its end has yet to be written, and tells all
    const details = lateStop(this.#ports.session, stopped);
    if (details !== undefined) this.#ports.log.acknowledged(details);
  }
}
