import type { SessionMetadata } from "@polychron/session/format";
import { isReportDue } from "../../../apps/hub/src/jobs/report-due.js";

const BEFORE = "2025-07-31T14:59:00.000000+02:00";
const ENDED = "2025-07-31T15:00:00.000000+02:00";
const AFTER = "2025-07-31T13:00:01.000000+00:00";

/** A session that ended, with runs of the report as the metadata list them. */
function session(runs: readonly (readonly [status: string, started: string])[], status = "completed"): SessionMetadata {
  const items = runs.map(([how, started], index) => ({ sequence: index + 1, status: how, started, ended: started }));
  const steps = items.length === 0 ? {} : { quality_report: { enabled: true, available: true, success: true, items } };
  return { status, end_time: status === "completed" ? ENDED : null, post_processing: steps } as never;
}

test("a completed session without a report, or with one that was broken off, should have one", () => {
  expect(isReportDue(session([]))).toBe(true);
  expect(isReportDue(session([["skipped", AFTER]]))).toBe(true);
  expect(
    isReportDue(
      session([
        ["done", AFTER],
        ["skipped", AFTER],
      ]),
    ),
  ).toBe(true);
});

test("a session that has its report is left alone, and so is one whose report failed", () => {
  expect(isReportDue(session([["done", AFTER]]))).toBe(false);
  expect(
    isReportDue(
      session([
        ["skipped", AFTER],
        ["done", AFTER],
      ]),
    ),
  ).toBe(false);
  expect(isReportDue(session([["failed", AFTER]]))).toBe(false);
});

test("a report from before the session was gone on with is not that of the whole", () => {
  expect(isReportDue(session([["done", BEFORE]]))).toBe(true);
});

test("a session that is open, or that ended in an error, should have none", () => {
  expect(isReportDue(session([], "recording"))).toBe(false);
  expect(isReportDue({ ...session([]), status: "error" })).toBe(false);
});
