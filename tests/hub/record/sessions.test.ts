import { atOperation, faulty, MemoryFiles, type FileFault } from "@polychron/session/store";
import { HubBench } from "../hub-bench.js";

test("two sessions record at once, each its own device, and no device is in both", async () => {
  const bench = await HubBench.open({ devices: 2 });
  const first = await bench.connect(1);
  const one = await bench.create({ name: "one" });
  const second = await bench.connect(2);
  const two = await bench.create({ name: "two" });
  expect([bench.view(one).devices, bench.view(two).devices]).toEqual([[first], [second]]);
  expect(await bench.codeOf({ kind: "add_device", session: two, device: first })).toBe("SESSION_DEVICE_BUSY");
  await bench.order({ kind: "start_recording", session: one });
  await bench.order({ kind: "start_recording", session: two });
  await bench.time.pass(2_000);
  await bench.order({ kind: "stop_recording", session: one });
  await bench.order({ kind: "stop_recording", session: two });
  for (const session of [one, two]) {
    const { streams } = bench.store.require(session).metadata.recordings[0]!;
    expect(streams).toHaveLength(1);
    expect(streams[0]!.written).toBeGreaterThan(100);
  }
});

test("of two sessions created at once one gets the free device and the other is created without it", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const [one, two] = await Promise.all([bench.create({ name: "one" }), bench.create({ name: "two" })]);
  expect([bench.view(one).devices, bench.view(two).devices]).toEqual([[device], []]);
});

test("a session is not created for a device that another one holds", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  await bench.create();
  expect(await bench.codeOf({ kind: "create_session", name: "greedy", devices: [device] })).toBe("SESSION_DEVICE_BUSY");
  expect(await bench.codeOf({ kind: "create_session", name: "absent", devices: ["shimmer_9999"] })).toBe(
    "DEVICE_NOT_FOUND",
  );
  expect(bench.snapshot.sessions).toHaveLength(1);
});

test("a device that was disconnected comes back into its session by itself, and into the newest that knows it", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const old = await bench.create({ name: "old" });
  await bench.order({ kind: "disconnect_device", device });
  expect(bench.snapshot.devices).toEqual([]);
  await bench.connect();
  await bench.time.pass(100);
  expect(bench.snapshot.devices[0]!.session).toBe(old);
  await bench.order({ kind: "disconnect_device", device });
  await bench.connect();
  await bench.order({ kind: "end_session", session: old });
  const next = await bench.create({ name: "next" });
  await bench.order({ kind: "disconnect_device", device });
  await bench.connect();
  await bench.time.pass(100);
  expect(bench.snapshot.devices[0]!.session).toBe(next);
  expect(bench.snapshot.faults).toEqual([]);
});

describe("under the policy 'single'", () => {
  test("creating a session ends the open one, says why, and takes over its device", async () => {
    const bench = await HubBench.open({ config: { createPolicy: "single" } });
    const device = await bench.connect();
    const before = await bench.create({ name: "before" });
    const after = await bench.create({ name: "after", devices: [device] });
    expect(bench.snapshot.sessions.map((session) => session.id)).toEqual([after]);
    expect(bench.view(after).devices).toEqual([device]);
    const end = (await bench.events(before)).find((event) => event.event === "session_end");
    expect(end).toMatchObject({ reason: "another session was created", by: "operator:test" });
  });

  test("a session that records is ended only when that is asked for", async () => {
    const bench = await HubBench.open({ config: { createPolicy: "single" } });
    await bench.connect();
    const before = await bench.create();
    await bench.order({ kind: "start_recording", session: before });
    await bench.time.pass(2_000);
    expect(await bench.codeOf({ kind: "create_session", name: "after" })).toBe("SESSION_INVALID_STATE");
    expect(bench.view(before).state).toBe("recording");
    const after = await bench.create({ name: "after", stop_recording: true });
    expect(bench.snapshot.sessions.map((session) => session.id)).toEqual([after]);
    const { recordings, status } = (await bench.reader(before)).metadata;
    expect([status, recordings[0]!.streams[0]!.written > 100]).toEqual(["completed", true]);
  });
});

test("while the snapshot looks on, a session that is being created gets one run and keeps its device", async () => {
  const bench = await HubBench.open();
  await bench.connect();
  const creating = bench.create();
  for (let look = 0; look < 50; look++) {
    expect(bench.snapshot.sessions.length).toBeLessThanOrEqual(1);
    await bench.time.pass(0);
  }
  const session = await creating;
  await bench.order({ kind: "start_recording", session });
  expect(bench.view(session).state).toBe("recording");
});

test.each<[string, FileFault]>([
  ["a full disk", { kind: "fail", errno: "ENOSPC" }],
  ["a broken disk", { kind: "fail", errno: "EIO" }],
])("a stop that %s refuses can be repeated, and what was recorded is whole", async (_name, fault) => {
  const memory = new MemoryFiles("/rec");
  let isFailing = false;
  const files = faulty(memory, ({ operation, path }) =>
    isFailing && operation === "write" && path.includes("_log") ? fault : undefined,
  );
  const bench = await HubBench.open({ memory, files });
  await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(3_000);
  isFailing = true;
  expect(await bench.codeOf({ kind: "stop_recording", session })).toMatch(/^STORAGE_/);
  expect(bench.view(session).state).toBe("recording");
  isFailing = false;
  expect(await bench.codeOf({ kind: "stop_recording", session })).toBe("ok");
  const { streams } = bench.store.require(session).metadata.recordings[0]!;
  expect(streams[0]!.written).toBeGreaterThan(250);
  expect([streams[0]!.expected, streams[0]!.received]).toEqual([streams[0]!.written, streams[0]!.written]);
  expect(await bench.codeOf({ kind: "end_session", session })).toBe("ok");
});

test("one stream whose file cannot be made does not keep the others from recording, and says why", async () => {
  const memory = new MemoryFiles("/rec");
  const files = faulty(memory, ({ operation, path }) =>
    operation === "create" && path.includes("00a1_gsr") ? { kind: "fail", errno: "EACCES" } : undefined,
  );
  const bench = await HubBench.open({ devices: 2, memory, files });
  const refused = await bench.connect(1);
  const fine = await bench.connect(2);
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  await bench.order({ kind: "stop_recording", session });
  const { recordings, errors } = bench.store.require(session).metadata;
  expect(recordings[0]!.streams.map((stream) => stream.device)).toEqual([fine]);
  expect(errors).toEqual([expect.objectContaining({ code: "STORAGE_NO_ACCESS", target: refused })]);
});

test("when no file can be made at all the recording is not started and the session stays usable", async () => {
  const memory = new MemoryFiles("/rec");
  const files = faulty(memory, ({ operation, path }) =>
    operation === "create" && path.includes("_gsr_") ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const bench = await HubBench.open({ memory, files });
  await bench.connect();
  const session = await bench.create();
  expect(await bench.codeOf({ kind: "start_recording", session })).toBe("RECORDING_NOT_STARTED");
  expect(bench.view(session)).toMatchObject({ state: "active", recording: null });
});

test("what the disk refuses while the hub stops is told, and everything else is closed", async () => {
  const memory = new MemoryFiles("/rec");
  let isFailing = false;
  const files = faulty(memory, (call) =>
    isFailing && call.operation === "write" ? { kind: "fail", errno: "ENOSPC" } : undefined,
  );
  const bench = await HubBench.open({ memory, files });
  await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  isFailing = true;
  await bench.during(bench.hub.stop());
  expect(bench.snapshot.faults[0]).toMatchObject({
    code: "STORAGE_FULL",
    remedy: expect.stringContaining("Free space"),
  });
});

test("a session whose creation fails half-way leaves nothing behind, and the next one is created", async () => {
  const memory = new MemoryFiles("/rec");
  const bench = await HubBench.open({
    memory,
    files: faulty(memory, atOperation("rename", 1, { kind: "fail", errno: "EIO" })),
  });
  expect(await bench.codeOf({ kind: "create_session", name: "first" })).toBe("STORAGE_WRITE_FAILED");
  await bench.create({ name: "second" });
  expect(bench.snapshot.sessions).toHaveLength(1);
});

test("of two open sessions one cannot be left properly: the other one is all the same", async () => {
  const memory = new MemoryFiles("/rec");
  let isFailing = false;
  const files = faulty(memory, ({ operation, path }) =>
    isFailing && path.includes("/one_") && operation !== "close" ? { kind: "fail", errno: "EIO" } : undefined,
  );
  const bench = await HubBench.open({ memory, files });
  const one = await bench.create({ name: "one" });
  const two = await bench.create({ name: "two" });
  for (const session of [one, two]) await bench.order({ kind: "note", session, text: "last words" });
  isFailing = true;
  await expect(bench.stop()).rejects.toMatchObject({ code: expect.stringMatching(/^STORAGE_/) });
  expect((await bench.reader(two)).metadata.notes.map((note) => note.text)).toEqual(["last words"]);
});
