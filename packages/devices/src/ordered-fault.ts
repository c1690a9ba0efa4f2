import { DeviceError } from "./errors.js";

/** What can be made to go wrong with a family of emulators; each with what its count and its duration mean when the order does not say. */
export type FaultTable = Readonly<
  Record<
    string,
    {
      readonly count?: number;
      readonly durationS?: number;
      /** Its seconds are no length of time: they may run back. */
      readonly isSigned?: true;
    }
  >
>;

/** One fault as ordered. */
export interface OrderedFault<Kind extends string = string> {
  readonly kind: Kind;
  /** How many, of what the kind counts; 1 where it counts nothing. */
  readonly count: number;
  /** Seconds after the order, or after the start of the stream for an order given before it. */
  readonly atS: number;
  /** Seconds it lasts, or by which it leaps; 0 where the kind is an instant. */
  readonly durationS: number;
}

/** `KIND[:COUNT][@SECONDS[:DURATION_S]]`. */
const GRAMMAR = /^([a-z][a-z-]*)(?::(\d{1,6}))?(?:@(\d{1,6}(?:\.\d{1,6})?)(?::(-?\d{1,6}(?:\.\d{1,6})?))?)?$/;

/**
 * A fault of a family from its text: `drop:5@3`, `silence@2:1.5`, `junk`. Without `@SECONDS` it happens at once.
 * @throws DeviceError `DEVICE_FAULT_INVALID`: unknown kind, a zero count, or a number that the kind has no use for
 */
export function readFault<Table extends FaultTable>(text: string, table: Table): OrderedFault<keyof Table & string> {
  const [, kind = "", count, at = "0", duration] = GRAMMAR.exec(text) ?? [];
  if (!Object.hasOwn(table, kind)) throw invalid(text, table);
  const standard = table[kind]!;
  const isUseless =
    (count !== undefined && standard.count === undefined) ||
    (duration !== undefined && standard.durationS === undefined) ||
    (Number(duration) < 0 && standard.isSigned !== true);
  if (isUseless || Number(count) === 0) throw invalid(text, table);
  return {
    kind,
    count: Number(count ?? standard.count ?? 1),
    atS: Number(at),
    durationS: Number(duration ?? standard.durationS ?? 0),
  };
}

/** A fault that came from elsewhere, if the family knows its kind. Throws `DEVICE_FAULT_INVALID`. */
export function faultOf<Table extends FaultTable>(
  fault: OrderedFault,
  table: Table,
): OrderedFault<keyof Table & string> {
  if (!Object.hasOwn(table, fault.kind)) throw invalid(fault.kind, table);
  return fault;
}

function invalid(text: string, table: FaultTable): DeviceError {
  return new DeviceError("DEVICE_FAULT_INVALID", { text, kinds: Object.keys(table).join(", ") });
}
