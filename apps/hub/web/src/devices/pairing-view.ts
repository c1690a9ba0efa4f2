import type { DeviceView } from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import { PHONE_FAMILY } from "./phone-view.js";

/** A one-time code for a phone, as long as it is offered. */
export interface PairingOffer {
  readonly code: string;
  /** Hub microseconds at which it ends. */
  readonly endsUs: number;
  readonly addresses: readonly string[];
  /** The phones that were here when it was made. */
  readonly known: readonly string[];
}

/** The answer to `pair_phone`, received at a hub time, beside the devices that are here already. */
export function pairingOffer(result: JsonObject, nowUs: number, devices: readonly DeviceView[]): PairingOffer {
  const { code, expires_s: expiresS, addresses } = result;
  return {
    code: typeof code === "string" ? code : "",
    endsUs: nowUs + (typeof expiresS === "number" ? expiresS : 0) * 1e6,
    addresses: Array.isArray(addresses) ? addresses.filter((address) => typeof address === "string") : [],
    known: phonesOf(devices).map(({ id }) => id),
  };
}

/** The phone that joined since the code was made. */
export function joinedPhone({ known }: PairingOffer, devices: readonly DeviceView[]): DeviceView | undefined {
  return phonesOf(devices).find(({ id }) => !known.includes(id));
}

/** Whether no other thing than this computer can reach a hub at these addresses. */
export function isLoopbackOnly(addresses: readonly string[]): boolean {
  return addresses.every((address) => /^https?:\/\/(127\.|localhost(?=[:/]|$)|\[::1\])/i.test(address));
}

/** Whole seconds that a code is still good for; 0 when it is not. */
export function secondsLeft({ endsUs }: PairingOffer, nowUs: number): number {
  return Math.max(0, Math.ceil((endsUs - nowUs) / 1e6));
}

function phonesOf(devices: readonly DeviceView[]): DeviceView[] {
  return devices.filter(({ family }) => family === PHONE_FAMILY);
}
