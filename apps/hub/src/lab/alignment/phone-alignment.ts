import type { ErrorReport } from "./error-tally.js";

/** How right a phone's times were, by what its emulator knows of its clock. */
export interface PhoneAlignment {
  readonly device: string;
  /** How its clock really ran, parts per million; null where that is not known. */
  readonly drift_ppm: number | null;
  /** The estimate while the session ran, as it stood when each burst of probes began. */
  readonly live: ErrorReport;
  /** The finished session's `t_s` of every sample. */
  readonly post: ErrorReport;
  /** Bursts and samples too close to an ordered leap of the clock to be held against the estimate. */
  readonly not_judged: number;
  /** Both were inside their stated bound in 99 of 100 cases. */
  readonly ok: boolean;
}

/** Bounds are stated to hold so often. */
const WITHIN_SHARE = 0.99;

/** Whether bounds held as often as they claim; they cannot have held where nothing was compared. */
export function holds({ within_bound: share }: ErrorReport): boolean {
  return share !== null && share >= WITHIN_SHARE;
}
