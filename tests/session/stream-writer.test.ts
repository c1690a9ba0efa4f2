import { createHash } from "node:crypto";
import { CsvReader, isSampleHeader } from "@polychron/session/format";
import { errorReport, type StreamInfo } from "@polychron/session/model";
import {
  atCall,
  ClockWriter,
  faulty,
  ManualTimers,
  MemoryFiles,
  readWhole,
  StreamWriter,
  type FaultPlan,
  type FileFault,
  type FileSystem,
  type FinishedStream,
  type StreamLoss,
} from "@polychron/session/store";
import { GSR, gsrBlock, textOf } from "./store-bench.js";

interface Bench {
  readonly memory: MemoryFiles;
  readonly timers: ManualTimers;
  readonly losses: StreamLoss[];
  readonly faults: unknown[];
  open(files?: FileSystem, queueMaxBytes?: number, info?: StreamInfo): Promise<StreamWriter>;
}

const pathOf = (part: number): string => `/s/d_gsr${part > 1 ? `_part${part}` : ""}.csv`;

function bench(): Bench {
  const memory = new MemoryFiles("/s");
  const timers = new ManualTimers();
  const losses: StreamLoss[] = [];
  const faults: unknown[] = [];
  const common = {
    timers,
    deviceId: "d",
    pathOf,
    monotonicZeroUs: 0,
    onLoss: (loss: StreamLoss) => losses.push(loss),
    onFault: (error: unknown) => faults.push(error),
  };
  const open: Bench["open"] = (files = memory, queueMaxBytes = 1 << 20, info = GSR) =>
    StreamWriter.open({ ...common, files, queueMaxBytes, info });
  return { memory, timers, losses, faults, open };
}

/** Lets everything that can go on without time go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resume) => setImmediate(resume));
}

/** The sample numbers in all files of a stream, finished or not, in order. */
async function seqsOn(files: FileSystem): Promise<number[]> {
  const names = (await files.list("/s")).map(({ name }) => name).filter((name) => /\.csv(\.part)?$/.test(name));
  const seqs: number[] = [];
  for (const name of names.sort((a, b) => (a.replace(".part", "") < b.replace(".part", "") ? -1 : 1))) {
    const reader = new CsvReader();
    const rows = [...reader.push(await readWhole(files, `/s/${name}`)), ...reader.end()];
    if (reader.header !== undefined) expect(isSampleHeader(reader.header)).toBe(true);
    seqs.push(...rows.flatMap((block) => [...block.columns[0]!]));
  }
  return seqs;
}

async function expectHashes(files: FileSystem, stream: FinishedStream): Promise<void> {
  for (const file of stream.files) {
    const bytes = await readWhole(files, file.path);
    expect([bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual([file.sizeBytes, file.sha256]);
  }
}

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

test("a block is in the file 150 ms after it came and on the disk 700 ms later, in one write and one sync", async () => {
  const { memory, timers, open } = bench();
  const files = faulty(memory, () => undefined);
  const stream = await open(files);
  const before = files.calls;
  for (let seq = 0; seq < 40; seq += 4) stream.append(gsrBlock(seq, 4, 0));
  timers.advance(150);
  await settle();
  expect([stream.written, await seqsOn(memory.afterKill())]).toEqual([40, range(40)]);
  expect(await seqsOn(memory.afterPowerCut())).toEqual([]);
  timers.advance(700);
  await settle();
  expect(await seqsOn(memory.afterPowerCut())).toEqual(range(40));
  expect(files.calls - before).toBe(2);
});

test("what its device keeps until it is on the disk is written and synced at once, within a second and a half of its arrival", async () => {
  const { memory, timers, open } = bench();
  const files = faulty(memory, () => undefined);
  const stream = await open(files, undefined, { ...GSR, isKeptByDevice: true });
  const before = files.calls;
  for (let seq = 0; seq < 400; seq += 40) {
    stream.append(gsrBlock(seq, 40, 0));
    timers.advance(120);
    await settle();
  }
  expect([stream.written, files.calls - before]).toEqual([0, 0]);
  timers.advance(100);
  await settle();
  timers.advance(0);
  await settle();
  expect([stream.syncedSeq, await seqsOn(memory.afterPowerCut())]).toEqual([400, range(400)]);
  expect(files.calls - before).toBe(2);
});

test("the finished file has its final name, its hash and its span; ending again changes nothing", async () => {
  const { memory, open, losses, faults } = bench();
  const stream = await open();
  stream.append(gsrBlock(10, 128, 2e6));
  expect((await memory.list("/s")).map(({ name }) => name)).toEqual(["d_gsr.csv.part"]);
  const finished = await stream.finish();
  expect(finished).toMatchObject({
    received: 128,
    written: 128,
    lost: 0,
    span: { firstSeq: 10, lastSeq: 137, firstArrivalUs: 2e6 },
  });
  expect(finished.files).toMatchObject([{ path: "/s/d_gsr.csv", rows: 128, isComplete: true }]);
  await expectHashes(memory.afterPowerCut(), finished);
  expect(await stream.finish()).toBe(finished);
  expect([stream.append(gsrBlock(138, 1, 0)), stream.counters.received]).toEqual([false, 128]);
  expect([losses, faults]).toEqual([[], []]);
});

test("while the disk is slow blocks queue up to the limit, the rest is counted and reported as one loss", async () => {
  const { memory, timers, open, losses, faults } = bench();
  let free = (): void => undefined;
  const slow: FileSystem = {
    ...faulty(memory, () => undefined),
    open: async (path, mode) => {
      const file = await memory.open(path, mode);
      return {
        ...bound(file),
        write: async (bytes, at) => (
          at > 0 && (await new Promise<void>((resolve) => (free = resolve))),
          file.write(bytes, at)
        ),
      };
    },
  };
  const stream = await open(slow, 20_000);
  const all = 8_000;
  for (let seq = 0; seq < all; seq += 4) {
    stream.append(gsrBlock(seq, 4, 0));
    if (seq % 400 !== 0) continue;
    timers.advance(150);
    await settle();
  }
  expect(faults.map((error) => errorReport(error).code)).toEqual(["STORAGE_SLOW"]);
  const finishing = stream.finish();
  for (let turn = 0; turn < 20; turn++) {
    free();
    await settle();
  }
  const finished = await finishing;
  const [{ fromSeq, toSeq, samples }] = losses as [StreamLoss];
  expect([losses.length, samples > 4_000, toSeq - fromSeq]).toEqual([1, true, samples]);
  expect(finished).toMatchObject({ received: all, written: all - samples, lost: samples });
  expect(await seqsOn(memory)).toEqual([...range(fromSeq), ...range(all - toSeq, toSeq)]);
});

test("a full disk holds samples back and goes on with them when there is room: none is lost", async () => {
  const { memory, timers, open, losses, faults } = bench();
  const stream = await open();
  memory.limitTo(100);
  stream.append(gsrBlock(0, 64, 0));
  timers.advance(150);
  await settle();
  expect([stream.written, errorReport(faults[0]).code]).toEqual([0, "STORAGE_FULL"]);
  stream.append(gsrBlock(64, 64, 0));
  timers.advance(1_000);
  await settle();
  expect(faults).toHaveLength(1);
  memory.limitTo(1 << 20);
  timers.advance(250);
  await settle();
  expect(stream.written).toBe(128);
  const finished = await stream.finish();
  await expectHashes(memory.afterPowerCut(), finished);
  expect([await seqsOn(memory), losses]).toEqual([range(128), []]);
});

test("what a full disk never takes is counted as lost, with its numbers", async () => {
  const { memory, open, losses } = bench();
  const stream = await open();
  memory.limitTo(0);
  stream.append(gsrBlock(0, 64, 0));
  const finished = await stream.finish();
  expect(finished).toMatchObject({ received: 64, written: 0, lost: 64 });
  expect(losses).toMatchObject([{ fromSeq: 0, toSeq: 64, samples: 64, error: { code: "STORAGE_FULL" } }]);
});

test("a stop in the middle of a full and slow disk waits for what was tried again meanwhile", async () => {
  const { memory, timers, open, losses } = bench();
  let disk: "good" | "full" | "slow" = "good";
  const wait = (ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));
  const files = faulty(memory, ({ operation }) =>
    disk === "full" && operation === "write" ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const slow: FileSystem = {
    ...files,
    open: async (path, mode) => {
      const file = bound(await files.open(path, mode));
      return {
        ...file,
        write: async (bytes, at) => (disk === "slow" && (await wait(1_000)), file.write(bytes, at)),
        datasync: async () => (disk !== "good" && (await wait(400)), file.datasync()),
      };
    },
  };
  const stream = await open(slow);
  stream.append(gsrBlock(0, 100, 0));
  timers.advance(150);
  await settle();
  stream.append(gsrBlock(100, 100, 0));
  disk = "full";
  let finished: FinishedStream | undefined;
  void stream.finish().then((ended) => (finished = ended));
  await settle();
  disk = "slow";
  for (let turn = 0; turn < 100 && finished === undefined; turn++) {
    timers.advance(50);
    await settle();
  }
  expect(finished).toMatchObject({ received: 200, written: 200, lost: 0 });
  expect([losses, await seqsOn(memory.afterPowerCut())]).toEqual([[], range(200)]);
});

test("what is lost at the end is told by the numbers it had, holes left out", async () => {
  const { memory, open, losses } = bench();
  const stream = await open();
  memory.limitTo(0);
  stream.append(gsrBlock(100, 50, 0));
  stream.append(gsrBlock(1_000, 40, 0));
  stream.append(gsrBlock(1_040, 10, 0));
  expect(await stream.finish()).toMatchObject({ received: 100, written: 0, lost: 100 });
  expect(losses.map(({ fromSeq, toSeq, samples }) => [fromSeq, toSeq, samples])).toEqual([
    [100, 150, 50],
    [1_000, 1_050, 50],
  ]);
});

test("samples refused by a full queue and those that were left in it are told apart", async () => {
  const { memory, timers, open, losses } = bench();
  const stream = await open(memory, 8_000);
  memory.limitTo(0);
  for (let seq = 0; seq < 2_000; seq += 50) {
    stream.append(gsrBlock(seq, 50, 0));
    timers.advance(150);
    await settle();
  }
  expect(await stream.finish()).toMatchObject({ received: 2_000, written: 0, lost: 2_000 });
  const told = losses.flatMap(({ fromSeq, toSeq }) => range(toSeq - fromSeq, fromSeq));
  expect(told.sort((a, b) => a - b)).toEqual(range(2_000));
});

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "EIO" },
  { kind: "fail", errno: "ENOSPC" },
  { kind: "short" },
];

test.each(FAULTS)(
  "with %j at every call, samples are written once or counted as lost, and what is hashed is what is there",
  async (fault) => {
    for (let n = 1; ; n++) {
      const { memory, timers, open, losses } = bench();
      const files = faulty(memory, atCall(n, fault));
      const stream = await open(files).catch(() => undefined);
      if (stream === undefined) continue;
      for (let seq = 0; seq < 96; seq += 8) {
        stream.append(gsrBlock(seq, 8, 0));
        timers.advance(150);
        await settle();
      }
      const finished = await stream.finish();
      const lost = losses.flatMap((loss) => range(loss.samples, loss.fromSeq));
      for (const disk of [memory.afterKill(), memory.afterPowerCut()]) {
        const seqs = await seqsOn(disk);
        expect([...seqs, ...lost].sort((a, b) => a - b)).toEqual(range(96));
      }
      expect(finished.written + finished.lost).toBe(96);
      await expectHashes(memory, finished);
      if (files.calls < n) break;
    }
  },
);

test.each<FileFault>([{ kind: "kill" }, { kind: "tear" }])(
  "with %j at every call, what was synced is there, and the rest is a whole beginning",
  async (fault) => {
    for (let n = 1; ; n++) {
      const { memory, timers, open } = bench();
      const files = faulty(memory, atCall(n, fault));
      const stream = await open(files).catch(() => undefined);
      if (stream === undefined) continue;
      let synced = 0;
      for (let seq = 0; seq < 96; seq += 8) {
        stream.append(gsrBlock(seq, 8, 0));
        timers.advance(850);
        await settle();
        if (stream.written === seq + 8 && files.calls < n) synced = seq;
      }
      await stream.finish();
      for (const disk of [memory.afterKill(), memory.afterPowerCut()]) {
        const seqs = await seqsOn(disk);
        expect(seqs).toEqual(range(seqs.length));
        expect(seqs.length).toBeGreaterThanOrEqual(synced);
      }
      if (files.calls < n) break;
    }
  },
);

test("after a failed sync the doubtful samples move to the next part, and both parts are hashed", async () => {
  const { memory, timers, open, faults } = bench();
  const once = failOnce((call) => call.operation === "datasync" && call.number > 6);
  const stream = await open(faulty(memory, once));
  for (let seq = 0; seq < 256; seq += 32) {
    stream.append(gsrBlock(seq, 32, 0));
    timers.advance(400);
    await settle();
  }
  const finished = await stream.finish();
  expect(finished.files.map((file) => [file.path, file.isComplete])).toEqual([
    ["/s/d_gsr.csv", true],
    ["/s/d_gsr_part2.csv", true],
  ]);
  expect(faults.map((error) => errorReport(error).code)).toEqual(["STORAGE_WRITE_FAILED"]);
  expect([finished.written, finished.lost, await seqsOn(memory.afterPowerCut())]).toEqual([256, 0, range(256)]);
  await expectHashes(memory, finished);
});

test("clock observations are lines of seconds", async () => {
  const memory = new MemoryFiles("/s");
  const writer = await ClockWriter.open({
    files: memory,
    timers: new ManualTimers(),
    deviceId: "d",
    kind: "one_way",
    pathOf: () => "/s/c.csv",
    monotonicZeroUs: 1e6,
    onFault: () => undefined,
  });
  writer.append(0.25, 3_500_000);
  writer.append(0.5, 500_000);
  const [file] = await writer.finish();
  expect(textOf(await readWhole(memory, "/s/c.csv"))).toBe("device_timestamp,host_arrival\n0.25,2.5\n0.5,-0.5\n");
  expect(file).toMatchObject({ rows: 2, isComplete: true });
});

function failOnce(where: (call: Parameters<FaultPlan>[0]) => boolean): FaultPlan {
  let isDone = false;
  return (call) => {
    if (isDone || !where(call)) return undefined;
    isDone = true;
    return { kind: "fail", errno: "EIO" };
  };
}

function bound(file: Awaited<ReturnType<FileSystem["open"]>>): Awaited<ReturnType<FileSystem["open"]>> {
  return {
    write: (bytes, at) => file.write(bytes, at),
    read: (into, at) => file.read(into, at),
    truncate: (size) => file.truncate(size),
    datasync: () => file.datasync(),
    sync: () => file.sync(),
    sizeBytes: () => file.sizeBytes(),
    close: () => file.close(),
  };
}
