import {
  checkSession,
  FLUSH,
  readWhole,
  repairSession,
  type FileSystem,
  type MemoryFiles,
  type RepairReport,
} from "@polychron/session/store";
import {
  announced,
  CAMERA,
  frameBlock,
  hashOf,
  HEAD,
  NEW_MEDIA,
  PHONE,
  pieces,
  settle,
  someBytes,
} from "./media-bench.js";
import { overwrite } from "./interrupted.js";
import { textOf, workbench, type Workbench } from "./store-bench.js";

const ID = "session_20250731_143022";
const FOLDER = `/rec/${ID}`;
const MKV = "webcam/cam_1_20250731_143022.mkv";
const SENT = someBytes(3_000);
const CSV = Buffer.from("seq,device_time_s,arrival_time_s,gsr_counts\n1,1,1,1\n2,2");
const SENT_PATH = "devices/phone_1/rgb_videos/phone_1_rgb_20250731_143022.mp4";

/** A session whose hub was killed while a camera was recorded, the files of a phone partly here. */
async function killed(): Promise<{ bench: Workbench; disk: MemoryFiles }> {
  const bench = workbench();
  const session = await (await bench.open()).create();
  await session.addDevice("cam_1", CAMERA);
  await session.addDevice("phone_1", PHONE);
  await session.startRecording({ atUs: bench.clock.us, devices: ["cam_1", "phone_1"] });
  const { video, frames } = await session.openMedia(NEW_MEDIA);
  video.append(Buffer.from("cluster;"), 15);
  frames.append(frameBlock(0, 15, bench.clock.us));
  bench.timers.advance(FLUSH.writeMs);
  await settle();
  const csv = { fileId: "r1-gsr", fileType: "gsr", folder: "sensor_data", ext: "csv", frames: null } as const;
  await session.announceFiles("phone_1", 1, [announced(SENT), announced(someBytes(999), csv)]);
  await (await session.receive("phone_1", "r1-rgb"))!.append(0, pieces(SENT.subarray(0, 2_000)));
  await (await session.receive("phone_1", "r1-gsr"))!.append(0, pieces(CSV));
  return { bench, disk: bench.memory.afterKill() };
}

const repair = (bench: Workbench, files: FileSystem): Promise<RepairReport> =>
  repairSession({
    ...{ files, recordingsFolder: "/rec", sessionId: ID, clock: bench.clock },
    fence: () => Promise.resolve(),
  });
const findings = async (files: FileSystem): Promise<string[]> =>
  (await checkSession({ files, recordingsFolder: "/rec", sessionId: ID })).findings.map(
    ({ code, path }) => `${code} ${path}`,
  );

async function entriesOf(files: FileSystem, device: string): Promise<Record<string, unknown>[]> {
  const text = textOf(await readWhole(files, `${FOLDER}/session_metadata.json`));
  return (JSON.parse(text) as { files: Record<string, Record<string, unknown>[]> }).files[device]!;
}

test("the video of a killed hub gets its name, every byte that was written, and the frames that its frame times tell", async () => {
  const { bench, disk } = await killed();
  const report = await repair(bench, disk);
  expect(report.registered).toEqual([MKV, "webcam/cam_1_20250731_143022_frames.csv"]);
  const bytes = await readWhole(disk, `${FOLDER}/${MKV}`);
  expect(textOf(bytes)).toBe(`${textOf(HEAD)}cluster;`);
  expect(await entriesOf(disk, "cam_1")).toMatchObject([
    { file_path: MKV, frames: 15, sha256: hashOf(bytes), file_size: bytes.length, complete: false, recovered: true },
    { frames: 15, complete: true, recovered: true },
  ]);
  expect(report.lost).toMatchObject([{ device: "cam_1", stream: "rgb", tail_at_most_samples: 8 }]);
});

test("what a phone is still sending is not touched, a table neither, and goes on afterwards", async () => {
  const { bench, disk } = await killed();
  const report = await repair(bench, disk);
  const parts = [`${SENT_PATH}.part`, "devices/phone_1/sensor_data/phone_1_gsr_20250731_143022.csv.part"];
  expect(report.unfinished).toEqual(parts);
  expect(report.setAside).toEqual([]);
  expect(hashOf(await readWhole(disk, `${FOLDER}/${parts[0]}`))).toBe(hashOf(SENT.subarray(0, 2_000)));
  expect(textOf(await readWhole(disk, `${FOLDER}/${parts[1]}`))).toBe(textOf(CSV));
  expect((await findings(disk)).filter((line) => !line.startsWith("FILE_AWAITED"))).toEqual([]);
  const again = await (
    await workbench(disk).open()
  ).adopt(ID, {
    ...{ choice: "continue", by: "op", lost: [], setAside: [] },
  });
  const intake = (await again.receive("phone_1", "r1-rgb"))!;
  expect(await intake.append(2_000, pieces(SENT.subarray(2_000)))).toBe(3_000);
});

test("a second repair changes nothing", async () => {
  const { bench, disk } = await killed();
  await repair(bench, disk);
  expect(await repair(bench, disk)).toMatchObject({ changed: false, registered: [] });
});

test("the recovered recording counts the frames as a stream", async () => {
  const { bench, disk } = await killed();
  await repair(bench, disk);
  const text = textOf(await readWhole(disk, `${FOLDER}/session_metadata.json`));
  expect((JSON.parse(text) as { recordings: unknown[] }).recordings).toMatchObject([
    { streams: [{ device: "cam_1", stream: "rgb", written: 15, expected: 15 }] },
  ]);
});

test("an upload that had its final name and no registration is registered as announced, if it is what was announced", async () => {
  const { bench, disk } = await killed();
  await disk.remove(`${FOLDER}/${SENT_PATH}.part`);
  await overwrite(disk, `${FOLDER}/${SENT_PATH}`, SENT);
  expect((await repair(bench, disk)).registered).toContain(SENT_PATH);
  expect(await entriesOf(disk, "phone_1")).toContainEqual(
    expect.objectContaining({ file_path: SENT_PATH, file_id: "r1-rgb", announced: true, complete: true, frames: 30 }),
  );
});

test("a file of another content under the name of an announced one is left to the intake", async () => {
  const { bench, disk } = await killed();
  await disk.remove(`${FOLDER}/${SENT_PATH}.part`);
  await overwrite(disk, `${FOLDER}/${SENT_PATH}`, someBytes(3_000, 8));
  const report = await repair(bench, disk);
  expect([report.unfinished.includes(SENT_PATH), report.registered.includes(SENT_PATH)]).toEqual([true, false]);
});
