import type { LabLink } from "./links.js";
import type { LatenessReport } from "./lateness.js";

/** What the bad network of a lab was. */
export interface NetworkReport {
  readonly link: LabLink;
  /** How late it passed things on against the times that its links prescribe: its own fault. */
  readonly lateness: LatenessReport;
}
