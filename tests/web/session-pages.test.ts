import type { JobView, SessionListEntry } from "@polychron/protocol";
import {
  exportUrl,
  exportVersion,
  listVersion,
  shownJobs,
  withPage,
} from "../../apps/hub/web/src/sessions/session-pages.js";
import { aSession, aSnapshot } from "./hub-fixture.js";

const entry = (id: string): SessionListEntry => ({
  session_id: id,
  session_name: "",
  status: "completed",
  start_time: null,
  duration: null,
  devices: [],
  recordings: 0,
  simulated: false,
  missing: { files: 0, streams: 0 },
  error: null,
});

test("a session that slid onto the next page is listed once", () => {
  const first = withPage(null, { sessions: [entry("c"), entry("b")], next: "b", total: 3 });
  const both = withPage(first, { sessions: [entry("b"), entry("a")], next: null, total: 4 });
  expect(both.sessions.map((session) => session.session_id)).toEqual(["c", "b", "a"]);
  expect([both.next, both.total]).toEqual([null, 4]);
});

test("the list is read again when a session changes state, not with every snapshot", () => {
  const version = (state: "active" | "recording", revision: number) =>
    listVersion(aSnapshot({ revision, sessions: [aSession({ state })] }));
  expect(version("active", 1)).toBe(version("active", 2));
  expect(version("active", 1)).not.toBe(version("recording", 1));
});

test("the exported files are read again when a job of that session ends, not while it runs", () => {
  const version = (status: JobView["status"], progress: number, session = "P07") =>
    exportVersion(
      aSnapshot({ jobs: [{ id: "job_1", kind: "export", session, status, progress, outputs: [], error: null }] }),
      "P07",
    );
  expect(version("running", 0.1)).toBe(version("running", 0.9));
  expect(version("running", 0.9)).not.toBe(version("done", 1));
  expect(version("done", 1, "P08")).toBe("");
});

test("of a session's jobs those under way are shown, and of the others the last", () => {
  const job = (id: string, status: JobView["status"], session = "P07"): JobView => {
    return { id, kind: "export", session, status, progress: 0, outputs: [], error: null };
  };
  const jobs = [
    job("5", "pending"),
    job("4", "done", "P08"),
    job("3", "cancelled"),
    job("2", "running"),
    job("1", "done"),
  ];
  expect(shownJobs(aSnapshot({ jobs }), "P07").map(({ id }) => id)).toEqual(["5", "3", "2"]);
});

test("how the last job ended is shown for each kind of job", () => {
  const job = (id: string, kind: string): JobView => ({
    ...{ id, kind, session: "P07", status: "done", progress: 1, outputs: [], error: null },
  });
  const jobs = [job("4", "export"), job("3", "synchronize"), job("2", "export"), job("1", "synchronize")];
  expect(shownJobs(aSnapshot({ jobs }), "P07").map(({ id }) => id)).toEqual(["4", "3"]);
});

test("an export's address escapes each part of its path", () => {
  expect(exportUrl("P 07", "csv/a b#.csv")).toBe("/api/sessions/P%2007/exports/csv/a%20b%23.csv");
});
