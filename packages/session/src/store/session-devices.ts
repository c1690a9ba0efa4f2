import { deviceFolders } from "../format/layout.js";
import type { DeviceEntry, DeviceStatus } from "../format/metadata.js";
import { requireName } from "../format/names.js";
import { SessionError, type JsonObject } from "../model/index.js";
import { makeFolders, type FileSystem } from "./files.js";
import type { SessionJournal } from "./session-journal.js";

/** A device that joins; the time is added. */
export interface NewDevice {
  readonly device_type: string;
  readonly capabilities: readonly string[];
  readonly status: DeviceStatus;
  readonly settings: JsonObject;
  readonly calibration: JsonObject | null;
  readonly firmware: string | null;
  readonly simulated: boolean;
  /** How it is connected, for people. */
  readonly connection?: JsonObject;
}

/** Which open session a device belongs to: in one of them at most. */
export interface DeviceClaims {
  /** Throws `SESSION_DEVICE_BUSY` (names the other session). */
  claim(deviceId: string, sessionId: string): void;
  release(deviceId: string, sessionId: string): void;
}

/** The devices of an open session. */
export class SessionDevices {
  readonly #files: FileSystem;
  readonly #folder: string;
  readonly #journal: SessionJournal;
  readonly #claims: DeviceClaims;

  constructor(place: { files: FileSystem; folder: string }, journal: SessionJournal, claims: DeviceClaims) {
    this.#files = place.files;
    this.#folder = place.folder;
    this.#journal = journal;
    this.#claims = claims;
  }

  /**
   * Takes a device in, or again with what it says of itself now. Throws `NAME_INVALID`, `SESSION_DEVICE_BUSY`,
   * `SESSION_INVALID_STATE`, `SESSION_IMMUTABLE`, `STORAGE_*`.
   */
  async add(deviceId: string, device: NewDevice): Promise<void> {
    requireName("device id", deviceId);
    this.#journal.requireTakes("device", "add_device");
    this.#claims.claim(deviceId, this.#journal.id);
    const known = this.#journal.metadata.devices[deviceId];
    const entry = { ...device, added_time: known?.added_time ?? this.#journal.clock.timestamp() };
    await this.#journal.append({ event: "device_connected", details: { device: deviceId, entry: { ...entry } } });
    const ref = { deviceId, deviceType: device.device_type, capabilities: device.capabilities };
    for (const folder of deviceFolders(ref)) await makeFolders(this.#files, this.#folder, folder);
  }

  /** Changes what is known of a device; one that leaves may join another session. Throws `SESSION_DEVICE_UNKNOWN`, `SESSION_IMMUTABLE`, `STORAGE_*`. */
  async set(deviceId: string, patch: Partial<DeviceEntry>): Promise<void> {
    this.require(deviceId);
    const details = { device: deviceId, patch: patch as JsonObject };
    await this.#journal.append({ event: "device_ack", details });
    if (patch.status === "disconnected" || patch.status === "replaced")
      this.#claims.release(deviceId, this.#journal.id);
  }

  /** Lets every device join another session, although this one is still open. */
  release(): void {
    const { id, metadata } = this.#journal;
    for (const deviceId of Object.keys(metadata.devices)) this.#claims.release(deviceId, id);
  }

  /** Throws `SESSION_DEVICE_UNKNOWN` for a device that never joined. */
  require(deviceId: string): DeviceEntry {
    const entry = this.#journal.metadata.devices[deviceId];
    if (entry === undefined)
      throw new SessionError("SESSION_DEVICE_UNKNOWN", { device: deviceId, session: this.#journal.id });
    return entry;
  }
}
