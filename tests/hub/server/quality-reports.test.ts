import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportPage } from "@polychron/processing";
import { DiskFiles } from "@polychron/session/store";
import { QualityReports } from "../../../apps/hub/src/server/quality-reports.js";
import { reportWithBadPhone } from "../../processing/quality/bad-phone.js";
import { DoorBench } from "./door-bench.js";

const SESSION = "session_20250731_143022";

let at: DoorBench;
let quality: string;
let reports: QualityReports;
beforeAll(async () => {
  at = await DoorBench.open({
    report: (session) => reports.summary(session),
    reportPage: (session) => reports.page(session),
  });
  reports = new QualityReports(new DiskFiles(), at.recordings);
  quality = join(at.recordings, SESSION, "processing", "quality");
  mkdirSync(quality, { recursive: true });
});
afterAll(() => at.close());

const ask = (path: string, headers: Record<string, string> = {}) =>
  at.ask(`/api/sessions/${SESSION}/${path}`, { headers });

test("before a report is made there is none, and no page of it", async () => {
  expect(await ask("report")).toMatchObject({ status: 200, text: '{"report":null}' });
  expect(await ask("report.html")).toMatchObject({ status: 404, code: "ROUTE_NOT_FOUND" });
});

test("a report is told in short, and its page is forbidden to load, run or be framed", async () => {
  const report = reportWithBadPhone();
  writeFileSync(join(quality, "report.json"), JSON.stringify(report));
  writeFileSync(join(quality, "report.html"), reportPage(report));
  const { verdict, scores } = report;
  expect(JSON.parse((await ask("report")).text)).toEqual({ report: { verdict, scores } });
  const page = await ask("report.html");
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none';.*frame-ancestors 'none'; sandbox$/);
  expect(page.text).toBe(reportPage(report));
});

test.each(["report", "report.html"])("%s is shown to nobody without a token", async (path) => {
  expect(await ask(path, { authorization: "" })).toMatchObject({ status: 401, code: "TOKEN_REQUIRED" });
});

test.each(["{", "[]", '{"schema_version":1}'])("a report that holds %s is named broken", async (text) => {
  writeFileSync(join(quality, "report.json"), text);
  expect(await ask("report")).toMatchObject({ code: "QUALITY_REPORT_BROKEN" });
});

test("a link in the place of the page leads nowhere", async () => {
  const other = join(at.recordings, "session_20250731_143023", "processing", "quality");
  mkdirSync(other, { recursive: true });
  symlinkSync("/etc/hostname", join(other, "report.html"));
  expect((await at.ask("/api/sessions/session_20250731_143023/report.html")).status).toBe(404);
});

test("a session that is not there, or is none, has no report", async () => {
  for (const session of ["session_20200101_000000", "..%2f..", "x"])
    for (const path of ["report", "report.html"])
      expect((await at.ask(`/api/sessions/${session}/${path}`)).status).toBe(404);
});
