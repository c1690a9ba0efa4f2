import { createHash } from "node:crypto";
import { isSealIntact, SESSION_FOLDERS, sessionMetadata, type SessionMetadata } from "@polychron/session/format";
import { errorReport, type SessionEvent } from "@polychron/session/model";
import { listTree, readEvents, readWhole, sha256, type FileSystem, type OpenSession } from "@polychron/session/store";
import { gsrBlock, GSR, NEW_STREAM, SHIMMER, textOf, workbench } from "./store-bench.js";

const ID = "session_20250731_143022";

async function metadataOnDisk(files: FileSystem, id = ID): Promise<SessionMetadata> {
  return sessionMetadata.parse(JSON.parse(textOf(await readWhole(files, `/rec/${id}/session_metadata.json`))));
}

async function logOf(files: FileSystem, id = ID): Promise<SessionEvent[]> {
  const events = [];
  for await (const event of readEvents(files, { folder: `/rec/${id}`, sessionId: id })) events.push(event);
  return events;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no error",
    (error: unknown) => errorReport(error).code,
  );
}

async function record(session: OpenSession, atUs: number, samples: number): Promise<void> {
  if (session.metadata.devices["shimmer_3a5f"] === undefined) await session.addDevice("shimmer_3a5f", SHIMMER);
  await session.startRecording({ atUs, devices: ["shimmer_3a5f"] });
  const stream = await session.openStream(NEW_STREAM);
  const clock = await session.openClockFile("shimmer_3a5f");
  for (let seq = 0; seq < samples; seq += 32) stream.append(gsrBlock(seq, 32, atUs + (seq * 1e6) / 128));
  clock.append(0, atUs);
  await session.stopRecording({ atUs: atUs + (samples * 1e6) / 128, streams: [] });
}

test("a session from create to seal leaves the tree, the log and the metadata of the format", async () => {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create({ operator: "op", participants: [{ code: "P01" }], notes: "calm" });
  await record(session, bench.clock.us + 1_000_000, 128);
  await session.marker({ label: "stimulus", atUs: bench.clock.us + 500_000, by: "op" });
  bench.clock.advance(3_000_000);
  await session.end({ reason: "operator", by: "op" });

  const metadata = await metadataOnDisk(bench.memory);
  const files = metadata.files["shimmer_3a5f"]!;
  expect(metadata).toMatchObject({
    session_id: ID,
    status: "completed",
    operator: "op",
    duration: 3,
    start_time: "2025-07-31T14:30:22.123456+02:00",
  });
  expect(files.map((file) => [file.file_path, file.samples, file.complete])).toEqual([
    ["devices/shimmer_3a5f/sensor_data/shimmer_3a5f_gsr_20250731_143023.csv", 128, true],
    ["devices/shimmer_3a5f/sensor_data/shimmer_3a5f_clock_20250731_143023.csv", 1, true],
  ]);
  for (const file of files) {
    const bytes = await readWhole(bench.memory, `/rec/${ID}/${file.file_path}`);
    expect([bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual([file.file_size, file.sha256]);
  }
  expect(metadata.recordings[0]).toMatchObject({
    number: 1,
    stop_t_s: 2,
    streams: [{ received: 128, written: 128, expected: 128 }],
  });
  expect(isSealIntact(metadata, sha256)).toBe(true);

  const log = await logOf(bench.memory);
  expect(log.map((event) => event.seq)).toEqual(log.map((_, index) => index + 1));
  expect(log.at(-1)).toMatchObject({ event: "finalized" });
  expect(log.filter((event) => event.event === "state_changed").map((event) => event["to"])).toEqual([
    "active",
    "recording",
    "active",
    "processing",
    "completed",
  ]);
  const document = JSON.parse(textOf(await readWhole(bench.memory, `/rec/${ID}/${ID}_log.json`))) as Record<
    string,
    unknown
  >;
  expect(document).toMatchObject({ session: ID, status: "completed", duration: 3, end_time: metadata.end_time });
  expect(store.openSessions()).toEqual([]);
  expect(bench.faults).toEqual([]);
});

test("a session that was created is on the disk with its whole tree, whatever happens next", async () => {
  const bench = workbench();
  const { id } = await (await bench.open()).create();
  const disk = bench.memory.afterPowerCut();
  const folders = (await listTree(disk, `/rec/${id}`)).filter(({ kind }) => kind === "folder").map(({ path }) => path);
  expect(folders).toEqual(expect.arrayContaining([...SESSION_FOLDERS]));
  expect((await logOf(disk)).map(({ event }) => event)).toEqual(["session_start", "state_changed"]);
});

test("what is sealed takes no command, and an unknown id has no session", async () => {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create();
  await session.end({ reason: "operator", by: "op" });
  const refused = [
    session.note({ text: "late", by: "op" }),
    session.append({ event: "warning" }),
    session.startRecording({ atUs: 0, devices: [] }),
    session.end({ reason: "again", by: "op" }),
  ];
  expect(await Promise.all(refused.map(codeOf))).toEqual(Array(4).fill("SESSION_IMMUTABLE"));
  expect(store.find(ID)).toBeUndefined();
  expect(() => store.require(ID)).toThrow(expect.objectContaining({ code: "SESSION_IMMUTABLE" }));
  expect(() => store.require("session_20000101_000000")).toThrow(
    expect.objectContaining({ code: "SESSION_NOT_FOUND" }),
  );
});

test("of two commands that collide one wins and the other is told why", async () => {
  const bench = workbench();
  const session = await (await bench.open()).create();
  await session.addDevice("shimmer_3a5f", SHIMMER);
  const start = { atUs: bench.clock.us, devices: ["shimmer_3a5f"] };
  const codes = await Promise.all(
    [session.startRecording(start), session.startRecording(start), session.end({ reason: "x", by: "op" })].map(codeOf),
  );
  expect(codes).toEqual(["no error", "SESSION_INVALID_STATE", "SESSION_INVALID_STATE"]);
  expect(session.state).toBe("recording");
  expect(await codeOf(session.end({ reason: "x", by: "op" }))).toBe("SESSION_INVALID_STATE");
});

test("sessions created in the same second get different ids, also when only the letter case differs", async () => {
  const bench = workbench();
  const store = await bench.open();
  const ids = (await Promise.all([store.create(), store.create(), store.create({ name: "SESSION" })])).map(
    (session) => session.id,
  );
  expect(ids).toEqual([ID, "session_20250731_143023", "SESSION_20250731_143024"]);
  expect((await logOf(bench.memory, ids[1]!)).map((event) => event.session)).toEqual([ids[1], ids[1]]);
  expect((await metadataOnDisk(bench.memory, ids[1]!)).start_time).toBe("2025-07-31T14:30:22.123456+02:00");
});

test("a device belongs to one open session at most, and is free when that one ends", async () => {
  const bench = workbench();
  const store = await bench.open();
  const [first, second] = [await store.create(), await store.create()];
  await first.addDevice("shimmer_3a5f", SHIMMER);
  expect(await codeOf(second.addDevice("shimmer_3a5f", SHIMMER))).toBe("SESSION_DEVICE_BUSY");
  await first.end({ reason: "operator", by: "op" });
  expect(await codeOf(second.addDevice("shimmer_3a5f", SHIMMER))).toBe("no error");
});

test("the policy 'single' ends the open session with a reason, and refuses while one records unless told to stop it", async () => {
  const bench = workbench();
  const store = await bench.open(bench.memory, { createPolicy: "single" });
  const first = await store.create();
  await first.addDevice("shimmer_3a5f", SHIMMER);
  await first.startRecording({ atUs: bench.clock.us, devices: ["shimmer_3a5f"] });
  (await first.openStream(NEW_STREAM)).append(gsrBlock(0, 10, bench.clock.us));
  expect(await codeOf(store.create())).toBe("SESSION_INVALID_STATE");
  expect(await codeOf(store.create({ name: "x".repeat(201), stopRecording: true }))).toBe("SESSION_NAME_INVALID");
  expect(first.state).toBe("recording");
  const second = await store.create({ stopRecording: true, by: "op" });
  expect(store.openSessions()).toEqual([second]);
  expect(await metadataOnDisk(bench.memory)).toMatchObject({
    status: "completed",
    recordings: [{ streams: [{ written: 10 }] }],
  });
  expect((await logOf(bench.memory)).find((event) => event.event === "session_end")).toMatchObject({
    reason: "another session was created",
    by: "op",
  });
});

test("a reopened session goes on in a new log part and a new epoch, and nothing sealed is touched", async () => {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create();
  await record(session, bench.clock.us, 64);
  await session.end({ reason: "operator", by: "op" });
  const before = await metadataOnDisk(bench.memory);
  const sealed = textOf(await readWhole(bench.memory, `/rec/${ID}/${ID}_log.json`));
  bench.clock.advance(10_000_000);
  const again = await store.reopen(ID, { by: "op" });
  await record(again, bench.clock.us, 64);
  await again.end({ reason: "operator", by: "op" });
  const after = await metadataOnDisk(bench.memory);
  expect(textOf(await readWhole(bench.memory, `/rec/${ID}/${ID}_log.json`))).toBe(sealed);
  expect(after.files["shimmer_3a5f"]!.slice(0, 2)).toEqual(before.files["shimmer_3a5f"]);
  expect(after.recordings.map((recording) => recording.stamp)).toEqual(["20250731_143022", "20250731_143032"]);
  expect(after.clock.epochs).toHaveLength(2);
  expect(after["earlier_seals"]).toEqual([before.seal]);
  expect(isSealIntact(after, sha256)).toBe(true);
  const seqs = (await logOf(bench.memory)).map((event) => event.seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

test("an interrupted session is taken up again with its log's chain, in an epoch with a bound after a restart of the PC", async () => {
  const bench = workbench();
  const session = await (await bench.open()).create();
  await session.addDevice("shimmer_3a5f", SHIMMER);
  const killed = workbench(bench.memory.afterKill());
  killed.clock.advance(60_000_000);
  killed.clock.us = 77;
  killed.clock.bootId = "boot-2";
  const store = await killed.open();
  const again = await store.adopt(ID, { choice: "continue", by: "op", lost: [], setAside: [] });
  expect(again.state).toBe("active");
  const note = await again.note({ text: "back", by: "op" });
  expect(note.t_s).toBeCloseTo(60, 6);
  expect(again.epoch.bound_s).toBeGreaterThan(0);
  await again.end({ reason: "operator", by: "op" });
  const log = await logOf(killed.memory);
  expect(log.slice(1).every((event, index) => event.prev === sha256(JSON.stringify(log[index])))).toBe(true);
  expect((await metadataOnDisk(killed.memory)).recoveries).toMatchObject([
    { found_state: "active", choice: "continue" },
  ]);
});

test("an interrupted session that is to end waits in processing until its end is ordered, and is sealed then", async () => {
  const bench = workbench();
  await (await bench.open()).create();
  const store = await workbench(bench.memory.afterKill()).open();
  await expect(
    store.adopt("session_20000101_000000", { choice: "end", by: "op", lost: [], setAside: [] }),
  ).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
  const ended = await store.adopt(ID, { choice: "end", by: "op", lost: [], setAside: [] });
  expect([ended.state, store.openSessions().length]).toEqual(["processing", 1]);
  expect(await ended.end({ reason: "interrupted", by: "op" })).toEqual({ sealed: true });
  expect([ended.state, store.openSessions().length]).toEqual(["completed", 0]);
  await expect(store.adopt(ID, { choice: "end", by: "op", lost: [], setAside: [] })).rejects.toMatchObject({
    code: "SESSION_INVALID_STATE",
  });
});

test("extensions keep every value through rewrites, numbers beyond a double as their text", async () => {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create({ extensions: { study: { arm: "B", visit: 3, ratio: 0.1 } } });
  await session.end({ reason: "operator", by: "op" });
  const path = `/rec/${ID}/session_metadata.json`;
  const text = textOf(await readWhole(bench.memory, path)).replace('"visit": 3', '"visit": 12345678901234567890');
  const file = await bench.memory.open(path, "update");
  await file.truncate(0);
  await file.write(new TextEncoder().encode(text), 0);
  await file.close();
  const entry = { enabled: true, available: true, success: true, items: [] };
  await store.changeProcessing(ID, "quality", () => entry);
  const after = await metadataOnDisk(bench.memory);
  expect(after.extensions).toEqual({ study: { arm: "B", visit: "12345678901234567890", ratio: 0.1 } });
  expect(after.post_processing).toEqual({ quality: entry });
});

test("metadata follow the log within a second, and at once when the state changes", async () => {
  const bench = workbench();
  const session = await (await bench.open()).create();
  await session.note({ text: "calm", by: "op" });
  expect((await metadataOnDisk(bench.memory)).notes).toEqual([]);
  bench.timers.advance(1_000);
  await session.append({ event: "warning" });
  expect((await metadataOnDisk(bench.memory)).notes).toMatchObject([{ text: "calm" }]);
});

test("nothing is replaced any more once another hub has taken the folder", async () => {
  const bench = workbench();
  let isMine = true;
  const fence = async (): Promise<void> => {
    if (!isMine) throw new Error("taken");
  };
  const session = await (await bench.open(bench.memory, { lock: { fence } })).create();
  isMine = false;
  await session.note({ text: "calm", by: "op" });
  bench.timers.advance(1_000);
  await session.append({ event: "warning" });
  expect((await metadataOnDisk(bench.memory)).notes).toEqual([]);
});

test("a device that comes back within a recording goes on in the next part of its file", async () => {
  const bench = workbench();
  const session = await (await bench.open()).create();
  await session.addDevice("shimmer_3a5f", SHIMMER);
  await session.startRecording({ atUs: bench.clock.us, devices: ["shimmer_3a5f"] });
  (await session.openStream(NEW_STREAM)).append(gsrBlock(0, 5, bench.clock.us));
  (await session.openStream({ ...NEW_STREAM, info: GSR })).append(gsrBlock(5, 6, bench.clock.us));
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
  expect(
    session.metadata.files["shimmer_3a5f"]!.map((file) => [file.file_path.split("/").at(-1), file.samples]),
  ).toEqual([
    ["shimmer_3a5f_gsr_20250731_143022.csv", 5],
    ["shimmer_3a5f_gsr_20250731_143022_part2.csv", 6],
  ]);
});
