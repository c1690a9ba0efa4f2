import {
  checkSession,
  FLUSH,
  readWhole,
  repairSession,
  type MemoryFiles,
  type ReadVideo,
} from "@polychron/session/store";
import { CAMERA, frameBlock, HEAD, NEW_MEDIA, settle } from "./media-bench.js";
import { textOf, workbench, type Workbench } from "./store-bench.js";

const ID = "session_20250731_143022";
const VIDEO = "webcam/cam_1_20250731_143022.mkv";
const TIMES = "webcam/cam_1_20250731_143022_frames.csv";
const CLUSTER = "cluster;";
const CLUSTER_FRAMES = 15;

/** Counts clusters, as far as they are whole and of so many pictures together. */
const readVideo: ReadVideo = async (chunks, mostFrames) => {
  let text = "";
  for await (const chunk of chunks) text += textOf(chunk);
  const whole = Math.floor((text.length - HEAD.length) / CLUSTER.length);
  const clusters = Math.min(whole, Math.floor(mostFrames / CLUSTER_FRAMES));
  const sizeBytes = HEAD.length + clusters * CLUSTER.length;
  return clusters === 0 ? undefined : { frames: clusters * CLUSTER_FRAMES, sizeBytes };
};

/** What a hub that was killed had written of a video and of its frame times. */
async function killed(text: string, frameTimes: number): Promise<{ bench: Workbench; disk: MemoryFiles }> {
  const bench = workbench();
  const session = await (await bench.open()).create();
  await session.addDevice("cam_1", CAMERA);
  await session.startRecording({ atUs: bench.clock.us, devices: ["cam_1"] });
  const { video, frames } = await session.openMedia(NEW_MEDIA);
  video.append(Buffer.from(text), 1);
  frames.append(frameBlock(0, frameTimes, bench.clock.us));
  bench.timers.advance(FLUSH.writeMs);
  await settle();
  return { bench, disk: bench.memory.afterKill() };
}

const repair = (bench: Workbench, files: MemoryFiles, reader: ReadVideo = readVideo) =>
  repairSession({
    ...{ files, recordingsFolder: "/rec", sessionId: ID, clock: bench.clock, readVideo: reader },
    fence: () => Promise.resolve(),
  });
const textAt = async (files: MemoryFiles, path: string): Promise<string> =>
  textOf(await readWhole(files, `/rec/${ID}/${path}`));
const rowsAt = async (files: MemoryFiles, path: string): Promise<number> =>
  (await textAt(files, path)).trimEnd().split("\n").length - 1;

async function expectBoth(files: MemoryFiles, frames: number): Promise<void> {
  expect(await textAt(files, VIDEO)).toBe(textOf(HEAD) + CLUSTER.repeat(frames / CLUSTER_FRAMES));
  expect(await rowsAt(files, TIMES)).toBe(frames);
  const metadata = JSON.parse(await textAt(files, "session_metadata.json")) as {
    files: Record<string, { frames: number }[]>;
    recordings: { streams: { written: number }[] }[];
  };
  expect(metadata.files["cam_1"]!.map((file) => file.frames)).toEqual([frames, frames]);
  expect(metadata.recordings[0]!.streams[0]!.written).toBe(frames);
  const { findings } = await checkSession({ files, recordingsFolder: "/rec", sessionId: ID });
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
}

test("pictures without a time are set aside, and the video has as many pictures as there are times", async () => {
  const { bench, disk } = await killed(CLUSTER.repeat(3), 30);
  const { setAside } = await repair(bench, disk);
  expect(setAside).toMatchObject([{ from: VIDEO, sizeBytes: CLUSTER.length }]);
  expect(await textAt(disk, setAside[0]!.path)).toBe(CLUSTER);
  await expectBoth(disk, 30);
});

test("times without a picture are set aside, and a cluster that was cut in half with them", async () => {
  const { bench, disk } = await killed(`${CLUSTER}${CLUSTER}clu`, 45);
  const { setAside } = await repair(bench, disk);
  expect(setAside.map(({ from }) => from)).toEqual([VIDEO, TIMES]);
  expect(await textAt(disk, setAside[0]!.path)).toBe("clu");
  expect((await textAt(disk, setAside[1]!.path)).trimEnd().split("\n")).toHaveLength(15);
  await expectBoth(disk, 30);
});

test("where both hold the same frames nothing is cut, and a second repair finds nothing to do", async () => {
  const { bench, disk } = await killed(CLUSTER.repeat(2), 30);
  expect((await repair(bench, disk)).setAside).toEqual([]);
  await expectBoth(disk, 30);
  expect(await repair(bench, disk)).toMatchObject({ changed: false });
});

test("repaired twice, what was cut stays as it is", async () => {
  const { bench, disk } = await killed(CLUSTER.repeat(3), 30);
  await repair(bench, disk);
  expect(await repair(bench, disk)).toMatchObject({ changed: false, setAside: [] });
  await expectBoth(disk, 30);
});

test("a video that cannot be read stays as it was found, and its times too", async () => {
  const { bench, disk } = await killed(CLUSTER.repeat(3), 30);
  expect((await repair(bench, disk, () => Promise.resolve(undefined))).setAside).toEqual([]);
  expect(await textAt(disk, VIDEO)).toBe(textOf(HEAD) + CLUSTER.repeat(3));
  expect(await rowsAt(disk, TIMES)).toBe(30);
});
