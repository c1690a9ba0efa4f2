import type { OpenSession } from "@polychron/session/store";
import { connectionTo } from "./device-connection.js";
import type { DeviceListener, LiveDevice } from "./live-device.js";

/** The devices of one open session that are here now. */
export class SessionMembers {
  readonly #session: OpenSession;
  readonly #devices = new Map<string, { device: LiveDevice; leave: () => void }>();
  /** A device that is joining, or has joined, is not taken in twice. */
  readonly #joining = new WeakMap<LiveDevice, Promise<void>>();

  constructor(session: OpenSession) {
    this.#session = session;
  }

  /** Whether a device is here now. */
  has(deviceId: string): boolean {
    return this.#devices.has(deviceId);
  }

  /** Whether a device is here or was. */
  knows(deviceId: string): boolean {
    return this.#session.metadata.devices[deviceId] !== undefined;
  }

  get live(): readonly LiveDevice[] {
    return [...this.#devices.values()].map(({ device }) => device);
  }

  get streaming(): readonly LiveDevice[] {
    return this.live.filter((device) => device.phase === "armed");
  }

  /** Takes a device in and listens to it; `then` runs once, before anybody hears that it has joined. Throws `SESSION_DEVICE_BUSY`, `SESSION_INVALID_STATE`. */
  join(device: LiveDevice, listener: DeviceListener, then: (isBack: boolean) => Promise<void>): Promise<void> {
    const known = this.#joining.get(device) ?? this.#join(device, listener).then(then);
    this.#joining.set(device, known);
    known.catch(() => this.#joining.delete(device));
    return known;
  }

  /** Listens no longer to a device. */
  drop(device: LiveDevice): void {
    this.#devices.get(device.id)?.leave();
    this.#devices.delete(device.id);
  }

  clear(): void {
    for (const { leave } of this.#devices.values()) leave();
    this.#devices.clear();
  }

  /** Answers whether the session knew the device before. */
  async #join(device: LiveDevice, listener: DeviceListener): Promise<boolean> {
    const isBack = this.knows(device.id);
    await this.#session.addDevice(device.id, {
      device_type: device.identity.deviceType,
      capabilities: [...device.identity.capabilities],
      status: device.phase === "armed" ? "armed" : "connected",
      settings: device.driver.settings,
      calibration: null,
      firmware: device.identity.firmware,
      simulated: device.identity.simulated,
      connection: connectionTo(device),
    });
    this.#devices.get(device.id)?.leave();
    this.#devices.set(device.id, { device, leave: device.listen(listener) });
    return isBack;
  }
}
