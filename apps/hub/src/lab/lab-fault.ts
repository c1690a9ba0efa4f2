import { parseFault, type OrderedFault } from "@polychron/devices";

/** A fault ordered of a lab: of one device by its number, or of all. */
export interface LabFault {
  /** As it was ordered. */
  readonly text: string;
  readonly fault: OrderedFault;
  readonly device: number | "all";
}

/**
 * `KIND[:COUNT]@SECONDS[:DURATION][#DEVICE]`: seconds from the start of the recording; without `#DEVICE` for the first device.
 * Throws `DEVICE_FAULT_INVALID`.
 */
export function parseLabFault(text: string): LabFault {
  const [, order = text, device = "1"] = /^(.*)#(\d{1,3}|all)$/.exec(text) ?? [];
  return { text, fault: parseFault(order), device: device === "all" ? "all" : Number(device) };
}
