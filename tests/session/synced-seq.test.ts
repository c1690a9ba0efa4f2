import fc from "fast-check";
import { CsvReader } from "@polychron/session/format";
import {
  atOperation,
  faulty,
  FLUSH,
  ManualTimers,
  MemoryFiles,
  readWhole,
  StreamWriter,
  type FaultPlan,
  type FileSystem,
  type StreamLoss,
} from "@polychron/session/store";
import { settle } from "./media-bench.js";
import { GSR, gsrBlock } from "./store-bench.js";

async function bench(plan: FaultPlan = () => undefined, queueMaxBytes = 1 << 20) {
  const memory = new MemoryFiles("/s");
  const timers = new ManualTimers();
  const losses: StreamLoss[] = [];
  const writer = await StreamWriter.open({
    ...{ files: faulty(memory, plan), timers, queueMaxBytes, deviceId: "d", info: GSR, monotonicZeroUs: 0 },
    pathOf: (part) => `/s/d_gsr${part > 1 ? `_part${part}` : ""}.csv`,
    onLoss: (loss) => losses.push(loss),
    onFault: () => undefined,
  });
  const pass = async (ms: number): Promise<void> => {
    timers.advance(ms);
    await settle();
  };
  return { memory, writer, pass, losses };
}

async function seqsOn(files: FileSystem): Promise<Set<number>> {
  const seqs = new Set<number>();
  for (const { name } of await files.list("/s")) {
    const reader = new CsvReader();
    for (const rows of [...reader.push(await readWhole(files, `/s/${name}`)), ...reader.end()])
      for (const seq of rows.columns[0]!) seqs.add(seq);
  }
  return seqs;
}

test("samples count as synced after the sync, never after the write, and whoever listens is told once", async () => {
  const { writer, pass } = await bench();
  const told: number[] = [];
  writer.onSynced(() => told.push(writer.syncedSeq));
  expect(writer.syncedSeq).toBe(-1);
  writer.append(gsrBlock(100, 10, 0));
  await pass(FLUSH.writeMs);
  expect([writer.written, writer.syncedSeq]).toEqual([10, -1]);
  await pass(FLUSH.syncMs);
  await pass(FLUSH.syncMs);
  expect([writer.syncedSeq, told]).toEqual([110, [110]]);
});

test("over a hole in the device's numbers the next number is that behind the last sample on the disk", async () => {
  const { writer } = await bench();
  writer.append(gsrBlock(0, 5, 0));
  writer.append(gsrBlock(50, 5, 0));
  await writer.finish();
  expect(writer.syncedSeq).toBe(55);
});

test("after a failed sync nothing counts as synced before the next part holds it", async () => {
  const { writer, pass, memory } = await bench(atOperation("datasync", 3, { kind: "fail", errno: "EIO" }));
  writer.append(gsrBlock(0, 5, 0));
  await pass(FLUSH.writeMs);
  await pass(FLUSH.syncMs);
  writer.append(gsrBlock(5, 5, 0));
  await pass(FLUSH.writeMs);
  await pass(FLUSH.syncMs);
  expect(writer.syncedSeq).toBe(5);
  await pass(FLUSH.retryMs);
  await pass(FLUSH.syncMs);
  expect(writer.syncedSeq).toBe(10);
  expect([...(await seqsOn(memory.afterPowerCut()))]).toHaveLength(10);
});

test("samples in a file that could neither be synced nor cut are in doubt: the number stands still before them for ever", async () => {
  let isDying = false;
  const { writer, pass } = await bench(({ operation, path }) => {
    const isDoomed = isDying && path.endsWith("d_gsr.csv.part") && ["datasync", "truncate"].includes(operation);
    return isDoomed ? { kind: "fail", errno: "EIO" } : undefined;
  });
  isDying = true;
  writer.append(gsrBlock(0, 5, 0));
  await pass(FLUSH.writeMs);
  await pass(FLUSH.syncMs);
  writer.append(gsrBlock(5, 5, 0));
  const { files } = await writer.finish();
  expect(files.map(({ isComplete }) => isComplete)).toEqual([false, true]);
  expect(writer.syncedSeq).toBe(-1);
});

test("whoever has stopped listening is not told", async () => {
  const { writer } = await bench();
  let told = 0;
  writer.onSynced(() => (told += 1))();
  writer.append(gsrBlock(0, 5, 0));
  await writer.finish();
  expect([told, writer.syncedSeq]).toEqual([0, 5]);
});

test("whatever blocks come and whatever sync fails, every accepted sample below the number is on the disk after a power cut", async () => {
  const step = fc.record({
    hole: fc.nat(3),
    count: fc.integer({ min: 1, max: 40 }),
    waitMs: fc.constantFrom(0, 60, 600),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 2, max: 9 }), async (steps, failing) => {
      const plan = atOperation("datasync", failing, { kind: "fail", errno: "EIO" });
      const { memory, writer, pass, losses } = await bench(plan, 2_000);
      const taken: number[] = [];
      let seq = 0;
      const accepted = (): number[] =>
        taken.filter((each) => !losses.some(({ fromSeq, toSeq }) => each >= fromSeq && each < toSeq));
      const check = async (): Promise<void> => {
        const onDisk = await seqsOn(memory.afterPowerCut());
        const due = accepted().filter((each) => each < writer.syncedSeq);
        expect(due.filter((each) => !onDisk.has(each))).toEqual([]);
      };
      for (const { hole, count, waitMs } of steps) {
        seq += hole;
        writer.append(gsrBlock(seq, count, 0));
        taken.push(...Array.from({ length: count }, (_, i) => seq + i));
        seq += count;
        if (waitMs > 0) await pass(waitMs);
        await check();
      }
      const { received, written, lost } = await writer.finish();
      await check();
      expect([received, written, lost]).toEqual([taken.length, accepted().length, taken.length - accepted().length]);
      if (written > 0) expect(writer.syncedSeq).toBe(accepted().at(-1)! + 1);
    }),
    { numRuns: 60, seed: 5 },
  );
});
