import { QUALITY_PROCESSOR } from "@polychron/processing";
import type { WorkOrder } from "./session-jobs.js";

/** The quality report of a session, as an operator or the end of the session orders it. */
export function reportOrder(session: string): WorkOrder {
  return { kind: "report", session, parameters: {}, processors: [QUALITY_PROCESSOR] };
}
