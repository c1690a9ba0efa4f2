import { isSealIntact, parseSidecar, type DeviceCoordination } from "@polychron/session/format";
import { errorReport, type JsonObject, type SessionEvent } from "@polychron/session/model";
import {
  atOperation,
  checkSession,
  faulty,
  readEvents,
  readWhole,
  sha256,
  type FileSystem,
  type OpenSession,
  type SessionStore,
} from "@polychron/session/store";
import { announced, hashOf, PHONE, pieces, settle, someBytes } from "./media-bench.js";
import { gsrBlock, GSR, textOf, workbench, type Workbench } from "./store-bench.js";

const ID = "session_20250731_143022";
const VIDEO = someBytes(5_000);
const VIDEO_PATH = "devices/phone_1/rgb_videos/phone_1_rgb_20250731_143022.mp4";
const END = { reason: "operator", by: "op" };

interface Setup {
  readonly bench: Workbench;
  readonly store: SessionStore;
  readonly session: OpenSession;
}

/** A session with one recording of a phone, whose stream `gsr` the hub has recorded, and whose video is announced. */
async function recorded(bench: Workbench = workbench(), files?: FileSystem): Promise<Setup> {
  const store = await bench.open(files);
  const session = await store.create();
  await session.addDevice("phone_1", PHONE);
  await session.startRecording({ atUs: bench.clock.us, devices: ["phone_1"] });
  const stream = await session.openStream({
    deviceId: "phone_1",
    info: GSR,
    driver: "phone 0.1.0",
    firmware: "app 1.0",
  });
  stream.append(gsrBlock(0, 64, bench.clock.us));
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
  await session.announceFiles("phone_1", 1, [announced(VIDEO)]);
  return { bench, store, session };
}

async function send(session: OpenSession, bytes: Uint8Array = VIDEO, fileId = "r1-rgb"): Promise<void> {
  const intake = (await session.receive("phone_1", fileId))!;
  await intake.append(intake.offset, pieces(bytes.subarray(intake.offset)));
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (error: unknown) => errorReport(error).code,
  );

async function logOf(files: FileSystem): Promise<SessionEvent[]> {
  const events = [];
  for await (const event of readEvents(files, { folder: `/rec/${ID}`, sessionId: ID })) events.push(event);
  return events;
}

const check = async (files: FileSystem): Promise<string[]> =>
  (await checkSession({ files, recordingsFolder: "/rec", sessionId: ID })).findings.map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  );

test("an announced file is awaited under the name it will have, in metadata and log, before its first byte", async () => {
  const { bench, session } = await recorded();
  expect(session.awaited).toEqual([
    {
      ...{ deviceId: "phone_1", recording: 1, fileId: "r1-rgb", fileType: "rgb", path: VIDEO_PATH },
      ...{ sizeBytes: VIDEO.length, sha256: hashOf(VIDEO), receivedBytes: 0 },
    },
  ]);
  expect((await logOf(bench.memory)).at(-1)).toMatchObject({
    event: "device_ack",
    device: "phone_1",
    recording: 1,
    files: [{ file_id: "r1-rgb", announced: true, complete: false, file_path: `${VIDEO_PATH}.part` }],
  });
});

test("a file that has come whole is registered with what is known of it, and awaited no more", async () => {
  const { bench, session } = await recorded();
  const intake = (await session.receive("phone_1", "r1-rgb"))!;
  await intake.append(0, pieces(VIDEO.subarray(0, 2_000)));
  expect(session.awaited).toMatchObject([{ receivedBytes: 2_000 }]);
  expect(await session.receive("phone_1", "r1-rgb")).toBe(intake);
  await intake.append(2_000, pieces(VIDEO.subarray(2_000)));
  expect([session.awaited, await session.receive("phone_1", "r1-rgb")]).toEqual([[], undefined]);
  expect((await logOf(bench.memory)).at(-1)).toMatchObject({
    event: "file_received",
    device: "phone_1",
    entry: {
      ...{ file_id: "r1-rgb", file_path: VIDEO_PATH, sha256: hashOf(VIDEO), file_size: 5_000, complete: true },
      ...{ frames: 30, duration: 1, recording: 1 },
    },
  });
  const sidecar = parseSidecar(
    textOf(await readWhole(bench.memory, `/rec/${ID}/${VIDEO_PATH.replace("mp4", "json")}`)),
  );
  expect(sidecar).toMatchObject({ kind: "good", value: { device_id: "phone_1", data_file: VIDEO_PATH } });
});

test("told again, only what is new is announced; the same name within a recording becomes the next part", async () => {
  const { bench, session } = await recorded();
  const before = (await logOf(bench.memory)).length;
  await session.announceFiles("phone_1", 1, [announced(VIDEO)]);
  expect(await logOf(bench.memory)).toHaveLength(before);
  const second = announced(someBytes(10, 2), { fileId: "r1-rgb-2" });
  const both = [announced(VIDEO), second, second];
  await Promise.all([session.announceFiles("phone_1", 1, both), session.announceFiles("phone_1", 1, both)]);
  expect(session.awaited.map(({ fileId, path }) => [fileId, path])).toEqual([
    ["r1-rgb", VIDEO_PATH],
    ["r1-rgb-2", VIDEO_PATH.replace(".mp4", "_part2.mp4")],
  ]);
});

test("a file that has changed on the device before it came begins again; what had come is kept aside", async () => {
  const { bench, session } = await recorded();
  await (await session.receive("phone_1", "r1-rgb"))!.append(0, pieces(VIDEO.subarray(0, 100)));
  const changed = someBytes(4_000, 3);
  await session.announceFiles("phone_1", 1, [announced(changed)]);
  expect(session.awaited).toMatchObject([{ sizeBytes: 4_000, path: VIDEO_PATH, receivedBytes: 0 }]);
  await send(session, changed);
  expect(session.awaited).toEqual([]);
  expect((await bench.memory.list(`/rec/${ID}/recovered`)).map(({ name }) => name)).toEqual([
    "phone_1_rgb_20250731_143022.mp4.part.bad-1",
  ]);
  // What is here stays, whatever the device says later.
  await session.announceFiles("phone_1", 1, [announced(changed)]);
  expect(session.awaited).toEqual([]);
});

test("samples that the phone kept in a file of its own are the next part of the stream, described like it", async () => {
  const { bench, session } = await recorded();
  await send(session);
  const csv = Buffer.from(
    "seq,device_time_s,arrival_time_s,gsr_counts,gsr_uS,extra\n64,0.5,1,2,3,4\n65,0.51,1,2,3,4\n",
  );
  const file = {
    fileId: "r1-gsr",
    fileType: "gsr",
    folder: "sensor_data",
    ext: "csv",
    frames: null,
    durationS: null,
  } as const;
  await session.announceFiles("phone_1", 1, [announced(csv, file)]);
  await send(session, csv, "r1-gsr");
  const path = "devices/phone_1/sensor_data/phone_1_gsr_20250731_143022_part2.csv";
  expect(session.metadata.files["phone_1"]!.at(-1)).toMatchObject({ file_path: path, samples: 2, complete: true });
  const sidecar = parseSidecar(textOf(await readWhole(bench.memory, `/rec/${ID}/${path.replace("csv", "json")}`)));
  expect(sidecar).toMatchObject({ kind: "good", value: { nominal_rate_hz: 128, driver: "phone 0.1.0" } });
  const columns = sidecar.kind === "good" ? sidecar.value.columns : [];
  expect(columns.map(({ name, unit, kind }) => [name, unit, kind]).slice(3)).toEqual([
    ["gsr_counts", "counts", "raw"],
    ["gsr_uS", "µS", "calibrated"],
    ["extra", "", "raw"],
  ]);
  await session.end(END);
  expect(await check(bench.memory)).toEqual([]);
});

test.each([
  ["a file id with a separator", { fileId: "../x" }],
  ["a file id that is too long", { fileId: "x".repeat(65) }],
  ["a file type with dots", { fileType: ".." }],
  ["a reserved name", { fileType: "con" }],
  ["the name of the hub's own clock files", { fileType: "clock_readings" }],
  ["an extension that sidecars have", { ext: "json" }],
  ["an extension with a separator", { ext: "a/b" }],
  ["a hash that is none", { sha256: "abc" }],
  ["a size below zero", { sizeBytes: -1 }],
])("a file with %s is refused by itself, and the others are announced", async (_, change) => {
  const { session } = await recorded();
  const bad = announced(someBytes(4), { fileId: "other", ...change });
  const refused = await session.announceFiles("phone_1", 1, [bad, announced(someBytes(3), { fileId: "good" })]);
  expect(refused).toEqual([
    { fileId: bad.fileId, error: expect.objectContaining({ code: "NAME_INVALID" }) as unknown },
  ]);
  expect(session.awaited.map(({ fileId }) => fileId)).toEqual(["r1-rgb", "good"]);
});

test("another file under the id of one that is here is a further file, in the same recording and in a later one", async () => {
  const { bench, session } = await recorded();
  await send(session);
  await session.startRecording({ atUs: bench.clock.us + 5e6, devices: ["phone_1"] });
  await session.stopRecording({ atUs: bench.clock.us + 6e6, streams: [] });
  const second = someBytes(700, 7);
  expect(await session.announceFiles("phone_1", 2, [announced(second)])).toEqual([]);
  expect(session.awaited).toMatchObject([
    { recording: 2, fileId: "r1-rgb", sizeBytes: 700, path: VIDEO_PATH.replace("143022", "143027") },
  ]);
  await send(session, second);
  const third = someBytes(800, 8);
  await session.announceFiles("phone_1", 2, [announced(third)]);
  await send(session, third);
  const stored = session.metadata.files["phone_1"]!.filter((file) => file.file_id === "r1-rgb");
  expect(stored.map(({ recording, sha256: hash, complete }) => [recording, hash, complete])).toEqual([
    [1, hashOf(VIDEO), true],
    [2, hashOf(second), true],
    [2, hashOf(third), true],
  ]);
});

test("a file that is here is not announced again, though the device names it for another recording", async () => {
  const { bench, session } = await recorded();
  await send(session);
  await session.startRecording({ atUs: bench.clock.us + 5e6, devices: ["phone_1"] });
  await session.stopRecording({ atUs: bench.clock.us + 6e6, streams: [] });
  expect(await session.announceFiles("phone_1", 2, [announced(VIDEO)])).toEqual([]);
  expect(session.awaited).toEqual([]);
});

test("while a file is still to come, another recording's file under its id is refused: no upload could tell them apart", async () => {
  const { bench, session } = await recorded();
  await session.startRecording({ atUs: bench.clock.us + 5e6, devices: ["phone_1"] });
  await session.stopRecording({ atUs: bench.clock.us + 6e6, streams: [] });
  const refused = await session.announceFiles("phone_1", 2, [announced(someBytes(700, 7))]);
  expect(refused.map(({ fileId, error }) => [fileId, error.code])).toEqual([["r1-rgb", "FILE_ID_TAKEN"]]);
  expect(session.awaited).toMatchObject([{ recording: 1, sha256: hashOf(VIDEO) }]);
});

test("files of an unknown device or recording are refused, and so is the intake of a file that nobody announced", async () => {
  const { session } = await recorded();
  expect(await codeOf(session.announceFiles("phone_9", 1, [announced(VIDEO)]))).toBe("SESSION_DEVICE_UNKNOWN");
  expect(await codeOf(session.announceFiles("phone_1", 7, [announced(VIDEO)]))).toBe("SESSION_INVALID_STATE");
  expect(await codeOf(session.receive("phone_1", "nothing"))).toBe("UPLOAD_UNKNOWN_FILE");
  expect(await codeOf(session.receive("phone_2", "r1-rgb"))).toBe("UPLOAD_UNKNOWN_FILE");
});

test("an announcement that the disk refused can be made again, under the same name", async () => {
  const bench = workbench();
  let isFull = false;
  const files = faulty(bench.memory, ({ operation }) =>
    isFull && operation === "write" ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const { session } = await recorded(bench, files);
  const file = announced(someBytes(9), { fileId: "late", fileType: "thermal", folder: "thermal_videos" });
  isFull = true;
  expect(await codeOf(session.announceFiles("phone_1", 1, [file]))).toBe("STORAGE_FULL");
  isFull = false;
  await session.announceFiles("phone_1", 1, [file]);
  expect(session.awaited.at(-1)?.path).toBe("devices/phone_1/thermal_videos/phone_1_thermal_20250731_143022.mp4");
});

test("a wrong hash is an error of the session, what came lies in recovered/, and the file is still awaited", async () => {
  const { bench, session } = await recorded();
  const wrong = someBytes(VIDEO.length, 9);
  expect(await codeOf(send(session, wrong))).toBe("UPLOAD_CHECKSUM");
  await settle();
  expect(session.metadata.errors).toMatchObject([
    { code: "UPLOAD_CHECKSUM", operation: "receive", target: VIDEO_PATH },
  ]);
  expect(session.awaited).toMatchObject([{ receivedBytes: 0 }]);
  expect(hashOf(await readWhole(bench.memory, `/rec/${ID}/recovered/phone_1_rgb_20250731_143022.mp4.part.bad-1`))).toBe(
    hashOf(wrong),
  );
  await send(session);
  expect(session.awaited).toEqual([]);
});

test("a session that ends waits for what was announced, its devices are free, and it seals itself with the last file", async () => {
  const { bench, store, session } = await recorded();
  expect(await session.end(END)).toEqual({ sealed: false });
  expect([session.state, store.openSessions()]).toEqual(["processing", [session]]);
  expect(await session.end(END)).toEqual({ sealed: false });
  const next = await store.create({ name: "next" });
  await next.addDevice("phone_1", PHONE);
  expect(await check(bench.memory)).toEqual([`info FILE_AWAITED ${VIDEO_PATH}`]);
  await send(session);
  await settle();
  expect([session.state, store.find(ID)]).toEqual(["completed", undefined]);
  expect([isSealIntact(session.metadata, sha256), await check(bench.memory)]).toEqual([true, []]);
  const log = await logOf(bench.memory);
  expect(log.filter(({ event }) => event === "session_end")).toHaveLength(1);
  expect(log.at(-1)).toMatchObject({ event: "finalized" });
  expect(await codeOf(session.receive("phone_1", "r1-rgb"))).toBe("SESSION_IMMUTABLE");
});

test("without what is missing a session is sealed at once, each missing file is named, and reopening awaits it again", async () => {
  const { bench, store, session } = await recorded();
  await (await session.receive("phone_1", "r1-rgb"))!.append(0, pieces(VIDEO.subarray(0, 1_000)));
  await session.end(END);
  expect(await session.end({ ...END, withoutMissing: true })).toEqual({ sealed: true });
  expect(session.metadata.errors).toMatchObject([{ code: "FILE_NOT_RECEIVED", target: VIDEO_PATH }]);
  expect(await check(bench.memory)).toEqual([`warning FILE_NOT_RECEIVED ${VIDEO_PATH}`]);
  const again = await store.reopen(ID, { by: "op" });
  expect(again.awaited).toMatchObject([{ fileId: "r1-rgb", receivedBytes: 1_000 }]);
  await send(again);
  expect(await again.end(END)).toEqual({ sealed: true });
  expect(await check(bench.memory)).toEqual([]);
});

test("a request that is under way when the session is sealed without its file ends, and changes nothing afterwards", async () => {
  const { bench, session } = await recorded();
  let isWaiting = (): void => undefined;
  const waits = new Promise<void>((resolve) => (isWaiting = resolve));
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield VIDEO.subarray(0, 1_000);
    isWaiting();
    await new Promise(() => undefined);
  }
  const intake = (await session.receive("phone_1", "r1-rgb"))!;
  const appended = intake.append(0, silent());
  await waits;
  expect(await session.end({ ...END, withoutMissing: true })).toEqual({ sealed: true });
  expect(await appended).toBe(1_000);
  expect(await codeOf(intake.append(1_000, pieces(VIDEO.subarray(1_000))))).toBe("SESSION_IMMUTABLE");
  expect(await readWhole(bench.memory, `/rec/${ID}/${VIDEO_PATH}.part`)).toHaveLength(1_000);
});

/** How a phone kept to recording 1: it began on itself, and never answered the stop, or did. */
function ownCoordination(answeredS: number | null): DeviceCoordination {
  const times = { skew_s: 0, first_t_s: 0.1 };
  const status = "on_time" as const;
  const own = { status, ...times, answered_t_s: 0.2, code: null };
  const start = { status, ...times, reason: null, silent: [], own };
  const reason = answeredS === null ? "gone" : null;
  const stop = { status: "never", skew_s: null, last_t_s: null, reason, answered_t_s: answeredS } as const;
  return { device: "phone_1", start, stop, joined_late_t_s: null, rejoined: [], retried_t_s: [] };
}

/** A session whose phone recorded on itself, and of which nobody heard how that ended. */
async function unheard(): Promise<Setup> {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create();
  await session.addDevice("phone_1", PHONE);
  await session.startRecording({ atUs: bench.clock.us, devices: ["phone_1"] });
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [], coordination: [ownCoordination(null)] });
  return { bench, store, session };
}

const heard = { ack: "late_stop", device: "phone_1", recording: 1 };

test("a session waits for a device that has not told what it recorded on itself, and is sealed when that is nothing", async () => {
  const { session } = await unheard();
  expect(await session.end(END)).toEqual({ sealed: false });
  const coordination = [ownCoordination(9)] as unknown as JsonObject[];
  await session.append({ event: "device_ack", details: { ...heard, coordination } });
  await settle();
  expect([session.state, session.metadata.errors]).toEqual(["completed", []]);
});

test("what a device tells after the end is waited for in its turn", async () => {
  const { session } = await unheard();
  await session.end(END);
  await session.announceFiles("phone_1", 1, [announced(VIDEO)]);
  const coordination = [ownCoordination(9)] as unknown as JsonObject[];
  await session.append({ event: "device_ack", details: { ...heard, coordination } });
  await settle();
  expect([session.state, session.awaited.length]).toEqual(["processing", 1]);
  await send(session);
  await settle();
  expect([session.state, session.metadata.errors]).toEqual(["completed", []]);
});

test("closed without its word, a session names the device and its recording once, and waits for it again when it is reopened", async () => {
  const { bench, store, session } = await unheard();
  await session.end(END);
  expect(await session.end({ ...END, withoutMissing: true })).toEqual({ sealed: true });
  expect(session.metadata.errors).toMatchObject([
    {
      code: "RECORDING_NOT_HEARD",
      target: "phone_1",
      message: "phone_1 recorded on itself and never told what came of it (recording 1).",
    },
  ]);
  const again = await store.reopen(ID, { by: "op" });
  expect(await again.end(END)).toEqual({ sealed: false });
  expect(await again.end({ ...END, withoutMissing: true })).toEqual({ sealed: true });
  expect(again.metadata.errors).toHaveLength(1);
  expect(await check(bench.memory)).toEqual([]);
});

test("a session that cannot seal itself says so, and can be ended once more", async () => {
  const bench = workbench();
  let isFull = false;
  const files = faulty(bench.memory, ({ operation, path }) =>
    isFull && operation === "write" && path.includes("_log.json") ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const { session } = await recorded(bench, files);
  await session.end(END);
  const intake = (await session.receive("phone_1", "r1-rgb"))!;
  await intake.append(0, pieces(VIDEO.subarray(0, 4_999)));
  session.followEvents(session.lastSeq + 1, {
    onEvent: ({ event }) => void (isFull = event === "file_received"),
    onFault: () => undefined,
  });
  await intake.append(4_999, pieces(VIDEO.subarray(4_999)));
  await settle();
  expect([session.state, bench.faults.map((error) => errorReport(error).code)]).toEqual([
    "processing",
    ["STORAGE_FULL"],
  ]);
  isFull = false;
  expect(await session.end(END)).toEqual({ sealed: true });
});

test.each(["continue", "end"] as const)(
  "an interrupted session (%s) goes on receiving behind what was synced, also in processing",
  async (choice) => {
    const { bench, session } = await recorded();
    await (await session.receive("phone_1", "r1-rgb"))!.append(0, pieces(VIDEO.subarray(0, 1_234)));
    await session.end(END);
    const killed = workbench(bench.memory.afterPowerCut());
    const store = await killed.open();
    const again = await store.adopt(ID, { choice, by: "op", lost: [], setAside: [] });
    expect([again.state, again.awaited]).toMatchObject([
      choice === "end" ? "processing" : "active",
      [{ fileId: "r1-rgb", receivedBytes: 1_234 }],
    ]);
    if (choice === "end") expect(await again.end(END)).toEqual({ sealed: false });
    await send(again);
    if (choice === "continue") await again.end(END);
    await settle();
    expect([again.state, await check(killed.memory)]).toEqual(["completed", []]);
  },
);

test("a hub that stops lets go of the uploads and leaves the session to be taken up again", async () => {
  const { bench, store, session } = await recorded();
  const intake = (await session.receive("phone_1", "r1-rgb"))!;
  await intake.append(0, pieces(VIDEO.subarray(0, 10)));
  await store.close();
  expect(await codeOf(intake.append(10, pieces(VIDEO.subarray(10))))).toBe("SESSION_IMMUTABLE");
  const again = await (
    await workbench(bench.memory).open()
  ).adopt(ID, {
    ...{ choice: "continue", by: "op", lost: [], setAside: [] },
  });
  expect(again.awaited).toMatchObject([{ receivedBytes: 10 }]);
});

test("a failed session receives nothing", async () => {
  const { session } = await recorded();
  await session.fail({ error_type: "session", code: "X", message: "", remedy: "", recoverable: false });
  expect(await codeOf(session.receive("phone_1", "r1-rgb"))).toBe("SESSION_INVALID_STATE");
  await session.reset({ by: "op" });
  expect(session.state).toBe("idle");
});

test("a registration that the disk refused is made up for when the device asks again", async () => {
  const bench = workbench();
  let isFull = false;
  const failing = atOperation("write", 1, { kind: "fail", errno: "ENOSPC" });
  const files = faulty(bench.memory, (call) => (isFull && call.path.includes("_log.json") ? failing(call) : undefined));
  const { session } = await recorded(bench, files);
  isFull = true;
  expect(await codeOf(send(session))).toBe("STORAGE_FULL");
  isFull = false;
  expect([await session.receive("phone_1", "r1-rgb"), session.awaited]).toEqual([undefined, []]);
});
