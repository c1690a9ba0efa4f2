import { DeviceError } from "../../errors.js";

/** What can be made to go wrong; each with what its count and its duration mean when the order does not say. */
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
} as const satisfies Readonly<Record<string, { readonly count?: number; readonly durationS?: number }>>;

/** A kind of fault that an emulator knows. */
export type FaultKind = keyof typeof KINDS;

/** Every kind of fault. */
export const FAULT_KINDS = Object.keys(KINDS) as readonly FaultKind[];

/** One fault as ordered. */
export interface OrderedFault {
  readonly kind: FaultKind;
  /** Packets or bytes; 1 where the kind counts nothing. */
  readonly count: number;
  /** Seconds after the order, or after the start of the stream for an order given before it. */
  readonly atS: number;
  /** Seconds it lasts; 0 where the kind is an instant. */
  readonly durationS: number;
}

/** `KIND[:COUNT][@SECONDS[:DURATION_S]]`. */
const GRAMMAR = /^([a-z]+)(?::(\d{1,6}))?(?:@(\d{1,6}(?:\.\d{1,6})?)(?::(\d{1,6}(?:\.\d{1,6})?))?)?$/;

/**
 * A fault from its text: `drop:5@3`, `silence@2:1.5`, `junk`. Without `@SECONDS` it happens at once.
 * @throws DeviceError `DEVICE_FAULT_INVALID`: unknown kind, a zero count, or a number that the kind has no use for
 */
export function parseFault(text: string): OrderedFault {
  const [, kind = "", count, at = "0", duration] = GRAMMAR.exec(text) ?? [];
  if (!isFaultKind(kind)) throw invalid(text);
  const standard: { readonly count?: number; readonly durationS?: number } = KINDS[kind];
  const isUseless =
    (count !== undefined && standard.count === undefined) ||
    (duration !== undefined && standard.durationS === undefined);
  if (isUseless || Number(count) === 0) throw invalid(text);
  return {
    kind,
    count: Number(count ?? standard.count ?? 1),
    atS: Number(at),
    durationS: Number(duration ?? standard.durationS ?? 0),
  };
}

function isFaultKind(kind: string): kind is FaultKind {
  return Object.hasOwn(KINDS, kind);
}

function invalid(text: string): DeviceError {
  return new DeviceError("DEVICE_FAULT_INVALID", { text, kinds: FAULT_KINDS.join(", ") });
}
