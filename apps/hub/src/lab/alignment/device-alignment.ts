import type { ErrorReport } from "./error-tally.js";

/** How right a device's times were, by what its emulator knows of its clock. */
export interface DeviceAlignment {
  readonly device: string;
  /** `none`: nobody knows when its samples or pictures really were, and nothing is compared. */
  readonly truth: "emulator" | "none";
  /** How its clock really ran, parts per million; null where that is not known. */
  readonly drift_ppm: number | null;
  /** The estimate while the session ran, as it stood when each burst of probes began; null for a device that answers none. */
  readonly live: ErrorReport | null;
  /** The finished session's `t_s` of every sample. */
  readonly post: ErrorReport | null;
  /** Bursts and samples too close to an ordered leap of the clock, or to a power cycle, to be held against the estimate. */
  readonly not_judged: number;
  /** Where bounds are stated they held in 99 of 100 cases. */
  readonly ok: boolean;
}

/** Bounds are stated to hold so often. */
const WITHIN_SHARE = 0.99;

/** Whether bounds held as often as they claim; they cannot have held where nothing was compared. */
export function holds({ within_bound: share }: ErrorReport): boolean {
  return share !== null && share >= WITHIN_SHARE;
}

/** A device of which nobody knows when its samples really were. */
export function withoutTruth(device: string): DeviceAlignment {
  return { device, truth: "none", drift_ppm: null, live: null, post: null, not_judged: 0, ok: true };
}
