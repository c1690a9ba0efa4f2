import { jest } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { programFile } from "@polychron/hub";
import type { CueReport } from "@polychron/session/format";
import { findProgram } from "../../scripts/system-programs.mjs";
import { startHubProcess, type HubProcess } from "./hub-process.js";

const run = promisify(execFile);
const withFfmpeg = findProgram("ffmpeg") === undefined ? test.skip : test;
/** Two cues, a turn of which is over after so long. */
const CUES = 2;
const CUE_MS = 4_500;

jest.setTimeout(120_000);

let recordings: string;
let hub: HubProcess | undefined;
beforeAll(async () => {
  recordings = await mkdtemp(join(tmpdir(), "polychron-cue-"));
});
afterAll(async () => {
  await hub?.stop();
  await rm(recordings, { recursive: true, force: true });
});

/** One simulated phone is recorded while cues are made; the session is sealed when this resolves. */
async function recordCues(): Promise<string> {
  hub = await startHubProcess(recordings, ["--simulate", "1"]);
  const { client } = hub;
  await client.until(
    ({ devices }) => devices.some(({ family, phase }) => family === "phone" && phase === "armed"),
    "a phone",
  );
  const { session } = (await client.order({ kind: "create_session" })) as { session: string };
  await client.order({ kind: "start_recording", session });
  // The phone's clock is known well only after its first bursts.
  await client.until(({ devices }) => devices.some(({ clock }) => (clock?.bursts ?? 0) > 5), "a known clock");
  for (let cue = 0; cue < CUES; cue++) {
    await client.order({ kind: "sync_cue", session });
    await pause(CUE_MS);
  }
  await client.order({ kind: "stop_recording", session });
  await client.order({ kind: "end_session", session });
  await client.until(({ sessions }) => sessions.length === 0, "the end of the session");
  return session;
}

async function cues(session: string): Promise<CueReport> {
  const args = [programFile("bin/polychron.mjs"), "cues", session, "--recordings", recordings, "--json"];
  const { stdout } = await run(process.execPath, args);
  return (JSON.parse(stdout) as { sessions: CueReport[] }).sessions[0]!;
}

withFfmpeg(
  "a simulated phone knocks at each cue, and its own accelerometer has every knock at hub time, within the bound",
  async () => {
    const session = await recordCues();
    const report = await cues(session);
    expect(report.cues).toHaveLength(CUES);
    for (const row of report.cues) {
      expect(row).toMatchObject({ kind: "tap", maker: "phone_1", device: "phone_1", stream: "imu", inside: true });
      expect(Math.abs(row.residual_s!)).toBeLessThan(0.002);
      expect(row.bound_s).toBeLessThan(0.005);
    }
    expect(report.streams).toMatchObject([{ n: CUES, missed: 0, inside: CUES, outside: 0 }]);
    const checked = await run(process.execPath, [
      programFile("bin/polychron.mjs"),
      "sessions",
      "check",
      session,
      "--recordings",
      recordings,
    ]);
    expect(checked.stdout).not.toMatch(/cues\.json/);
  },
);
