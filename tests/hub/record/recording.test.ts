import { parseFault } from "@polychron/devices";
import { HubBench } from "../hub-bench.js";

/** Every sample of the only stream of a device, by its own number. */
async function numbersOf(bench: HubBench, session: string, device: string): Promise<number[]> {
  const reader = await bench.reader(session);
  const numbers: number[] = [];
  for (const stream of (await reader.streams()).filter((each) => each.deviceId === device))
    for await (const block of reader.blocks(stream)) numbers.push(...block.seq);
  return numbers;
}

test("what two Shimmers send between start and stop is on the disk, counted and without a hole", async () => {
  const bench = await HubBench.open({ devices: 2 });
  const devices = [await bench.connect(1), await bench.connect(2)];
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(3_500);
  await bench.order({ kind: "stop_recording", session });
  const { recordings } = bench.store.require(session).metadata;
  for (const device of devices) {
    const counts = recordings[0]!.streams.find((stream) => stream.device === device)!;
    expect(counts.expected).toBeGreaterThan(370);
    expect([counts.received, counts.written]).toEqual([counts.expected, counts.expected]);
    const numbers = await numbersOf(bench, session, device);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    expect(numbers).toHaveLength(counts.written);
  }
});

test("without a device that streams nothing is started", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  expect(await bench.codeOf({ kind: "start_recording", session })).toBe("PREFLIGHT_NO_DEVICE");
  expect(bench.view(session)).toMatchObject({ state: "active", recordings: 0 });
});

test("of two starts and of two stops at once one wins", async () => {
  const bench = await HubBench.open();
  await bench.connect();
  const session = await bench.create();
  const codes = async (kind: "start_recording" | "stop_recording"): Promise<string[]> =>
    (await Promise.all([bench.codeOf({ kind, session }), bench.codeOf({ kind, session })])).sort();
  expect(await codes("start_recording")).toEqual(["SESSION_INVALID_STATE", "ok"]);
  expect(await codes("stop_recording")).toEqual(["SESSION_INVALID_STATE", "ok"]);
  expect(await bench.codeOf({ kind: "stop_recording", session })).toBe("SESSION_INVALID_STATE");
  expect(bench.view(session)).toMatchObject({ state: "active", recordings: 1, recording: null });
});

test("a stop right behind the start leaves a whole recording", async () => {
  const bench = await HubBench.open({ devices: 2 });
  await bench.connect(1);
  await bench.connect(2);
  const session = await bench.create();
  const answers = await Promise.all([
    bench.send({ kind: "start_recording", session }),
    bench.time.pass(0).then(() => bench.send({ kind: "stop_recording", session })),
  ]);
  expect(answers.map((answer) => answer.ok)).toEqual([true, true]);
  expect(bench.store.require(session).metadata.recordings[0]).toMatchObject({
    streams: [{ written: 0 }, { written: 0 }],
  });
});

test("a device that joins in mid-recording is recorded from then on and belongs to the recording", async () => {
  const bench = await HubBench.open({ devices: 2 });
  const first = await bench.connect(1);
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  const second = await bench.connect(2);
  await bench.order({ kind: "add_device", session, device: second });
  await bench.time.pass(2_000);
  await bench.order({ kind: "stop_recording", session });
  const recording = bench.store.require(session).metadata.recordings[0]!;
  expect(recording.devices).toEqual([first, second]);
  const counts = recording.streams.find((stream) => stream.device === second)!;
  expect(counts.written).toBeGreaterThan(200);
  expect([counts.expected, counts.received]).toEqual([counts.written, counts.written]);
});

test("a device lost and back in mid-recording goes on in the same file, and the hole is logged as long as it is", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  bench.pipes[0]!.order(parseFault("close@0:2"));
  await bench.time.pass(8_000);
  await bench.order({ kind: "stop_recording", session });
  const events = await bench.events(session);
  expect(events.map((event) => event.event)).toEqual(
    expect.arrayContaining(["device_lost", "gap", "device_reconnected"]),
  );
  const missing = events
    .filter((event) => event.event === "gap")
    .reduce((sum, event) => sum + Number(event["samples"]), 0);
  const counts = bench.store.require(session).metadata.recordings[0]!.streams[0]!;
  expect(missing).toBeGreaterThan(200);
  expect(counts.expected - counts.written).toBe(missing);
  const numbers = await numbersOf(bench, session, device);
  expect(numbers.at(-1)! - numbers[0]! + 1 - numbers.length).toBe(missing);
});

test("a device that was lost at the start is recorded from the moment it is back", async () => {
  const bench = await HubBench.open({ devices: 2 });
  await bench.connect(1);
  const late = await bench.connect(2);
  const session = await bench.create();
  bench.pipes[1]!.order(parseFault("close@0:2"));
  await bench.time.pass(200);
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(8_000);
  await bench.order({ kind: "stop_recording", session });
  const recording = bench.store.require(session).metadata.recordings[0]!;
  expect(recording.devices).toContain(late);
  expect(recording.streams.find((stream) => stream.device === late)!.written).toBeGreaterThan(300);
});

test("settings changed after a device joined are those that the session's metadata keep", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "configure_device", device, settings: { rateHz: 64 } });
  await bench.time.pass(100);
  expect(bench.store.require(session).metadata.devices[device]).toMatchObject({
    status: "armed",
    settings: { rateHz: 64 },
  });
  expect((await bench.events(session)).map((event) => event.event)).not.toContain("device_reconnected");
});

test("a device that is being recorded is neither configured nor disconnected", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  expect(await bench.codeOf({ kind: "disconnect_device", device })).toBe("DEVICE_IN_RECORDING");
  expect(await bench.codeOf({ kind: "configure_device", device, settings: {} })).toBe("DEVICE_IN_RECORDING");
});
