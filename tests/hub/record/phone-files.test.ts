import { faulty, MemoryFiles, type FileSystem } from "@polychron/session/store";
import { createHash } from "node:crypto";
import { PhoneOnBench } from "./phone-on-bench.js";

/** A file as a phone announces it, with what is in it. */
interface Told {
  readonly text: string;
  readonly told: Record<string, unknown>;
}

function video(text: string, change: Record<string, unknown> = {}): Told {
  const sha256 = createHash("sha256").update(text).digest("hex");
  const place = { file_type: "rgb", folder: "rgb_videos", ext: "mp4" };
  return { text, told: { file_id: "rgb", ...place, size_bytes: text.length, sha256, ...change } };
}

/** A phone whose answers to `stop` name the files that a test gives it; its own never come. */
async function withAnswers(): Promise<{ on: PhoneOnBench; session: string }> {
  const on = await PhoneOnBench.open();
  on.refuseUploads = true;
  return { on, session: await on.bench.create() };
}

async function record(on: PhoneOnBench, session: string, files: readonly Told[]): Promise<void> {
  on.link.answer("stop", { ok: true, next_seq: {}, files: files.map(({ told }) => told) });
  await on.record(session, 1_000);
  await on.bench.time.pass(200);
}

async function upload(on: PhoneOnBench, session: string, { text, told }: Told): Promise<void> {
  const name = { device: on.device, session, fileId: String(told["file_id"]) };
  const intake = await on.bench.during(on.bench.hub.port.uploads.receive(name));
  if (!("append" in intake)) throw new Error("it is here already");
  await on.bench.during(intake.append(intake.offset, once(text)));
  await on.bench.time.pass(200);
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(text));
}

/** Recording and hash of every file that the phone was told is safe. */
function toldSafe(on: PhoneOnBench): unknown[] {
  return on.heard("file_stored").map(({ recording, sha256 }) => [recording, sha256]);
}

/** A disk in memory that takes no byte more while it `isFull`. */
function fillableDisk(): { readonly memory: MemoryFiles; readonly files: FileSystem; isFull: boolean } {
  const memory = new MemoryFiles("/rec");
  const files = faulty(memory, ({ operation }) =>
    disk.isFull && operation === "write" ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const disk = { memory, files, isFull: false };
  return disk;
}

test("a phone that gives two recordings' files one id is told of each when it is here, by its own hash, and not before", async () => {
  const { on, session } = await withAnswers();
  const [first, second] = [video("first video"), video("the second video")];
  await record(on, session, [first]);
  await upload(on, session, first);
  expect(toldSafe(on)).toEqual([[1, first.told["sha256"]]]);
  await record(on, session, [second]);
  expect(toldSafe(on)).toHaveLength(1);
  expect(await on.bench.order({ kind: "end_session", session })).toEqual({ sealed: false });
  await upload(on, session, second);
  expect(toldSafe(on).slice(1)).toEqual([[2, second.told["sha256"]]]);
  const { metadata } = await on.bench.reader(session);
  const stored = metadata.files[on.device]!.filter(({ file_id: id }) => id === "rgb");
  expect([metadata.status, ...stored.map(({ recording, sha256 }) => [recording, sha256])]).toEqual([
    "completed",
    [1, first.told["sha256"]],
    [2, second.told["sha256"]],
  ]);
});

test("two files under one id in one answer are both refused, and the operator and the phone are told; the others are taken", async () => {
  const { on, session } = await withAnswers();
  const good = video("good", { file_id: "good" });
  await record(on, session, [video("one"), video("another"), good]);
  expect(on.bench.view(session).awaited.map(({ file_id: id }) => id)).toEqual(["good"]);
  const { errors } = on.bench.store.require(session).metadata;
  expect(errors.map(({ code, message }) => [code, message])).toEqual([
    ["PHONE_FILE_REFUSED", expect.stringContaining("same id")],
    ["PHONE_FILE_REFUSED", expect.stringContaining("same id")],
  ]);
  expect(on.heard("error")).toHaveLength(2);
});

test("one file with a name that is taken does not cost the others", async () => {
  const { on, session } = await withAnswers();
  const files = [
    video("a", { ext: "json" }),
    video("b", { file_id: "b", file_type: "con" }),
    video("c", { file_id: "c" }),
  ];
  await record(on, session, files);
  expect(on.bench.view(session).awaited.map(({ file_id: id }) => id)).toEqual(["c"]);
  const { errors } = on.bench.store.require(session).metadata;
  expect(errors.map(({ code }) => code)).toEqual(["PHONE_FILE_REFUSED", "PHONE_FILE_REFUSED"]);
  expect(on.heard("error")).toMatchObject([
    { of: "stop", error: { params: { file_id: "rgb" } } },
    { of: "stop", error: { params: { file_id: "b" } } },
  ]);
});

test("an id that a file still to come has is refused to another recording's file, and both sides are told", async () => {
  const { on, session } = await withAnswers();
  await record(on, session, [video("first video")]);
  await record(on, session, [video("the second video")]);
  expect(on.bench.view(session).awaited).toMatchObject([{ recording: 1 }]);
  expect(on.heard("error")).toMatchObject([{ error: { params: { recording: 2, file_id: "rgb" } } }]);
  expect(on.bench.store.require(session).metadata.errors).toMatchObject([{ code: "PHONE_FILE_REFUSED" }]);
});

test("a session that is ended while its phone is away waits for it, and is sealed when its last file is here", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.order({ kind: "stop_recording", session });
  expect(await on.bench.order({ kind: "end_session", session })).toEqual({ sealed: false });
  expect(on.bench.view(session)).toMatchObject({
    state: "processing",
    awaited: [],
    unheard: [{ device: on.device, recording: 1 }],
  });
  await on.back();
  await on.bench.time.pass(10_000);
  const { metadata } = await on.bench.reader(session);
  expect([metadata.status, new Set(metadata.errors.map(({ code }) => code))]).toEqual([
    "completed",
    new Set(["PHONE_AWAY"]),
  ]);
  expect(metadata.files[on.device]!.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});

test("a phone that answers its stop when the session waits for it alone, and holds nothing, lets it close", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.order({ kind: "stop_recording", session });
  expect(await on.bench.order({ kind: "end_session", session })).toEqual({ sealed: false });
  on.link.answer("stop", { ok: true, next_seq: {}, files: [] });
  await on.back();
  await on.bench.time.pass(1_000);
  expect((await on.bench.reader(session)).metadata.status).toBe("completed");
});

test("a phone that did not answer its stop is asked once more when the operator asks for its files", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.link.deafen("stop", 1);
  await on.bench.order({ kind: "stop_recording", session });
  expect(await on.bench.order({ kind: "end_session", session })).toEqual({ sealed: false });
  expect(on.bench.view(session).unheard).toHaveLength(1);
  await on.bench.order({ kind: "fetch_files", session, device: on.device });
  await on.bench.time.pass(5_000);
  expect((await on.bench.reader(session)).metadata.status).toBe("completed");
});

test("what the disk did not take of a phone's list is asked for again when the phone is back", async () => {
  const disk = fillableDisk();
  const on = await PhoneOnBench.open(disk);
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.order({ kind: "stop_recording", session });
  disk.isFull = true;
  await on.back();
  expect([on.heard("stop").length, on.bench.view(session).awaited]).toEqual([1, []]);
  disk.isFull = false;
  expect(await on.bench.order({ kind: "end_session", session })).toEqual({ sealed: false });
  on.away();
  await on.back();
  await on.bench.time.pass(5_000);
  const { metadata } = await on.bench.reader(session);
  expect(metadata.status).toBe("completed");
  expect(metadata.files[on.device]!.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});

test("a phone is not told that samples are safe that the full disk did not take", async () => {
  const disk = fillableDisk();
  const on = await PhoneOnBench.open(disk);
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(4_000);
  disk.isFull = true;
  await on.bench.time.pass(2_000);
  const safe = (): number =>
    Math.max(...on.heard("stored").map(({ next_seq: next }) => (next as { imu?: number }).imu ?? 0));
  const before = safe();
  expect(await on.bench.codeOf({ kind: "stop_recording", session })).toBe("STORAGE_FULL");
  await on.bench.time.pass(60_000);
  expect(safe()).toBe(before);
  disk.isFull = false;
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.time.pass(3_000);
  expect(safe()).toBeGreaterThan(before + 5_000);
  const { streams } = on.bench.store.require(session).metadata.recordings[0]!;
  const imu = streams.find(({ stream }) => stream === "imu")!;
  const lost = (await on.bench.events(session)).filter(({ event, stream }) => event === "gap" && stream === "imu");
  expect(lost.reduce((sum, { samples }) => sum + Number(samples), 0)).toBe(imu.received - imu.written);
  expect(imu.received).toBeGreaterThan(imu.written);
});
