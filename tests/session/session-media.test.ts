import { errorReport } from "@polychron/session/model";
import {
  atOperation,
  checkSession,
  faulty,
  FLUSH,
  readWhole,
  type FileSystem,
  type NewMedia,
  type OpenSession,
} from "@polychron/session/store";
import { CAMERA, frameBlock, HEAD, hashOf, NEW_MEDIA, PHONE, settle } from "./media-bench.js";
import { textOf, workbench, type Workbench } from "./store-bench.js";

const ID = "session_20250731_143022";

/** A session that records a camera and a phone. */
async function recording(bench: Workbench, files?: FileSystem): Promise<OpenSession> {
  const session = await (await bench.open(files)).create();
  await session.addDevice("cam_1", CAMERA);
  await session.addDevice("phone_1", PHONE);
  await session.startRecording({ atUs: bench.clock.us, devices: ["cam_1", "phone_1"] });
  return session;
}

/** One video of `count` frames, in fragments of 15. */
async function film(session: OpenSession, bench: Workbench, count: number, media: NewMedia = NEW_MEDIA): Promise<void> {
  const { video, frames } = await session.openMedia(media);
  for (let seq = 0; seq < count; seq += 15) {
    video.append(Buffer.from(`cluster ${seq};`), 15);
    frames.append(frameBlock(seq, 15, bench.clock.us));
  }
}

const filesOf = (session: OpenSession, device: string): (string | number | boolean | undefined)[][] =>
  (session.metadata.files[device] ?? []).map((file) => [file.file_path, file.frames, file.complete]);

test("a webcam's video and its frame times lie beside each other, registered with their hashes, frames and sidecars", async () => {
  const bench = workbench();
  const session = await recording(bench);
  await film(session, bench, 60);
  const entry = await session.stopRecording({ atUs: bench.clock.us + 2e6, streams: [] });
  expect(filesOf(session, "cam_1")).toEqual([
    ["webcam/cam_1_20250731_143022.mkv", 60, true],
    ["webcam/cam_1_20250731_143022_frames.csv", 60, true],
  ]);
  const [video] = session.metadata.files["cam_1"]!;
  const bytes = await readWhole(bench.memory, `/rec/${ID}/${video!.file_path}`);
  expect([textOf(bytes.subarray(0, 15)), video!.file_size, video!.sha256]).toEqual([
    `${textOf(HEAD)}cluster 0;`,
    bytes.length,
    hashOf(bytes),
  ]);
  expect(video!.duration).toBeCloseTo(59 / 30, 5);
  expect(entry.streams).toMatchObject([{ device: "cam_1", stream: "rgb", expected: 60, received: 60, written: 60 }]);
  const sidecar = JSON.parse(textOf(await readWhole(bench.memory, `/rec/${ID}/webcam/cam_1_20250731_143022.json`)));
  expect(sidecar).toMatchObject({
    data_file: "webcam/cam_1_20250731_143022.mkv",
    frames_file: "webcam/cam_1_20250731_143022_frames.csv",
    ...{ device_id: "cam_1", file_type: "rgb", driver: "camera 0.1.0", columns: [] },
  });
  expect(sidecar.measured_rate_hz).toBeCloseTo(30, 6);
});

test("the second video of one recording is the next part, with the same number for its frame times", async () => {
  const bench = workbench();
  const session = await recording(bench);
  await film(session, bench, 15);
  await film(session, bench, 30);
  await film(session, bench, 45, { ...NEW_MEDIA, deviceId: "phone_1" });
  const { streams } = await session.stopRecording({
    atUs: bench.clock.us + 2e6,
    streams: [
      { ...{ device: "cam_1", stream: "rgb", expected: 50, received: 48, written: 0 }, ...COUNTS },
      { ...{ device: "phone_1", stream: "rgb", expected: 45, received: 45, written: 0 }, ...COUNTS },
    ],
  });
  expect(filesOf(session, "cam_1").map(([path, frames]) => [path, frames])).toEqual([
    ["webcam/cam_1_20250731_143022.mkv", 15],
    ["webcam/cam_1_20250731_143022_frames.csv", 15],
    ["webcam/cam_1_20250731_143022_part2.mkv", 30],
    ["webcam/cam_1_20250731_143022_frames_part2.csv", 30],
  ]);
  expect(filesOf(session, "phone_1")[0]).toEqual([
    "devices/phone_1/rgb_videos/phone_1_rgb_20250731_143022.mkv",
    ...[45, true],
  ]);
  expect(streams.map(({ device, written }) => [device, written])).toEqual([
    ["cam_1", 45],
    ["phone_1", 45],
  ]);
});

const COUNTS = { expected_extrapolated: 0, nominal: 0, effective_rate_hz: null, start_skew_s: null };

test("a session with video that is whole has no findings; an altered video is found", async () => {
  const bench = workbench();
  const session = await recording(bench);
  await film(session, bench, 30);
  await session.stopRecording({ atUs: bench.clock.us + 2e6, streams: [] });
  await session.end({ reason: "operator", by: "op" });
  const check = () => checkSession({ files: bench.memory, recordingsFolder: "/rec", sessionId: ID });
  expect((await check()).findings).toEqual([]);
  const file = await bench.memory.open(`/rec/${ID}/webcam/cam_1_20250731_143022.mkv`, "update");
  await file.write(Buffer.from("X"), 7);
  expect((await check()).findings).toMatchObject([{ code: "FILE_ALTERED", path: "webcam/cam_1_20250731_143022.mkv" }]);
});

test("frame times whose file failed go on under the next number, and the next video takes the one after it", async () => {
  const bench = workbench();
  let isDying = false;
  const files = faulty(bench.memory, ({ operation, path }) =>
    isDying && operation === "datasync" && path.includes("_frames.csv") ? { kind: "fail", errno: "EIO" } : undefined,
  );
  const session = await recording(bench, files);
  const { frames } = await session.openMedia(NEW_MEDIA);
  isDying = true;
  frames.append(frameBlock(0, 15, bench.clock.us));
  bench.timers.advance(FLUSH.writeMs);
  await settle();
  bench.timers.advance(FLUSH.syncMs);
  await settle();
  bench.timers.advance(FLUSH.retryMs);
  await settle();
  await film(session, bench, 15);
  await session.stopRecording({ atUs: bench.clock.us + 2e6, streams: [] });
  expect(filesOf(session, "cam_1").map(([path, count]) => [path, count])).toEqual([
    ["webcam/cam_1_20250731_143022.mkv", 0],
    ["webcam/cam_1_20250731_143022_frames.csv", 0],
    ["webcam/cam_1_20250731_143022_frames_part2.csv", 15],
    ["webcam/cam_1_20250731_143022_part3.mkv", 15],
    ["webcam/cam_1_20250731_143022_frames_part3.csv", 15],
  ]);
});

test("a video that a failed sync cut short has frame times for the frames it has, and no others", async () => {
  const bench = workbench();
  let isDying = false;
  const files = faulty(bench.memory, ({ operation, path }) =>
    isDying && operation === "datasync" && path.includes(".mkv") ? { kind: "fail", errno: "EIO" } : undefined,
  );
  const session = await recording(bench, files);
  const { video, frames } = await session.openMedia(NEW_MEDIA);
  for (const [first, count] of [
    [0, 40],
    [40, 20],
  ] as const) {
    isDying = first > 0;
    video.append(Buffer.from(`cluster ${first};`), count);
    frames.append(frameBlock(first, count, bench.clock.us));
    bench.timers.advance(FLUSH.writeMs);
    await settle();
    bench.timers.advance(FLUSH.syncMs);
    await settle();
  }
  const entry = await session.stopRecording({ atUs: bench.clock.us + 2e6, streams: [] });
  expect(filesOf(session, "cam_1")).toEqual([
    ["webcam/cam_1_20250731_143022.mkv", 40, true],
    ["webcam/cam_1_20250731_143022_frames.csv", 40, true],
  ]);
  expect(entry.streams).toMatchObject([{ expected: 40, received: 60, written: 40 }]);
  for (const { duration } of session.metadata.files["cam_1"]!) expect(duration).toBeCloseTo(39 / 30, 5);
  await session.end({ reason: "operator", by: "op" });
  expect((await checkSession({ files: bench.memory, recordingsFolder: "/rec", sessionId: ID })).findings).toEqual([]);
});

test("frame times that the disk does not let be cut stay as they are, and are not complete", async () => {
  const bench = workbench();
  const files = faulty(bench.memory, ({ operation, path }) =>
    operation === "truncate" && path.includes("_frames") ? { kind: "fail", errno: "EIO" } : undefined,
  );
  const session = await recording(bench, files);
  const { video, frames } = await session.openMedia(NEW_MEDIA);
  video.append(Buffer.from("cluster;"), 15);
  expect(video.append(new Uint8Array(64 << 20), 15)).toBe(false);
  frames.append(frameBlock(0, 30, bench.clock.us));
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
  expect(filesOf(session, "cam_1")).toEqual([
    ["webcam/cam_1_20250731_143022.mkv", 15, true],
    ["webcam/cam_1_20250731_143022_frames.csv", 30, false],
  ]);
  await settle();
  expect(session.metadata.errors).toContainEqual(expect.objectContaining({ code: "STORAGE_WRITE_FAILED" }));
});

test.each([1, 2, 3, 4, 5, 6])(
  "when create number %d of a video fails nothing of it stays, and the next try has its number",
  async (n) => {
    const bench = workbench();
    let isOpening = false;
    const failing = atOperation("create", n, { kind: "fail", errno: "ENOSPC" });
    const session = await recording(
      bench,
      faulty(bench.memory, (call) => (isOpening ? failing(call) : undefined)),
    );
    isOpening = true;
    const first = await session.openMedia(NEW_MEDIA).then(
      () => "opened",
      (error: unknown) => errorReport(error).code,
    );
    isOpening = false;
    // Two sidecars, the video, the frame times.
    expect(first).toBe(n <= 4 ? "STORAGE_FULL" : "opened");
    if (first === "opened") return;
    await film(session, bench, 15);
    await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
    expect(filesOf(session, "cam_1").map(([path]) => path)).toEqual([
      "webcam/cam_1_20250731_143022.mkv",
      "webcam/cam_1_20250731_143022_frames.csv",
    ]);
  },
);

test("frames that a slow disk left no room for are a gap in the log", async () => {
  const bench = workbench();
  const session = await recording(bench);
  const { video } = await session.openMedia(NEW_MEDIA);
  video.append(Buffer.from("cluster;"), 15);
  expect(video.append(new Uint8Array(64 << 20), 15)).toBe(false);
  const gaps: unknown[] = [];
  session.followEvents(1, {
    onEvent: (event) => void (event.event === "gap" && gaps.push(event)),
    onFault: (error) => {
      throw error;
    },
  });
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
  await settle();
  expect(gaps).toMatchObject([{ device: "cam_1", stream: "rgb", from_seq: 15, to_seq: 30, cause: "STORAGE_SLOW" }]);
});

test("no video is opened outside a recording, or of a device that never joined", async () => {
  const bench = workbench();
  const session = await recording(bench);
  await expect(session.openMedia({ ...NEW_MEDIA, deviceId: "cam_9" })).rejects.toMatchObject({
    code: "SESSION_DEVICE_UNKNOWN",
  });
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
  await expect(session.openMedia(NEW_MEDIA)).rejects.toMatchObject({ code: "SESSION_INVALID_STATE" });
});
