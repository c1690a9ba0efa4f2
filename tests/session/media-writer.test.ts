import { errorReport } from "@polychron/session/model";
import {
  atCall,
  atOperation,
  faulty,
  FLUSH,
  KilledError,
  ManualTimers,
  MediaWriter,
  MemoryFiles,
  readWhole,
  type FileFault,
  type FileSystem,
  type StreamLoss,
} from "@polychron/session/store";
import { HEAD, hashOf, settle } from "./media-bench.js";
import { textOf } from "./store-bench.js";

const PATH = "/s/cam_1_20250731_143023.mkv";

function bench() {
  const memory = new MemoryFiles("/s");
  const timers = new ManualTimers();
  const losses: StreamLoss[] = [];
  const faults: string[] = [];
  const open = (files: FileSystem = memory, queueMaxBytes = 1 << 20): Promise<MediaWriter> =>
    MediaWriter.open({
      ...{ files, timers, queueMaxBytes, deviceId: "cam_1", fileType: "rgb", path: PATH, head: HEAD },
      onLoss: (loss) => losses.push(loss),
      onFault: (error) => faults.push(errorReport(error).code),
    });
  const pass = async (ms: number): Promise<void> => {
    timers.advance(ms);
    await settle();
  };
  return { memory, losses, faults, open, pass };
}

const fragment = (n: number): Uint8Array => Buffer.from(`fragment ${n};`);
const fragments = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `fragment ${from + i};`).join("");
const read = async (files: FileSystem, path: string): Promise<string> => textOf(await readWhole(files, path));

test("a fragment is in the file 150 ms after it came and on the disk 700 ms later, under the unfinished name", async () => {
  const { memory, open, pass } = bench();
  const video = await open();
  expect(video.append(fragment(0), 15)).toBe(true);
  await pass(FLUSH.writeMs);
  expect(await read(memory.afterKill(), `${PATH}.part`)).toBe(`HEAD;${fragments(0, 1)}`);
  expect(await read(memory.afterPowerCut(), `${PATH}.part`)).toBe("HEAD;");
  expect([video.frames, video.written]).toEqual([15, 16]);
  await pass(FLUSH.syncMs);
  expect(await read(memory.afterPowerCut(), `${PATH}.part`)).toBe(`HEAD;${fragments(0, 1)}`);
});

test("a finished video has its final name, its frames and the hash of its bytes, and takes nothing more", async () => {
  const { memory, losses, open } = bench();
  const video = await open();
  for (let n = 0; n < 4; n++) video.append(fragment(n), 15);
  const { file, lost } = await video.finish();
  const bytes = await readWhole(memory.afterPowerCut(), PATH);
  expect(textOf(bytes)).toBe(`HEAD;${fragments(0, 4)}`);
  expect({ file, lost, losses }).toEqual({
    file: { path: PATH, sizeBytes: bytes.length, sha256: hashOf(bytes), rows: 60, isComplete: true },
    ...{ lost: 0, losses: [] },
  });
  expect(video.append(fragment(4), 15)).toBe(false);
  expect(await video.finish()).toEqual({ file, lost });
});

test("a disk that is too slow is reported once; the video ends before the first fragment without room, and what is lost is counted", async () => {
  const { memory, losses, faults, open, pass } = bench();
  const video = await open(memory, 25);
  expect([0, 1, 2].map((n) => video.append(fragment(n), 10))).toEqual([true, true, false]);
  await pass(FLUSH.writeMs);
  expect(video.append(fragment(3), 10)).toBe(false);
  expect(faults).toEqual(["STORAGE_SLOW"]);
  const { lost } = await video.finish();
  expect(await read(memory, PATH)).toBe(`HEAD;${fragments(0, 2)}`);
  expect([lost, losses]).toEqual([20, [expect.objectContaining({ fromSeq: 20, toSeq: 40, samples: 20 })]]);
});

test("after a failed sync the video ends with what an earlier one confirmed, and takes nothing more", async () => {
  const { memory, losses, faults, open, pass } = bench();
  // The first sync is that of the head.
  const video = await open(faulty(memory, atOperation("datasync", 3, { kind: "fail", errno: "EIO" })));
  video.append(fragment(0), 15);
  await pass(FLUSH.writeMs);
  await pass(FLUSH.syncMs);
  video.append(fragment(1), 15);
  await pass(FLUSH.writeMs);
  await pass(FLUSH.syncMs);
  expect(video.append(fragment(2), 15)).toBe(false);
  const { file, lost } = await video.finish();
  expect(await read(memory.afterPowerCut(), PATH)).toBe(`HEAD;${fragments(0, 1)}`);
  expect(file).toMatchObject({ rows: 15, isComplete: true, sha256: hashOf(await readWhole(memory, PATH)) });
  expect([lost, faults]).toEqual([30, ["STORAGE_WRITE_FAILED"]]);
  expect(losses).toEqual([expect.objectContaining({ fromSeq: 15, toSeq: 45, samples: 30 })]);
});

test("a full disk holds the video back until there is room, and nothing is lost", async () => {
  const { memory, faults, losses, open, pass } = bench();
  const video = await open();
  memory.limitTo(3);
  video.append(fragment(0), 15);
  await pass(FLUSH.writeMs);
  video.append(fragment(1), 15);
  memory.limitTo(1 << 20);
  await pass(FLUSH.retryMs);
  await video.finish();
  expect([faults, losses]).toEqual([["STORAGE_FULL"], []]);
  expect(await read(memory, PATH)).toBe(`HEAD;${fragments(0, 2)}`);
});

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "short" },
  { kind: "kill" },
  { kind: "tear" },
];

test.each(FAULTS)(
  "%j at every call leaves a video of whole first fragments, and the count says how many",
  async (fault) => {
    let runs = 0;
    for (let n = 1; ; n++) {
      const { memory, losses, open, pass } = bench();
      const files = faulty(memory, atCall(n, fault));
      const opened = await open(files).catch((error: unknown) => error);
      if (opened instanceof MediaWriter) {
        let accepted = 0;
        for (let k = 0; k < 3; k++) {
          accepted += opened.append(fragment(k), 1) ? 1 : 0;
          await pass(FLUSH.writeMs);
          await pass(FLUSH.syncMs);
        }
        const { file, lost } = await opened.finish();
        const isDead = fault.kind === "kill" || fault.kind === "tear";
        if (!isDead) {
          expect(file.rows + lost).toBe(3);
          expect(losses.reduce((sum, { samples }) => sum + samples, 0)).toBe(lost);
          const bytes = await readWhole(memory, file.path);
          expect([textOf(bytes), hashOf(bytes)]).toEqual([`HEAD;${fragments(0, file.rows)}`, file.sha256]);
        }
        const left = await memory.afterKill().list("/s");
        expect(left).toHaveLength(1);
        const found = textOf(await readWhole(memory.afterKill(), `/s/${left[0]!.name}`));
        expect(`HEAD;${fragments(0, 3)}`.startsWith(found) && found.startsWith("HEAD;")).toBe(true);
        expect(accepted).toBeGreaterThanOrEqual(1);
      } else if (!(opened instanceof KilledError)) expect(errorReport(opened).code).toMatch(/^STORAGE_/);
      runs++;
      if (files.calls < n) break;
    }
    expect(runs).toBeGreaterThan(10);
  },
);
