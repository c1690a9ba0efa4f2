import type { PhoneLink } from "@polychron/devices";
import type { Timers } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import { within } from "./time-limit.js";

const ADMIT_WITHIN_MS = 10_000;

/** Makes a device of each phone that says hello: one try at a time for one phone, none waits for ever. */
export class PhoneAdmission {
  readonly #admit: (link: PhoneLink) => Promise<string>;
  readonly #timers: Timers;
  readonly #newest = new WeakMap<PhoneLink, Promise<unknown>>();

  /** @param admit connects a phone, or finds it connected; resolves with the device's id */
  constructor(admit: (link: PhoneLink) => Promise<string>, timers: Timers) {
    this.#admit = admit;
    this.#timers = timers;
  }

  /** The id of the device that a phone is. Throws `DEVICE_CONNECT_TIMEOUT` and whatever the connecting throws. */
  deviceOf(link: PhoneLink): Promise<string> {
    const before = this.#newest.get(link) ?? Promise.resolve();
    // How the try before went was told to the hello that began it.
    const mine = before.then(
      () => this.#admit(link),
      () => this.#admit(link),
    );
    this.#newest.set(link, mine);
    const tooLate = (): Error =>
      new ServiceError("DEVICE_CONNECT_TIMEOUT", { address: link.name, waitedMs: ADMIT_WITHIN_MS });
    return within(mine, { timers: this.#timers, withinMs: ADMIT_WITHIN_MS, tooLate });
  }
}
