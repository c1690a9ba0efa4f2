import { faultOf, readFault, type FaultTable, type OrderedFault } from "../../ordered-fault.js";

/** What can be made to go wrong with a Shimmer; each with what its count and its duration mean when the order does not say. */
const KINDS = {
  /** `count` packets are not sent. */
  drop: { count: 1 },
  /** One byte of each of `count` packets is not sent. */
  cut: { count: 1 },
  /** One bit of each of `count` packets is turned over. */
  flip: { count: 1 },
  /** `count` bytes of radio text that belong to no message. */
  junk: { count: 40 },
  /** Nothing is heard and nothing is sent, as behind a wall. */
  silence: { durationS: 2 },
  /** The port goes away and comes back. */
  close: { durationS: 2 },
  /** A power cycle: the port goes away, the counter starts again at zero. */
  reset: { durationS: 2 },
  /** On the dock: the device says so by itself. */
  dock: { durationS: 2 },
  /** Every byte is sent on its own. */
  split: { durationS: 2 },
  /** The counter wraps so many seconds after the start of the stream. */
  wrap: {},
  /** The battery is nearly empty from then on. */
  lowbattery: {},
} as const satisfies FaultTable;

/** A kind of fault that an emulator knows. */
export type FaultKind = keyof typeof KINDS;

/** Every kind of fault. */
export const FAULT_KINDS = Object.keys(KINDS) as readonly FaultKind[];

/** A fault of a Shimmer from its text. Throws `DEVICE_FAULT_INVALID`. */
export function parseFault(text: string): OrderedFault<FaultKind> {
  return readFault(text, KINDS);
}

/** A fault that came from elsewhere, if a Shimmer can have it. Throws `DEVICE_FAULT_INVALID`. */
export function shimmerFault(fault: OrderedFault): OrderedFault<FaultKind> {
  return faultOf(fault, KINDS);
}
