import { faultOf, readFault, type FaultTable, type OrderedFault } from "../../ordered-fault.js";

/** What can be made to go wrong with a phone; each with what its count and its duration mean when the order does not say. */
const KINDS = {
  /** Out of the Wi-Fi, and back. */
  vanish: { durationS: 5 },
  /** Off and on again: new numbers, a new clock; what was not sent is lost, files stay. */
  reboot: { durationS: 2 },
  /** `count` blocks are sent twice. */
  duplicate: { count: 1 },
  /** `count` blocks are sent behind the one that follows them. */
  reorder: { count: 1 },
  /** It does not read what the hub sends. */
  "slow-reader": { durationS: 5 },
  /** Nothing is answered or sent, while sensors and clock go on. */
  sleep: { durationS: 5 },
  /** Its clock leaps by so many seconds under the name it had. */
  "clock-step": { durationS: 1, isSigned: true },
  /** From then on its times are those of a clock that no phone should use: the time of day, milliseconds, one that stands still, one that leaps about. */
  "clock-epoch": {},
  "clock-milliseconds": {},
  "clock-frozen": {},
  "clock-jumping": {},
  /** The battery is nearly empty from then on. */
  "low-battery": {},
  /** No storage is left from then on: its video ends, and it refuses to record. */
  "full-storage": {},
  /** The next file that it uploads has a wrong byte. */
  "wrong-hash": {},
} as const satisfies FaultTable;

/** A kind of fault that an emulated phone knows. */
export type PhoneFaultKind = keyof typeof KINDS;

/** Every kind of fault of a phone. */
export const PHONE_FAULT_KINDS = Object.keys(KINDS) as readonly PhoneFaultKind[];

/** A fault of a phone from its text: `vanish@3:5`, `duplicate:4@2`. Throws `DEVICE_FAULT_INVALID`. */
export function parsePhoneFault(text: string): OrderedFault<PhoneFaultKind> {
  return readFault(text, KINDS);
}

/** A fault that came from elsewhere, if a phone can have it. Throws `DEVICE_FAULT_INVALID`. */
export function phoneFault(fault: OrderedFault): OrderedFault<PhoneFaultKind> {
  return faultOf(fault, KINDS);
}
