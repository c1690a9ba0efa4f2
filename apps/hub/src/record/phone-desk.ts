import type { JsonObject } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import type { PairedPhones } from "../security/paired-phones.js";
import type { Pairing } from "../security/pairing.js";
import type { DeviceBook } from "./device-book.js";
import type { DeviceRegistry } from "./device-registry.js";

/** What letting phones in and out needs. */
export interface PhoneDeskParts {
  readonly pairing: Pairing;
  readonly paired: PairedPhones;
  readonly book: DeviceBook;
  readonly registry: DeviceRegistry;
  /** Where phones reach this hub; known once it listens. */
  addresses(): readonly string[];
}

/** Letting phones in and out, for the operator's commands. */
export class PhoneDesk {
  readonly #parts: PhoneDeskParts;

  constructor(parts: PhoneDeskParts) {
    this.#parts = parts;
  }

  /** A one-time code, its life in seconds, and the addresses where phones find this hub. */
  pair(): JsonObject {
    const { code, expiresS } = this.#parts.pairing.issue();
    return { code, expires_s: expiresS, addresses: [...this.#parts.addresses()] };
  }

  /** The name that a phone was given when it was paired. Throws `PAIRED_PHONES_BROKEN`. */
  nameOf(hardwareId: string): string | undefined {
    return this.#parts.paired.nameOf(hardwareId);
  }

  /** Takes a phone's token away; it is disconnected at once. Throws `DEVICE_NOT_FOUND`, `STORAGE_*`. */
  async unpair(device: string): Promise<void> {
    const { paired, book, registry } = this.#parts;
    const hardwareId = book.hardwareIdOf(device);
    if (hardwareId === undefined || paired.list().every(({ token_id }) => token_id !== hardwareId))
      throw new ServiceError("DEVICE_NOT_FOUND", { device });
    await paired.revoke(hardwareId);
    if (registry.find(device) !== undefined) await registry.disconnect(device);
    registry.forget(hardwareId);
  }
}
