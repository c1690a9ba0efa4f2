import {
  FLUSH,
  LineWriter,
  ManualTimers,
  MemoryFiles,
  readWhole,
  type FileSystem,
  type OpenFile,
} from "@polychron/session/store";

/** A sync that waits to be told how to end. */
interface PendingSync {
  resolve(): void;
  reject(error: Error): void;
}

/** A disk whose syncs wait while it is slow. */
interface SlowDisk {
  readonly files: FileSystem;
  readonly pending: PendingSync[];
  setSlow(isSlow: boolean): void;
}

function slowDisk(memory: MemoryFiles): SlowDisk {
  const pending: PendingSync[] = [];
  let isSlow = false;
  const wrap = (file: OpenFile): OpenFile => ({
    write: (bytes, position) => file.write(bytes, position),
    read: (into, position) => file.read(into, position),
    truncate: (sizeBytes) => file.truncate(sizeBytes),
    sync: () => file.sync(),
    sizeBytes: () => file.sizeBytes(),
    close: () => file.close(),
    datasync: () =>
      isSlow
        ? new Promise<void>((resolve, reject) => pending.push({ resolve, reject })).then(() => file.datasync())
        : file.datasync(),
  });
  const files = new Proxy(memory, {
    get: (target, name) => {
      if (name === "open") return async (...args: Parameters<FileSystem["open"]>) => wrap(await target.open(...args));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  }) as FileSystem;
  return { files, pending, setSlow: (value) => void (isSlow = value) };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resume) => setImmediate(resume));
}

async function bench() {
  const memory = new MemoryFiles("/s");
  const timers = new ManualTimers();
  const faults: unknown[] = [];
  const { files, pending, setSlow } = slowDisk(memory);
  const pathOf = (part: number): string => `/s/lines${part > 1 ? `_part${part}` : ""}.csv`;
  const writer = await LineWriter.open({
    files,
    timers,
    pathOf,
    header: Buffer.from("n\n"),
    onFault: (error) => faults.push(error),
  });
  const push = async (text: string): Promise<void> => {
    writer.push(Buffer.from(`${text}\n`), 1);
    timers.advance(FLUSH.writeMs);
    await settle();
  };
  const onDisk = async (name: string): Promise<string> => Buffer.from(await readWhole(memory, `/s/${name}`)).toString();
  return { writer, timers, faults, pending, setSlow, push, onDisk };
}

test("lines reach the file while a slow sync of those before them is under way", async () => {
  const { writer, timers, pending, setSlow, push, onDisk } = await bench();
  setSlow(true);
  await push("1");
  timers.advance(FLUSH.syncMs);
  await settle();
  expect(pending).toHaveLength(1);
  await push("2");
  expect(await onDisk("lines.csv.part")).toBe("n\n1\n2\n");
  setSlow(false);
  pending[0]!.resolve();
  await settle();
  const { files, lostRows } = await writer.finish();
  expect([files.map((file) => file.isComplete), lostRows]).toEqual([[true], 0]);
});

test("when a slow sync fails, what it did not confirm and what was written meanwhile go to the next part in order", async () => {
  const { writer, timers, faults, pending, setSlow, push, onDisk } = await bench();
  await push("1");
  timers.advance(FLUSH.syncMs);
  await settle();
  setSlow(true);
  await push("2");
  timers.advance(FLUSH.syncMs);
  await settle();
  await push("3");
  setSlow(false);
  pending[0]!.reject(new Error("the disk is gone"));
  writer.push(Buffer.from("4\n"), 1);
  await settle();
  timers.advance(FLUSH.retryMs);
  await settle();
  const { files, lostRows } = await writer.finish();
  expect(faults).toHaveLength(1);
  expect([await onDisk("lines.csv"), await onDisk("lines_part2.csv"), lostRows]).toEqual(["n\n1\n", "n\n2\n3\n4\n", 0]);
  expect(files.map((file) => file.rows)).toEqual([1, 3]);
});

test("a sync that takes longer than its period is followed by another for the lines written meanwhile", async () => {
  const { timers, pending, setSlow, push } = await bench();
  setSlow(true);
  await push("1");
  timers.advance(FLUSH.syncMs);
  await settle();
  await push("2");
  timers.advance(FLUSH.syncMs);
  await settle();
  expect(pending).toHaveLength(1);
  pending[0]!.resolve();
  await settle();
  timers.advance(FLUSH.syncMs);
  await settle();
  expect(pending).toHaveLength(2);
});
