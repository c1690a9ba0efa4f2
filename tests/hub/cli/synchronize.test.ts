import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskFiles, HubLock } from "@polychron/session/store";
import { stream } from "../../export/fixtures.js";
import { SESSION_ID, writeTree } from "../../export/session-tree.js";
import { cli } from "./cli-run.js";

const TABLE = "processing/synchronized_data/synchronized_50hz_20250731_143101.csv";
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "polychron-cli-"));
  mkdirSync(join(folder, "recordings"));
  const streams = [stream("shimmer_3a5f", "gsr", { gsr_uS: [0.5, 1.5, 2.5] }, { units: { gsr_uS: "µS" } })];
  await writeTree(new DiskFiles(), join(folder, "recordings"), { streams });
});
afterEach(() => rmSync(folder, { recursive: true }));

const inSession = (path: string) => readFileSync(join(folder, "recordings", SESSION_ID, path), "utf8");
const entry = () =>
  (JSON.parse(inSession("session_metadata.json")) as { post_processing: Record<string, unknown> }).post_processing[
    "synchronized_data"
  ];

test("a sealed session gets its table, and the metadata list it with hash and parameters", async () => {
  const run = await cli(folder, "synchronize", SESSION_ID, "--rate", "50", "--json");
  expect(run).toMatchObject({ code: 0, err: "" });
  const { sessions } = JSON.parse(run.out) as { sessions: { outputs: { path: string; sha256: string }[] }[] };
  expect(sessions[0]).toMatchObject({ session_id: SESSION_ID, rate_hz: 50, recordings: [{ path: TABLE, rows: 501 }] });
  expect(inSession(TABLE).split("\n")).toHaveLength(503);
  const outputs = sessions[0]!.outputs.map(({ path, sha256 }) => ({ path, sha256 }));
  expect(entry()).toMatchObject({ success: true, items: [{ status: "done", parameters: { rate_hz: 50 }, outputs }] });
});

test("run again, it says the same, and the check finds every derived file as it was written", async () => {
  await cli(folder, "synchronize", SESSION_ID, "--rate", "50");
  const again = await cli(folder, "synchronize", SESSION_ID, "--rate", "50");
  expect(again.out).toBe(`${SESSION_ID}: 50 Hz\n  ${TABLE}: 501 rows, 6 columns`);
  expect((await cli(folder, "sessions", "check", SESSION_ID)).out).not.toContain("DERIVED");
});

test("one session that is not there does not keep the others from theirs", async () => {
  const run = await cli(folder, "synchronize", "session_20200101_000000", SESSION_ID);
  expect(run).toMatchObject({ code: 1, err: expect.stringContaining("[SESSION_NOT_FOUND]") });
  expect(run.out).toContain("synchronized_100hz_");
});

test.each(["0", "-5", "abc", "20000", "1.23456"])("a rate of %s is refused", async (rate) => {
  expect(await cli(folder, "synchronize", SESSION_ID, "--rate", rate)).toMatchObject({
    code: 64,
    err: expect.stringContaining("Give a rate from 0.1 to 10000 Hz"),
  });
});

test("a folder that a hub holds is left to that hub", async () => {
  const recordings = join(folder, "recordings");
  const held = { folder: recordings, files: new DiskFiles(), started: "now", onLost: () => undefined };
  const lock = await HubLock.acquire(held);
  try {
    const run = await cli(folder, "synchronize", SESSION_ID);
    expect(run.err).toContain("[RECORDINGS_IN_USE]");
  } finally {
    await lock.release();
  }
});
