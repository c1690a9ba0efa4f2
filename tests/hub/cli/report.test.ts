import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli } from "./cli-run.js";
import { SessionsFolder } from "./sessions-folder.js";

const REPORT = "processing/quality/report.json";

let folder: SessionsFolder;
beforeEach(() => {
  folder = new SessionsFolder();
});
afterEach(() => folder.remove());

const inSession = (id: string, path: string): string => join(folder.recordings, id, path);

test("report writes both files, says the verdict, and the session's check is still good", async () => {
  const id = await folder.completed("visit");
  const ran = await cli(folder.path, "report", id);
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toContain("Nothing was recorded, so there is nothing to align.");
  expect(readFileSync(inSession(id, "processing/quality/report.html"), "utf8")).toMatch(/^<!doctype html>/);
  expect(await cli(folder.path, "sessions", "check", id)).toMatchObject({ code: 0 });
});

test("the metadata list what was made, and a second report takes the place of the first", async () => {
  const id = await folder.completed("visit");
  await cli(folder.path, "report", id);
  await cli(folder.path, "report", id);
  const { post_processing: made } = JSON.parse(readFileSync(inSession(id, "session_metadata.json"), "utf8"));
  const items = made.quality_report.items as { outputs: { path: string }[]; status: string }[];
  expect(items.map(({ status, outputs }) => [status, outputs.length])).toEqual([
    ["done", 0],
    ["done", 2],
  ]);
});

test("one session that is not there does not keep the other from its report", async () => {
  const id = await folder.completed("visit");
  const ran = await cli(folder.path, "report", "session_20200101_000000", id, "--json");
  expect(ran.code).not.toBe(0);
  expect(JSON.parse(ran.out)).toMatchObject({
    ok: false,
    sessions: [
      { session_id: "session_20200101_000000", error: { code: "SESSION_NOT_FOUND" } },
      { session_id: id, verdict: { level: "unknown" } },
    ],
  });
});

test("check names a report that is not what its schema says", async () => {
  const id = await folder.completed("visit");
  await cli(folder.path, "report", id);
  writeFileSync(inSession(id, REPORT), `{"schema_version":1}`);
  const found = JSON.parse((await cli(folder.path, "sessions", "check", id, "--json")).out);
  const codes = found.sessions[0].findings.map(({ code }: { code: string }) => code);
  expect(codes).toEqual(expect.arrayContaining(["REPORT_BROKEN", "DERIVED_ALTERED"]));
});

test("Python reads the report with its own json module", async () => {
  const id = await folder.completed("visit");
  await cli(folder.path, "report", id);
  const program = "import json,sys; print(json.load(open(sys.argv[1]))['verdict']['level'])";
  const said = execFileSync("/usr/bin/python3", ["-c", program, inSession(id, REPORT)], { encoding: "utf8" });
  expect(said.trim()).toBe("unknown");
});
