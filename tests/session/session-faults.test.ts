import { isCreatingFolder, isTemporaryFile, nameOf, parseMetadata } from "@polychron/session/format";
import { errorReport, type SessionEvent } from "@polychron/session/model";
import {
  atCall,
  faulty,
  KilledError,
  listTree,
  readEvents,
  readWhole,
  type FaultyFiles,
  type FileFault,
  type FileSystem,
  type MemoryFiles,
  type OpenSession,
} from "@polychron/session/store";
import { gsrBlock, NEW_STREAM, SHIMMER, textOf, workbench, type Workbench } from "./store-bench.js";

/** What a mini session was told: what must be on the disk whatever happens afterwards. */
interface Told {
  id: string | undefined;
  readonly events: SessionEvent[];
  isSealed: boolean;
  readonly errors: unknown[];
}

/** A whole session; a step that fails is noted and the next one tried, as an operator would. */
async function miniSession(bench: Workbench, files: FileSystem): Promise<Told> {
  const told: Told = { id: undefined, events: [], isSealed: false, errors: [] };
  const attempt = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await work();
    } catch (error) {
      told.errors.push(error);
      return undefined;
    }
  };
  const session = await attempt(async () => (await bench.open(files)).create({ name: "mini" }));
  if (session === undefined) return told;
  told.id = session.id;
  await attempt(() => session.addDevice("shimmer_3a5f", SHIMMER));
  await record(session, bench, attempt);
  for (const text of ["a", "b"]) {
    const event = await attempt(() => session.note({ text, by: "op" }));
    if (event !== undefined) told.events.push(event);
  }
  bench.clock.advance(3e6);
  told.isSealed = (await attempt(async () => (await session.end({ reason: "operator", by: "op" }), true))) === true;
  return told;
}

async function record(
  session: OpenSession,
  bench: Workbench,
  attempt: <Result>(work: () => Promise<Result>) => Promise<Result | undefined>,
): Promise<void> {
  if ((await attempt(() => session.startRecording({ atUs: bench.clock.us, devices: ["shimmer_3a5f"] }))) === undefined)
    return;
  const stream = await attempt(() => session.openStream(NEW_STREAM));
  stream?.append(gsrBlock(0, 64, bench.clock.us));
  await attempt(() => session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] }));
}

async function eventsOf(files: FileSystem, id: string): Promise<SessionEvent[]> {
  const events = [];
  for await (const event of readEvents(files, { folder: `/rec/${id}`, sessionId: id })) events.push(event);
  return events;
}

/** Everything that must hold on the disk that the next start finds. */
async function expectPromisesKept(disk: MemoryFiles, told: Told): Promise<void> {
  for (const { name } of await disk.list("/rec")) {
    if (isCreatingFolder(name)) continue;
    const parsed = parseMetadata(textOf(await readWhole(disk, `/rec/${name}/session_metadata.json`)));
    expect(parsed.kind).toBe("good");
    if (parsed.kind === "good" && told.isSealed) expect(parsed.value.status).toBe("completed");
  }
  if (told.id === undefined) return;
  const found = await eventsOf(disk, told.id);
  expect(found.map((event) => event.seq)).toEqual(found.map((_, index) => index + 1));
  for (const event of told.events) expect(found[event.seq - 1]).toEqual(event);
}

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "short" },
  { kind: "kill" },
  { kind: "tear" },
];

test.each(FAULTS)("a whole session with %j at every call keeps every promise it has made", async (fault) => {
  const outcomes = { sealed: 0, failed: 0 };
  let files: FaultyFiles;
  let n = 0;
  do {
    n += 1;
    const bench = workbench();
    files = faulty(bench.memory, atCall(n, fault));
    const told = await miniSession(bench, files);
    outcomes[told.isSealed ? "sealed" : "failed"] += 1;
    for (const error of told.errors) {
      expect(
        error instanceof KilledError ||
          errorReport(error).code.startsWith("STORAGE_") ||
          errorReport(error).code.startsWith("SESSION_"),
      ).toBe(true);
    }
    await expectPromisesKept(bench.memory.afterPowerCut(), told);
    await expectPromisesKept(bench.memory.afterKill(), told);
    if (!told.errors.some((error) => error instanceof KilledError)) await expectNothingLeftOver(bench.memory);
  } while (files.calls >= n);
  expect(outcomes.sealed).toBeGreaterThan(0);
  expect(outcomes.sealed + outcomes.failed).toBeGreaterThan(80);
});

/** A process that lives on clears up after itself, except where clearing up was the call that failed. */
async function expectNothingLeftOver(memory: MemoryFiles): Promise<void> {
  const left = (await listTree(memory, "/rec")).filter(
    ({ path }) => isTemporaryFile(nameOf(path)) || isCreatingFolder(nameOf(path)),
  );
  expect(left).toEqual([]);
}

test("a session that could not be created leaves nothing behind, and the same name can be tried again", async () => {
  for (let n = 2; ; n++) {
    const bench = workbench();
    const files = faulty(bench.memory, atCall(n, { kind: "fail", errno: "ENOSPC" }));
    const store = await bench.open(files);
    const error = await store.create().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error === undefined) break;
    expect(errorReport(error).code).toBe("STORAGE_FULL");
    expect(await bench.memory.list("/rec")).toEqual([]);
    expect((await store.create()).id).toBe("session_20250731_143022");
  }
});

test("faults and losses that a full disk could not record are recorded, with their own time, when there is room", async () => {
  const bench = workbench();
  const session = await (await bench.open()).create();
  bench.memory.limitTo(0);
  const atS = bench.clock.us;
  await session.fault(
    { error_type: "system", code: "STORAGE_FULL", message: "full", remedy: "free", recoverable: true },
    "write",
  );
  expect(session.metadata.errors).toEqual([]);
  bench.clock.advance(5e6);
  bench.memory.limitTo(1 << 20);
  bench.timers.advance(1_000);
  await session.note({ text: "room again", by: "op" });
  expect(session.metadata.errors).toMatchObject([
    { code: "STORAGE_FULL", operation: "write", timestamp: "2025-07-31T14:30:22.123456+02:00" },
  ]);
  expect(atS).toBe(5_000_000);
  expect(bench.faults).toEqual([]);
});

test("a session whose tree cannot be written is failed and reset; its data stay", async () => {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create();
  await session.addDevice("shimmer_3a5f", SHIMMER);
  await session.startRecording({ atUs: bench.clock.us, devices: ["shimmer_3a5f"] });
  (await session.openStream(NEW_STREAM)).append(gsrBlock(0, 64, bench.clock.us));
  await session.fail({
    error_type: "session",
    code: "STORAGE_WRITE_FAILED",
    message: "gone",
    remedy: "plug in",
    recoverable: false,
  });
  expect(session.state).toBe("error");
  await expect(session.startRecording({ atUs: 0, devices: [] })).rejects.toMatchObject({
    code: "SESSION_INVALID_STATE",
  });
  await session.reset({ by: "op" });
  expect([session.state, store.openSessions()]).toEqual(["idle", []]);
  const data = "/rec/session_20250731_143022/devices/shimmer_3a5f/sensor_data/shimmer_3a5f_gsr_20250731_143022.csv";
  expect(textOf(await readWhole(bench.memory, data)).split("\n")).toHaveLength(66);
});
