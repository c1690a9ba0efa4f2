import { QUALITY_PROCESSOR } from "@polychron/processing";
import type { SessionMetadata } from "@polychron/session/format";

/**
 * Whether a session should have a quality report and has none: it is completed, and since then no report was made, or its
 * making was broken off. One that failed would fail again: a person may order it.
 */
export function isReportDue({ status, end_time: ended, post_processing: steps }: SessionMetadata): boolean {
  if (status !== "completed" || ended === null) return false;
  const last = steps[QUALITY_PROCESSOR]?.items.at(-1);
  if (last === undefined || last.started === null || last.status === "skipped") return true;
  // A session that was gone on with was judged before its end.
  return Date.parse(last.started) < Date.parse(ended);
}
