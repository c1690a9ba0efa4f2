import { PhoneOnBench } from "./phone-on-bench.js";

test("a phone's recording comes in behind the stop, and the phone is told that it is safe", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.record(session, 3_000);
  await on.bench.time.pass(3_000);
  const { metadata, awaited } = on.bench.store.require(session);
  expect(awaited).toEqual([]);
  const video = metadata.files[on.device]!.find(({ file_type }) => file_type === "rgb")!;
  expect(video.complete).toBe(true);
  expect(on.heard("file_stored")).toMatchObject([{ session, recording: 1, file_id: video["file_id"] }]);
  expect(on.phone.files.size).toBe(0);
});

test("a phone that was away at the start records on itself from the moment it is back", async () => {
  const on = await PhoneOnBench.open();
  await on.bench.connect();
  const session = await on.bench.create();
  on.away();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  await on.back();
  expect(on.heard("start")).toMatchObject([{ session, recording: 1 }]);
  await on.bench.time.pass(2_000);
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.time.pass(3_000);
  const files = on.bench.store.require(session).metadata.files[on.device]!;
  expect(files.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});

test("a phone that was away at the stop brings its files when it is back", async () => {
  const on = await PhoneOnBench.open();
  await on.bench.connect();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.time.pass(1_000);
  await on.bench.order({ kind: "stop_recording", session });
  await on.back();
  await on.bench.time.pass(5_000);
  const files = on.bench.store.require(session).metadata.files[on.device]!;
  expect(files.filter((file) => file["file_id"] !== undefined && !file.complete)).toEqual([]);
  expect(files.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});

test("an end right behind a stop waits for the phone that is still closing its files", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.slowVideo(9_000);
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.order({ kind: "end_session", session });
  await on.bench.time.pass(5_000);
  const { metadata } = await on.bench.reader(session);
  expect(metadata.status).toBe("completed");
  expect(metadata.errors).toEqual([]);
  expect(metadata.files[on.device]!.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});

test("a phone that comes back when its session was closed without it is told to stop, and the operator what it holds", async () => {
  const on = await PhoneOnBench.open();
  await on.bench.connect();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.order({ kind: "stop_recording", session });
  const closed = { kind: "end_session", session, without_missing: true } as const;
  expect(await on.bench.order(closed)).toEqual({ sealed: true });
  await on.back();
  await on.bench.time.pass(3_000);
  expect(on.heard("stop")).toMatchObject([{ session, recording: 1 }]);
  expect([...on.phone.files.keys()].filter((name) => name.endsWith(".mp4"))).toHaveLength(1);
  const left = on.bench.snapshot.faults.filter(({ code }) => code === "FILES_LEFT_ON_DEVICE");
  expect(left).toMatchObject([{ device: on.device, message: expect.stringContaining("rgb.mp4") as string }]);
  on.link.cut();
  await on.bench.time.pass(3_000);
  expect(on.bench.snapshot.faults.filter(({ code }) => code === "FILES_LEFT_ON_DEVICE")).toHaveLength(1);
});

test("what a phone still holds of a sealed session comes in when the session is reopened", async () => {
  const on = await PhoneOnBench.open();
  await on.bench.connect();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.order({ kind: "end_session", session, without_missing: true });
  await on.back();
  await on.bench.order({ kind: "reopen_session", session });
  await on.bench.time.pass(5_000);
  const files = on.bench.store.require(session).metadata.files[on.device]!;
  expect(files.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});

test("under the policy of one session at a time the phone joins the next one, though the last still waits for its file", async () => {
  const on = await PhoneOnBench.open({ config: { createPolicy: "single" } });
  const first = await on.bench.create();
  on.refuseUploads = true;
  await on.record(first, 2_000);
  const second = await on.bench.create();
  expect(on.bench.view(first).state).toBe("processing");
  expect(on.bench.view(second).devices).toContain(on.device);
  await on.bench.order({ kind: "start_recording", session: second });
  expect(await on.bench.codeOf({ kind: "disconnect_device", device: on.device })).toBe("DEVICE_IN_RECORDING");
  on.refuseUploads = false;
  await on.bench.time.pass(5_000);
  expect((await on.bench.reader(first)).metadata.status).toBe("completed");
});

test.each(["end", "discard"] as const)(
  "a phone that still records for a session which a crash left open is told to stop at '%s'",
  async (choice) => {
    const on = await PhoneOnBench.open();
    const { bench } = on;
    const session = await bench.create();
    await bench.order({ kind: "start_recording", session });
    await bench.time.pass(2_000);
    on.away();
    await bench.stop();
    await bench.start();
    await on.back();
    await on.connect();
    await bench.time.pass(1_000);
    expect(on.heard("stop")).toEqual([]);
    await bench.order({ kind: "recover_session", session, choice });
    await bench.time.pass(1_000);
    expect(on.heard("stop")).toMatchObject([{ session, recording: 1 }]);
  },
);

test("a phone that never heard that its file is safe hears it from the next hub, though the session is sealed", async () => {
  const on = await PhoneOnBench.open();
  const { bench } = on;
  const session = await bench.create();
  await on.record(session, 2_000);
  on.link.deafen("file_stored", 1);
  await bench.time.pass(2_000);
  expect(await bench.order({ kind: "end_session", session })).toEqual({ sealed: true });
  expect([on.heard("file_stored"), on.phone.files.size]).toEqual([[], 1]);
  on.away();
  await bench.stop();
  await bench.start();
  await on.back();
  await on.connect();
  await bench.time.pass(1_000);
  expect(on.heard("file_stored")).toMatchObject([{ session, recording: 1 }]);
  expect(on.phone.files.size).toBe(0);
});

test("what a phone holds of another hub's session is left alone", async () => {
  const on = await PhoneOnBench.open();
  const { bench } = on;
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  on.away();
  await bench.stop();
  await bench.memory.remove(`/rec/${session}`);
  await bench.start();
  await on.back();
  await on.connect();
  await bench.time.pass(2_000);
  expect(on.heard("stop")).toEqual([]);
  expect(bench.snapshot.faults).toEqual([]);
});

test("a phone that was disconnected and connected again between two recordings is asked once for each", async () => {
  const on = await PhoneOnBench.open();
  const { bench } = on;
  const session = await bench.create();
  await on.record(session, 2_000);
  await bench.time.pass(3_000);
  await bench.order({ kind: "disconnect_device", device: on.device });
  await on.connect();
  await on.record(session, 2_000);
  await bench.time.pass(3_000);
  const numbers = (name: string): unknown[] => on.heard(name).map(({ recording }) => recording);
  expect([numbers("start"), numbers("stop")]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test("a phone that is back while the stop still waits for files is told the instant of the stop", async () => {
  const on = await PhoneOnBench.open();
  const { bench } = on;
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  on.slowVideo(4_000);
  const stopped = bench.order({ kind: "stop_recording", session });
  await bench.time.pass(500);
  on.away();
  on.link.open();
  await stopped;
  await bench.time.pass(5_000);
  const [first, second] = on.heard("stop");
  expect(second!["stop_device_s"]).toBeCloseTo(Number(first!["stop_device_s"]), 3);
});

test("a hub that is told to stop does not wait for a phone that takes long, and its recording has its end", async () => {
  const on = await PhoneOnBench.open();
  const { bench } = on;
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  on.slowVideo(20_000);
  const beginUs = bench.time.nowUs();
  await bench.during(bench.hub.stop());
  expect(bench.time.nowUs() - beginUs).toBeLessThan(2e6);
  const { state, metadata } = bench.store.require(session);
  expect([state, metadata.recordings[0]!.stop_t_s]).toEqual(["active", expect.any(Number)]);
});

test.each([
  ["does not answer", "PHONE_NO_ANSWER", (on: PhoneOnBench) => on.link.deafen("disarm", 1)],
  ["goes away", "PHONE_AWAY", (on: PhoneOnBench) => on.bench.time.after(1, () => on.link.cut())],
])("a phone that %s when it is told new settings streams on with the old ones", async (_name, code, befall) => {
  const on = await PhoneOnBench.open();
  befall(on);
  const settings = { leaveOut: ["gsr"] };
  expect(await on.bench.codeOf({ kind: "configure_device", device: on.device, settings })).toBe(code);
  await on.bench.time.pass(1_000);
  const received = (): number => on.bench.snapshot.devices[0]!.streams[0]!.received;
  const before = received();
  await on.bench.time.pass(2_000);
  expect(on.bench.snapshot.devices[0]).toMatchObject({ phase: "armed", settings: { leaveOut: [] } });
  expect(received()).toBeGreaterThan(before + 100);
});
