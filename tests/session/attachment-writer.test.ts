import fc from "fast-check";
import { errorReport } from "@polychron/session/model";
import {
  atCall,
  atOperation,
  AttachmentWriter,
  faulty,
  KilledError,
  MemoryFiles,
  readWhole,
  type FileFault,
  type FileSystem,
} from "@polychron/session/store";
import { broken, hashOf, pieces, someBytes } from "./media-bench.js";

const PATH = "/s/phone_1_rgb_20250731_143023.mp4";
const BYTES = someBytes(600_000);

interface Intake {
  readonly writer: AttachmentWriter;
  readonly seen: { registered: number; readonly faults: string[]; readonly setAside: string[] };
}

/** The intake of a file of these bytes, as the session opens it. */
async function open(
  files: FileSystem,
  change: { sha256?: string; bytes?: Uint8Array; isClosed?: boolean } = {},
): Promise<Intake> {
  const { bytes = BYTES, sha256 = hashOf(bytes), isClosed = false } = change;
  const seen: Intake["seen"] = { registered: 0, faults: [], setAside: [] };
  const writer = await AttachmentWriter.open({
    files,
    file: { deviceId: "phone_1", fileId: "r1-rgb", sizeBytes: bytes.length, sha256 },
    path: PATH,
    requireOpen: () => {
      if (isClosed) throw new Error("the session is sealed");
    },
    setAside: async (path) => {
      seen.setAside.push(path);
      await files.rename(path, `/s/aside-${seen.setAside.length}`);
    },
    register: async () => void (seen.registered += 1),
    onFault: (error) => seen.faults.push(errorReport(error).code),
  });
  return { writer, seen };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (error: unknown) => errorReport(error).code,
  );
const namesOn = async (files: FileSystem): Promise<string[]> => (await files.list("/s")).map(({ name }) => name).sort();

test("a file in three requests is on the disk after each, and has its final name once its hash is right", async () => {
  const memory = new MemoryFiles("/s");
  const { writer, seen } = await open(memory);
  for (const [from, to] of [
    [0, 70_000],
    [70_000, 100_001],
  ] as const) {
    expect(await writer.append(from, pieces(BYTES.subarray(from, to)))).toBe(to);
    expect(hashOf(await readWhole(memory.afterPowerCut(), `${PATH}.part`))).toBe(hashOf(BYTES.slice(0, to)));
    expect([writer.isStored, seen.registered]).toEqual([false, 0]);
  }
  expect(await writer.append(100_001, pieces(BYTES.subarray(100_001)))).toBe(BYTES.length);
  expect([writer.isStored, seen.registered]).toEqual([true, 1]);
  expect(await namesOn(memory.afterPowerCut())).toEqual(["phone_1_rgb_20250731_143023.mp4"]);
  expect(hashOf(await readWhole(memory.afterPowerCut(), PATH))).toBe(hashOf(BYTES));
});

test("bytes that came before the connection broke are synced, and the upload goes on behind them", async () => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory);
  expect(await writer.append(0, broken(BYTES.subarray(0, 70_000)))).toBe(70_000);
  expect(hashOf(await readWhole(memory.afterPowerCut(), `${PATH}.part`))).toBe(hashOf(BYTES.slice(0, 70_000)));
  await writer.append(70_000, pieces(BYTES.subarray(70_000)));
  expect(writer.isStored).toBe(true);
});

test("a request that is given up ends with what came, although its source never says another word", async () => {
  const { writer } = await open(new MemoryFiles("/s"));
  const given = new AbortController();
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield BYTES.subarray(0, 10_000);
    given.abort();
    await new Promise(() => undefined);
  }
  expect(await writer.append(0, silent(), given.signal)).toBe(10_000);
  expect(await writer.append(10_000, pieces(BYTES.subarray(10_000)))).toBe(BYTES.length);
});

test("closing ends the request that is under way, and keeps what it brought", async () => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory);
  let isWaiting = (): void => undefined;
  const waits = new Promise<void>((resolve) => (isWaiting = resolve));
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield BYTES.subarray(0, 10_000);
    isWaiting();
    await new Promise(() => undefined);
  }
  const appended = writer.append(0, silent());
  await waits;
  await writer.close();
  expect(await appended).toBe(10_000);
  expect(await readWhole(memory.afterPowerCut(), `${PATH}.part`)).toHaveLength(10_000);
});

test.each([0, 4_999, 5_001, 600_000])("at offset %d instead of 5000 nothing is written", async (offset) => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory);
  await writer.append(0, pieces(BYTES.subarray(0, 5_000)));
  expect(await codeOf(writer.append(offset, pieces(BYTES.subarray(5_000))))).toBe("UPLOAD_OFFSET_WRONG");
  expect([writer.offset, hashOf(await readWhole(memory, `${PATH}.part`))]).toEqual([
    5_000,
    hashOf(BYTES.slice(0, 5_000)),
  ]);
});

test("of two requests at the same time the second is told that the first is writing", async () => {
  const { writer } = await open(new MemoryFiles("/s"));
  const first = writer.append(0, pieces(BYTES.subarray(0, 50_000)));
  expect(await codeOf(writer.append(0, pieces(BYTES)))).toBe("UPLOAD_BUSY");
  expect(await first).toBe(50_000);
});

test("more bytes than were announced are refused, and none of the file's end is written with them", async () => {
  const memory = new MemoryFiles("/s");
  const { writer, seen } = await open(memory);
  await writer.append(0, pieces(BYTES.subarray(0, 599_000)));
  expect(await codeOf(writer.append(599_000, pieces(someBytes(1_001), 2_000)))).toBe("UPLOAD_TOO_LONG");
  expect([writer.offset, seen.registered]).toEqual([599_000, 0]);
  await writer.append(599_000, pieces(BYTES.subarray(599_000)));
  expect(writer.isStored).toBe(true);
});

test("a file with another hash is set aside and reported, and comes once more from its first byte", async () => {
  const memory = new MemoryFiles("/s");
  const { writer, seen } = await open(memory);
  const wrong = BYTES.slice();
  wrong[12_345]! ^= 1;
  expect(await codeOf(writer.append(0, pieces(wrong)))).toBe("UPLOAD_CHECKSUM");
  expect([writer.offset, writer.isStored, seen.registered]).toEqual([0, false, 0]);
  expect([seen.faults, seen.setAside]).toEqual([["UPLOAD_CHECKSUM"], [`${PATH}.part`]]);
  expect(hashOf(await readWhole(memory, "/s/aside-1"))).toBe(hashOf(wrong));
  await writer.append(0, pieces(BYTES));
  expect([writer.isStored, hashOf(await readWhole(memory, PATH))]).toEqual([true, hashOf(BYTES)]);
});

test("a hub that was killed goes on behind what was synced, with the hash of what came before", async () => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory);
  await writer.append(0, pieces(BYTES.subarray(0, 103_456)));
  const disk = memory.afterPowerCut();
  const again = await open(disk);
  expect(again.writer.offset).toBe(103_456);
  await again.writer.append(103_456, pieces(BYTES.subarray(103_456)));
  expect([again.writer.isStored, hashOf(await readWhole(disk, PATH))]).toEqual([true, hashOf(BYTES)]);
});

test("a hub that was killed between the name and the registration registers what it finds under the final name", async () => {
  const memory = new MemoryFiles("/s");
  await (await open(memory)).writer.append(0, pieces(BYTES));
  const again = await open(memory.afterKill());
  await again.writer.settle();
  expect([again.writer.isStored, again.seen.registered]).toEqual([true, 1]);
});

test("a hub that was killed before the check of the last byte checks when it is asked again", async () => {
  const memory = new MemoryFiles("/s");
  const file = await memory.open(`${PATH}.part`, "create");
  await file.write(BYTES, 0);
  const right = await open(memory);
  await right.writer.settle();
  expect([right.writer.isStored, await namesOn(memory)]).toEqual([true, ["phone_1_rgb_20250731_143023.mp4"]]);
});

test.each([
  ["longer than announced", `${PATH}.part`, 600_001],
  ["of another size under the final name", PATH, 7],
])("a file that is %s is set aside before anything is received", async (_, path, sizeBytes) => {
  const memory = new MemoryFiles("/s");
  await (await memory.open(path, "create")).write(new Uint8Array(sizeBytes), 0);
  const { writer, seen } = await open(memory);
  expect([writer.offset, seen.setAside]).toEqual([0, [path]]);
  await writer.append(0, pieces(BYTES));
  expect(writer.isStored).toBe(true);
});

test("an empty file is stored without a byte being sent", async () => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory, { bytes: new Uint8Array(0) });
  await writer.settle();
  expect([writer.isStored, await namesOn(memory.afterPowerCut())]).toEqual([true, ["phone_1_rgb_20250731_143023.mp4"]]);
});

test("a session that is over refuses bytes before it looks at them", async () => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory, { isClosed: true });
  await expect(writer.append(0, pieces(BYTES))).rejects.toThrow("the session is sealed");
  expect(await namesOn(memory)).toEqual([]);
});

test("a disk that is full keeps what it took; the same upload goes on when there is room", async () => {
  const memory = new MemoryFiles("/s");
  const { writer } = await open(memory);
  memory.limitTo(100_000);
  expect(await codeOf(writer.append(0, pieces(BYTES)))).toBe("STORAGE_FULL");
  const { offset } = writer;
  expect(hashOf((await readWhole(memory.afterPowerCut(), `${PATH}.part`)).subarray(0, offset))).toBe(
    hashOf(BYTES.slice(0, offset)),
  );
  memory.limitTo(1 << 20);
  await writer.append(offset, pieces(BYTES.subarray(offset)));
  expect([writer.isStored, hashOf(await readWhole(memory, PATH))]).toEqual([true, hashOf(BYTES)]);
});

test("after a failed sync no byte of the file counts any more: it is set aside and begins again", async () => {
  const memory = new MemoryFiles("/s");
  const { writer, seen } = await open(faulty(memory, atOperation("datasync", 2, { kind: "fail", errno: "EIO" })));
  await writer.append(0, pieces(BYTES.subarray(0, 50_000)));
  expect(await codeOf(writer.append(50_000, pieces(BYTES.subarray(50_000, 60_000))))).toBe("STORAGE_WRITE_FAILED");
  expect([writer.offset, writer.receivedBytes]).toEqual([0, 0]);
  await writer.append(0, pieces(BYTES));
  expect([writer.isStored, seen.setAside]).toEqual([true, [`${PATH}.part`]]);
});

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "short" },
  { kind: "kill" },
  { kind: "tear" },
];

/** Sends what is missing until the file is stored, as a device does; a fault in between costs another try. */
async function send(intake: Intake, tries: number): Promise<void> {
  const { writer } = intake;
  for (let n = 0; n < tries && !writer.isStored; n++) {
    try {
      await writer.settle();
      if (writer.isStored) return;
      await writer.append(writer.offset, pieces(BYTES.subarray(writer.offset, writer.offset + 320_000)));
    } catch (error) {
      if (error instanceof KilledError) throw error;
      expect(errorReport(error).code).toMatch(/^STORAGE_/);
    }
  }
}

test.each(FAULTS)(
  "%j at every call costs another try at most; what was told as synced is never lost",
  async (fault) => {
    let runs = 0;
    for (let n = 1; ; n++) {
      const memory = new MemoryFiles("/s");
      const files = faulty(memory, atCall(n, fault));
      let told = 0;
      let disk: MemoryFiles = memory;
      try {
        const intake = await open(files).catch(async (error: unknown) => {
          if (error instanceof KilledError) throw error;
          return open(files);
        });
        const telling = send(intake, 8).finally(() => (told = intake.writer.offset));
        await telling;
      } catch (error) {
        expect(error).toBeInstanceOf(KilledError);
        disk = memory.afterPowerCut();
      }
      const again = await open(disk);
      if (disk !== memory) expect(again.writer.offset).toBeGreaterThanOrEqual(told);
      await send(again, 8);
      expect([again.writer.isStored, hashOf(await readWhole(disk, PATH))]).toEqual([true, hashOf(BYTES)]);
      runs++;
      if (files.calls < n) break;
    }
    expect(runs).toBeGreaterThan(15);
  },
);

test("whatever requests come, cut, repeated, misplaced, with hubs killed in between, the bytes are the announced ones", async () => {
  const bytes = BYTES.slice(0, 5_000);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("send" as const), count: fc.nat(3_000), isCut: fc.boolean() }),
    fc.record({ kind: fc.constant("misplaced" as const), offset: fc.nat(6_000) }),
    fc.record({ kind: fc.constant("kill" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      let disk = new MemoryFiles("/s");
      let intake = await open(disk, { bytes });
      for (const each of steps) {
        const { writer } = intake;
        const { offset } = writer;
        if (each.kind === "kill") {
          disk = disk.afterPowerCut();
          intake = await open(disk, { bytes });
          await intake.writer.settle();
          expect(intake.writer.offset).toBe(offset);
        } else if (each.kind === "misplaced") {
          if (each.offset === offset) continue;
          expect(await codeOf(writer.append(each.offset, pieces(bytes)))).toBe("UPLOAD_OFFSET_WRONG");
          expect(writer.offset).toBe(offset);
        } else {
          const part = bytes.subarray(offset, offset + each.count);
          const now = await writer.append(offset, each.isCut ? broken(part) : pieces(part, 700));
          expect(now).toBe(offset + part.length);
        }
      }
      const { writer } = intake;
      await writer.append(writer.offset, pieces(bytes.subarray(writer.offset)));
      expect([writer.isStored, hashOf(await readWhole(disk.afterPowerCut(), PATH))]).toEqual([true, hashOf(bytes)]);
    }),
    { numRuns: 120, seed: 7 },
  );
});

test("what has come is seen before it is synced, and what did not stay is no longer", async () => {
  const memory = new MemoryFiles("/s");
  let isFull = false;
  const failing = atOperation("write", 1, { kind: "fail", errno: "ENOSPC" });
  const { writer } = await open(faulty(memory, (call) => (isFull ? failing(call) : undefined)));
  await writer.append(0, pieces(BYTES.subarray(0, 1_000)));
  const seen: number[][] = [];
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (const from of [1_000, 31_000, 61_000]) {
      yield await Promise.resolve(BYTES.subarray(from, from + 30_000));
      seen.push([writer.receivedBytes, writer.offset]);
    }
  }
  await writer.append(1_000, slowly());
  expect(seen).toEqual([
    [31_000, 1_000],
    [61_000, 1_000],
    [91_000, 1_000],
  ]);
  expect([writer.receivedBytes, writer.offset]).toEqual([91_000, 91_000]);
  isFull = true;
  expect(await codeOf(writer.append(91_000, pieces(BYTES.subarray(91_000))))).toBe("STORAGE_FULL");
  expect([writer.receivedBytes, writer.offset]).toEqual([91_000, 91_000]);
});
