import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FileEntry, StreamCounts } from "@polychron/session/format";
import { judgeCamera, judgeVideos, type MissingFrames } from "../../../apps/hub/src/lab/judge-camera.js";
import type { SimulatedVideo } from "../../../apps/hub/src/lab/simulated-stream.js";
import { findProgram } from "../../../scripts/system-programs.mjs";

const run = promisify(execFile);
const withFfmpeg = findProgram("ffmpeg") === undefined ? test.skip : test;
const counts = (expected: number, written: number): StreamCounts => ({
  ...{ device: "webcam_1", stream: "rgb", expected, received: written, written, expected_extrapolated: 0 },
  ...{ nominal: expected, effective_rate_hz: 30, start_skew_s: 0 },
});
const video = (frames: number): SimulatedVideo => ({
  ...{ device: "webcam_1", path: "webcam/webcam_1.mp4", packets: frames, rows: frames, frames, ok: true },
});
const marked = (logged: number, dropped = 0): MissingFrames => ({ logged, dropped });

test("a camera whose frames are all there is as it should be", () => {
  expect(judgeCamera(counts(90, 90), [video(90)], marked(0), 0)).toMatchObject({
    ok: true,
    lost: 0,
    values_compared: 90,
  });
});

test.each([
  ["a frame is missing without an order", counts(91, 90), [video(90)], 1, 0],
  ["what is missing is not marked", counts(100, 90), [video(40), video(50)], 0, 1],
  ["a killed encoder left no hole", counts(90, 90), [video(40), video(50)], 0, 1],
  ["a killed encoder began no new part", counts(100, 90), [video(90)], 10, 1],
  ["an encoder was killed that nobody ordered", counts(100, 90), [video(40), video(50)], 10, 0],
  ["a video disagrees with its own lines", counts(90, 90), [{ ...video(90), ok: false }], 0, 0],
  ["the hub counted other frames than it wrote", counts(90, 90), [video(89)], 0, 0],
])("it is not when %s", (_name, counted, videos, gaps, kills) => {
  expect(judgeCamera(counted, videos, marked(gaps), kills).ok).toBe(false);
});

test("a killed encoder is as ordered where the hole is marked and a part follows", () => {
  const judged = judgeCamera(counts(100, 90), [video(40), video(50)], marked(10), 1);
  expect(judged).toMatchObject({ ok: true, lost: 10, lost_by_order: 10, lost_without_order: 0 });
});

test("a few frames that the source itself dropped are marked and no loss, many are", () => {
  expect(judgeCamera(counts(100, 98), [video(98)], marked(2, 2), 0)).toMatchObject({ ok: true, not_made: 2 });
  expect(judgeCamera(counts(100, 90), [video(90)], marked(10, 10), 0).ok).toBe(false);
});

describe("a video file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "polychron-judge-"));
    await mkdir(join(folder, "webcam"));
    const source = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10", "-frames:v", "12"];
    await run("ffmpeg", ["-v", "error", ...source, join(folder, "webcam/webcam_1_20250731_143105.mp4")]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  withFfmpeg.each([
    ["is right when pictures, lines and metadata agree", 12, 12, true],
    ["is not when a line is missing", 11, 12, false],
    ["is not when the metadata say otherwise", 12, 13, false],
  ])("%s", async (_name, lines, frames, ok) => {
    const rows = Array.from({ length: lines }, (_, row) => `${row},${row / 10},${row / 10},2\n`).join("");
    const csv = join(folder, "webcam/webcam_1_20250731_143105_frames.csv");
    await writeFile(csv, `seq,device_time_s,arrival_time_s,time_source\n${rows}`);
    const entry = { file_path: "webcam/webcam_1_20250731_143105.mp4", frames, complete: true } as FileEntry;
    const evidence = { filesOf: () => [entry], pathOf: (file: { file_path: string }) => join(folder, file.file_path) };
    expect(await judgeVideos("webcam_1", evidence)).toEqual([
      { device: "webcam_1", path: entry.file_path, packets: 12, rows: lines, frames, ok },
    ]);
  });
});
