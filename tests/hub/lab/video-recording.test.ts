import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { videoSource } from "../../../apps/hub/src/lab/phone/video-scene.js";
import { VideoRecording } from "../../../apps/hub/src/lab/phone/video-recording.js";
import { findProgram } from "../../../scripts/system-programs.mjs";

const withFfmpeg = findProgram("ffmpeg") === undefined ? test.skip : test;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-video-"));
});
afterEach(() => rm(folder, { recursive: true }));

withFfmpeg.each(["stop", "cut"] as const)("a video that is told to %s has the frames it says", async (end) => {
  const path = join(folder, "a.mp4");
  const video = await VideoRecording.start(path, { seed: 1, nth: 1 });
  await untilLarger(path, 10_000);
  const { frames, durationS } = await video[end]();
  expect(frames).toBeGreaterThanOrEqual(15);
  expect(durationS).toBeCloseTo(frames / 15, 1);
});

withFfmpeg("two phones do not make the same video, nor does one phone twice", async () => {
  const scenes = [
    { seed: 1501, nth: 1 },
    { seed: 1502, nth: 1 },
    { seed: 2501, nth: 1 },
    { seed: 1501, nth: 2 },
  ];
  const pictures = scenes.map((scene) => firstPicture(videoSource(scene)));
  expect(new Set(pictures).size).toBe(scenes.length);
});

test("a missing ffmpeg is a typed error that says how to install it", async () => {
  await expect(
    VideoRecording.start(join(folder, "a.mp4"), { seed: 1, nth: 1 }, "no-such-program"),
  ).rejects.toMatchObject({
    code: "PROGRAM_MISSING",
    remedy: expect.stringContaining("ffmpeg"),
  });
});

/** The SHA-256 of the first picture of a source, as ffmpeg decodes it. */
function firstPicture(source: string): string {
  const args = ["-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", "-f", "hash", "-hash", "sha256", "-"];
  return execFileSync("ffmpeg", args, { encoding: "utf8" });
}

/** The first fragment is written when the second begins. */
async function untilLarger(path: string, bytes: number): Promise<void> {
  const size = async (): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;
  while ((await size()) < bytes) await new Promise((resolve) => setTimeout(resolve, 50));
}
