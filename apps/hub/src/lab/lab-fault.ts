import {
  DeviceError,
  FAULT_KINDS,
  parseFault,
  parsePhoneFault,
  PHONE_FAULT_KINDS,
  readFault,
  type FaultTable,
  type OrderedFault,
} from "@polychron/devices";
import type { LabFamily, LabMember } from "./member.js";

/** A fault ordered of a lab: of one device by its family and number, or of all of a family. */
export interface LabFault {
  /** As it was ordered. */
  readonly text: string;
  readonly fault: OrderedFault;
  readonly family: LabFamily;
  readonly device: number | "all";
}

const CAMERA_FAULTS = {
  /** Its ffmpeg is killed. */
  "kill-encoder": {},
} as const satisfies FaultTable;

const PARSERS: Readonly<Record<LabFamily, (text: string) => OrderedFault>> = {
  shimmer: parseFault,
  phone: parsePhoneFault,
  camera: (text) => readFault(text, CAMERA_FAULTS),
};
const KINDS: Readonly<Record<LabFamily, readonly string[]>> = {
  shimmer: FAULT_KINDS,
  phone: PHONE_FAULT_KINDS,
  camera: Object.keys(CAMERA_FAULTS),
};
const GRAMMAR = /^(([a-z-]+)[^#]*)(?:#(?:(all)|(shimmer|phone|camera)?([1-9]\d{0,2})))?$/;

/**
 * `KIND[:COUNT]@SECONDS[:DURATION][#DEVICE]`: seconds from the start of the recording. The device is `#phone2`, or `#2` of
 * the family that knows the kind, or `#all` of that family; without it the first. Throws `DEVICE_FAULT_INVALID`.
 */
export function parseLabFault(text: string): LabFault {
  const [, order = text, kind = "", all, named, number = "1"] = GRAMMAR.exec(text) ?? [];
  const family = (Object.keys(KINDS) as LabFamily[]).find((candidate) => KINDS[candidate].includes(kind));
  if (family === undefined || (named !== undefined && named !== family)) throw invalid(text);
  return { text, fault: PARSERS[family](order), family, device: all === undefined ? Number(number) : "all" };
}

/** The kinds of fault that were ordered of a device, one for each order. */
export function kindsOrdered(
  faults: readonly LabFault[],
  member: Pick<LabMember, "family" | "number">,
): readonly string[] {
  const own = faults.filter(
    ({ family, device }) => family === member.family && (device === "all" || device === member.number),
  );
  return own.map(({ fault }) => fault.kind);
}

/** A counter cannot be made to wrap while it streams: that is ordered before, timed from the start of the stream. */
export function isBeforeStream({ fault }: LabFault): boolean {
  return fault.kind === "wrap";
}

function invalid(text: string): DeviceError {
  const kinds = Object.entries(KINDS).map(([family, known]) => `${known.join(", ")} (${family})`);
  return new DeviceError("DEVICE_FAULT_INVALID", { text, kinds: kinds.join("; ") });
}
