import { execFile, execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkSession, diskFiles, SessionReader } from "@polychron/session/store";
import { cli } from "../hub/cli/cli-run.js";
import { startHubProcess, type HubProcess } from "./hub-process.js";

const CAMERA = { family: "camera", address: "simulated-camera-1", settings: { width: 320, height: 240, rateHz: 30 } };
/** What may be missing at the end of a video when the hub is killed: one cluster under way, and its way through the encoder. */
const LOST_AT_MOST_S = 1;

let recordings: string;
beforeAll(async () => {
  recordings = await mkdtemp(join(tmpdir(), "polychron-camera-"));
});
afterAll(() => rm(recordings, { recursive: true, force: true }));

/** A hub of which the simulated camera records, and no phone: one that dies with its hub would be waited for. Resolves once frames are in the file. */
async function recordingHub(): Promise<{ hub: HubProcess; session: string }> {
  const hub = await startHubProcess(recordings, ["--simulate", "1"]);
  await hub.client.until(({ devices }) => devices.some(({ family }) => family === "phone"), "the simulated phone");
  const phone = hub.client.snapshot.devices.find(({ family }) => family === "phone")!;
  await hub.client.order({ kind: "disconnect_device", device: phone.id });
  await hub.client.order({ kind: "connect_device", ...CAMERA });
  const session = String((await hub.client.order({ kind: "create_session", name: "film" }))["session"]);
  await hub.client.order({ kind: "start_recording", session });
  await framesWritten(hub, 60);
  return { hub, session };
}

async function framesWritten(hub: HubProcess, frames: number): Promise<void> {
  await hub.client.until(
    ({ sessions }) =>
      sessions.some((view) =>
        view.recording?.streams.some(({ stream, written }) => stream === "rgb" && written >= frames),
      ),
    `${frames} frames in the file`,
  );
}

/** The encoders that are children of a process, by their ids. */
function encodersOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => statusOf(each)?.includes(`PPid:\t${pid}\n`) && statusOf(each)!.startsWith("Name:\tffmpeg\n"));
}

function statusOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined; // it has just ended
  }
}

/** Packets of a video, as ffprobe counts them. */
async function countFrames(path: string): Promise<number> {
  const { stdout } = await promisify(execFile)("ffprobe", [
    ...["-v", "error", "-select_streams", "v:0", "-count_packets"],
    ...["-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", path],
  ]);
  return Number.parseInt(stdout, 10);
}

function rowsOf(path: string): number {
  return readFileSync(path, "utf8").trimEnd().split("\n").length - 1;
}

function videosOf(session: string, pattern: RegExp): string[] {
  const folder = join(recordings, session, "webcam");
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}

test("a recorded camera ends as an .mp4 with as many frames as its table has lines, and a sealed session", async () => {
  const { hub, session } = await recordingHub();
  try {
    await hub.client.order({ kind: "stop_recording", session });
    await hub.client.order({ kind: "end_session", session });
    await hub.client.until(({ sessions }) => sessions.every(({ id }) => id !== session), "the sealed session");
    const [video] = videosOf(session, /\.mp4$/);
    const [table] = videosOf(session, /_frames\.csv$/);
    const frames = await countFrames(video!);
    expect(frames).toBeGreaterThanOrEqual(60);
    expect(rowsOf(table!)).toBe(frames);
    expect(videosOf(session, /mkv/)).toEqual([]);
    const { metadata } = await SessionReader.open(diskFiles(), recordings, session);
    const { expected, received, written } = metadata.recordings[0]!.streams.find(({ stream }) => stream === "rgb")!;
    expect([expected, received, written]).toEqual([frames, frames, frames]);
    const report = await checkSession({ files: diskFiles(), recordingsFolder: recordings, sessionId: session });
    expect(report.findings).toEqual([]);
    execFileSync("ffmpeg", ["-v", "error", "-xerror", "-i", video!, "-f", "null", "-"]);
  } finally {
    expect(await hub.stop()).toBe(0);
  }
}, 120_000);

test("a killed encoder is back within 2 s as the next part, and the missing frames are counted and marked", async () => {
  const { hub, session } = await recordingHub();
  try {
    const [encoder] = encodersOf(hub.child.pid!);
    process.kill(encoder!, "SIGKILL");
    await framesWritten(hub, 150);
    await hub.client.order({ kind: "stop_recording", session });
    const { metadata, events } = await wholeLog(session);
    const gap = events.find(({ event, cause }) => event === "gap" && cause === "encoder_restarted")!;
    expect(Number(gap["samples"]) / 30).toBeLessThan(2);
    const { expected, received, written } = metadata.recordings[0]!.streams.find(({ stream }) => stream === "rgb")!;
    expect(written).toBe(received);
    expect(expected - received).toBe(missingFrames(events));
    await hub.client.order({ kind: "end_session", session });
    await hub.client.until(({ sessions }) => sessions.every(({ id }) => id !== session), "the sealed session");
    const videos = videosOf(session, /\.mp4$/);
    const tables = videosOf(session, /_frames(_part2)?\.csv$/);
    expect([videos.length, tables.length]).toEqual([2, 2]);
    expect(await Promise.all(videos.map(countFrames))).toEqual(tables.map(rowsOf));
  } finally {
    expect(await hub.stop()).toBe(0);
  }
}, 120_000);

test("when the hub is killed the encoder is gone with it, the video plays to the last second, and the next hub takes it up", async () => {
  const { hub, session } = await recordingHub();
  const [encoder] = encodersOf(hub.child.pid!);
  const clock = Number(process.hrtime.bigint()) / 1e9;
  await hub.kill();
  await gone(encoder!);
  const [video] = videosOf(session, /\.mkv\.part$/);
  const [table] = videosOf(session, /_frames\.csv\.part$/);
  const frames = await countFrames(video!);
  const { metadata } = await SessionReader.open(diskFiles(), recordings, session);
  const zeroS = metadata.clock.epochs[0]!.monotonic_zero_us / 1e6;
  const lines = readFileSync(table!, "utf8").trimEnd().split("\n");
  const lastS = zeroS + Number(lines.at(-1)!.split(",")[1]);
  expect(clock - lastS).toBeLessThan(LOST_AT_MOST_S);
  // The two files are written one after the other: one cluster may be in the first and not yet in the second.
  expect(Math.abs(frames - (lines.length - 1))).toBeLessThanOrEqual(15);
  const next = await startHubProcess(recordings);
  try {
    await next.client.until(({ interrupted }) => interrupted.some(({ id }) => id === session), "the open session");
    await next.client.order({ kind: "recover_session", session, choice: "end" });
    await sealed(session);
  } finally {
    expect(await next.stop()).toBe(0);
  }
  await expectConverted(session, Math.min(frames, lines.length - 1));
}, 120_000);

/** Looks again until the session's metadata carry the seal: the conversion behind the answer may take a while. */
async function sealed(session: string): Promise<void> {
  const limit = AbortSignal.timeout(30_000);
  while ((await SessionReader.open(diskFiles(), recordings, session)).metadata.seal === undefined) {
    limit.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As after a stop: an .mp4 that plays, as many pictures in it as times in its table; what only one of the two had is in `recovered/`. */
async function expectConverted(session: string, frames: number): Promise<void> {
  const [video] = videosOf(session, /\.mp4$/);
  const [table] = videosOf(session, /_frames\.csv$/);
  expect(videosOf(session, /mkv/)).toEqual([]);
  expect([await countFrames(video!), rowsOf(table!)]).toEqual([frames, frames]);
  execFileSync("ffmpeg", ["-v", "error", "-xerror", "-i", video!, "-f", "null", "-"]);
  const { metadata } = await SessionReader.open(diskFiles(), recordings, session);
  const entry = Object.values(metadata.files)
    .flat()
    .find(({ file_path }) => file_path.endsWith(".mp4"))!;
  expect(entry).toMatchObject({ frames, complete: true, recovered: true, replaces: expect.stringMatching(/\.mkv$/) });
  expect(metadata.recordings[0]!.streams.find(({ stream }) => stream === "rgb")!.written).toBe(frames);
  const report = await checkSession({ files: diskFiles(), recordingsFolder: recordings, sessionId: session });
  expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
}

test("a video of a killed hub that cannot be converted stays as it was recorded, and its sealed session says so", async () => {
  const { hub, session } = await recordingHub();
  await hub.kill();
  const next = await startHubProcess(recordings, ["--ffmpeg", "no-such-ffmpeg"]);
  try {
    await next.client.until(({ interrupted }) => interrupted.some(({ id }) => id === session), "the open session");
    await next.client.order({ kind: "recover_session", session, choice: "end" });
    await sealed(session);
  } finally {
    expect(await next.stop()).toBe(0);
  }
  const [video] = videosOf(session, /\.mkv$/);
  const [table] = videosOf(session, /_frames\.csv$/);
  expect(await countFrames(video!)).toBe(rowsOf(table!));
  expect(videosOf(session, /mp4/)).toEqual([]);
  const { metadata } = await SessionReader.open(diskFiles(), recordings, session);
  expect(metadata.status).toBe("completed");
  expect(metadata.errors.map(({ code }) => code)).toContain("VIDEO_CONVERSION_FAILED");
  const report = await checkSession({ files: diskFiles(), recordingsFolder: recordings, sessionId: session });
  expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
}, 120_000);

test("ended on the command line, a session of a killed hub gets its .mp4 as well", async () => {
  const { hub, session } = await recordingHub();
  await hub.kill();
  const told = await cli(recordings, "sessions", "recover", session, "--recordings", recordings, "--choose", "end");
  expect(told).toMatchObject({ code: 3, out: expect.stringContaining("ended and sealed") });
  await expectConverted(session, rowsOf(videosOf(session, /_frames\.csv$/)[0]!));
}, 120_000);

test("without ffmpeg the camera is refused with a remedy, and everything else records", async () => {
  const hub = await startHubProcess(recordings, ["--simulate", "1", "--ffmpeg", "no-such-ffmpeg"]);
  try {
    const answer = await hub.client.send({ kind: "connect_device", ...CAMERA });
    expect(answer).toMatchObject({ ok: false, error: { code: "FFMPEG_MISSING" } });
    const shimmer = hub.client.snapshot.candidates.find(({ family }) => family === "shimmer")!;
    await hub.client.order({ kind: "connect_device", family: "shimmer", address: shimmer.address });
  } finally {
    expect(await hub.stop()).toBe(0);
  }
}, 60_000);

async function wholeLog(session: string) {
  const reader = await SessionReader.open(diskFiles(), recordings, session);
  const events = [];
  for await (const event of reader.events()) events.push(event);
  return { metadata: reader.metadata, events };
}

function missingFrames(events: readonly { readonly event: string; readonly [detail: string]: unknown }[]): number {
  return events
    .filter(({ event, stream }) => event === "gap" && stream === "rgb")
    .reduce((sum, gap) => sum + Number(gap["samples"]), 0);
}

/** Looks again at each turn of the event loop, for as long as ending may take. */
async function gone(pid: number): Promise<void> {
  const limit = AbortSignal.timeout(5_000);
  while (existsSync(`/proc/${pid}`) && !statusOf(pid)?.includes("State:\tZ")) {
    limit.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
