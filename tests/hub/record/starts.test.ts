import { parseFault, parsePhoneFault } from "@polychron/devices";
import type { DeviceStartView } from "@polychron/protocol";
import { applyEvent, type DeviceCoordination, type RecordingEntry } from "@polychron/session/format";
import type { SessionEvent } from "@polychron/session/model";
import { checkSession } from "@polychron/session/store";
import { HubBench } from "../hub-bench.js";
import { PhoneOnBench } from "./phone-on-bench.js";

const recordingOf = (bench: HubBench, session: string): RecordingEntry =>
  bench.store.require(session).metadata.recordings[0]!;
const kept = (bench: HubBench, session: string, device: string): DeviceCoordination =>
  recordingOf(bench, session).coordination!.find((entry) => entry.device === device)!;
const startOf = (bench: HubBench, session: string, device: string): DeviceStartView =>
  bench.view(session).recording!.starts.find((start) => start.device === device)!;
const acks = async (bench: HubBench, session: string): Promise<SessionEvent[]> =>
  (await bench.events(session)).filter(
    ({ event, coordination }) => event === "device_ack" && coordination !== undefined,
  );

/** Two Shimmers, one of them with a clock that runs off, in a session. */
async function twoShimmers(): Promise<{ bench: HubBench; session: string; devices: readonly [string, string] }> {
  const bench = await HubBench.open({ devices: 2 });
  const devices = [await bench.connect(1), await bench.connect(2)] as const;
  return { bench, devices, session: await bench.create() };
}

test("devices that stream begin together: on time, with their skew, said once in the log and kept in the metadata", async () => {
  const { bench, session, devices } = await twoShimmers();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(3_000);
  expect(bench.view(session).recording!.starts).toMatchObject(
    devices.map((device) => ({ device, status: "on_time", reason: null, silent: [], own: null, rejoined: 0 })),
  );
  await bench.order({ kind: "stop_recording", session });
  const called = await acks(bench, session);
  expect(called).toMatchObject([{ ack: "all_started", recording: 1, coordination: [{}, {}] }]);
  expect(called[0]!["skew_s"]).toBeLessThan(0.005);
  for (const device of devices) {
    const { start, stop } = kept(bench, session, device);
    expect([start.status, stop!.status]).toEqual(["on_time", "on_time"]);
    expect(Math.max(start.skew_s!, stop!.skew_s!)).toBeLessThan(0.005);
  }
});

test("start and stop are scheduled ahead, and the metadata say how far and why", async () => {
  const { bench, session } = await twoShimmers();
  const beforeUs = bench.time.nowUs();
  const { start_us: startUs } = await bench.order({ kind: "start_recording", session });
  expect(Number(startUs) - beforeUs).toBeGreaterThanOrEqual(500_000);
  await bench.time.pass(2_000);
  const stoppedUs = bench.time.nowUs();
  await bench.order({ kind: "stop_recording", session });
  const plan = { lead_ms: 500, because: "setting", slowest: null };
  const { start_plan, stop_plan, stop_t_s: stopS } = recordingOf(bench, session);
  expect([start_plan, stop_plan]).toEqual([plan, plan]);
  const { epoch } = bench.store.require(session);
  expect(stopS! * 1e6 + epoch.monotonic_zero_us).toBeCloseTo(stoppedUs + 500_000, -1);
  const started = (await bench.events(session)).find(({ event }) => event === "start_record")!;
  expect(started["entry"]).toMatchObject({ start_plan: plan });
});

test("a device that is away at the start is said to be missing at once, and to have joined late when it is back", async () => {
  const { bench, session, devices } = await twoShimmers();
  bench.pipes[1]!.order(parseFault("close@0:3"));
  await bench.time.pass(200);
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(600);
  expect(startOf(bench, session, devices[1])).toMatchObject({ status: "never", reason: "gone" });
  await bench.time.pass(8_000);
  expect(startOf(bench, session, devices[1])).toMatchObject({ status: "late", reason: null });
  expect(startOf(bench, session, devices[1]).joined_late_s).toBeGreaterThan(1);
  await bench.order({ kind: "stop_recording", session });
  const entry = kept(bench, session, devices[1]);
  expect(entry).toMatchObject({ start: { status: "late" }, rejoined: [] });
  expect(entry.start.skew_s).toBeGreaterThan(1);
  expect(entry.joined_late_t_s).toBeGreaterThan(recordingOf(bench, session).start_t_s);
  expect((await acks(bench, session)).map(({ ack }) => ack)).toEqual(["all_started", "joined_late"]);
});

test("a device that never comes is told apart from one that comes late, in metadata and log", async () => {
  const { bench, session, devices } = await twoShimmers();
  bench.pipes[1]!.order(parseFault("close@0:600"));
  await bench.time.pass(200);
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(8_000);
  await bench.order({ kind: "stop_recording", session });
  expect(kept(bench, session, devices[1])).toMatchObject({
    start: { status: "never", reason: "gone", skew_s: null, first_t_s: null },
    stop: { status: "never", reason: "gone", last_t_s: null },
    joined_late_t_s: null,
  });
  expect(kept(bench, session, devices[0]).start.status).toBe("on_time");
  expect((await acks(bench, session)).map(({ ack }) => ack)).toEqual(["all_started"]);
});

test("a device that is lost in mid-recording and comes back joined again, with both times", async () => {
  const { bench, session, devices } = await twoShimmers();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  bench.pipes[0]!.order(parseFault("close@0:2"));
  await bench.time.pass(8_000);
  expect(startOf(bench, session, devices[0])).toMatchObject({ status: "on_time", rejoined: 1, joined_late_s: null });
  await bench.order({ kind: "stop_recording", session });
  const { rejoined, start, stop } = kept(bench, session, devices[0]);
  expect([start.status, stop!.status, rejoined]).toEqual(["on_time", "on_time", [expect.anything()]]);
  expect(rejoined[0]!.back_t_s - rejoined[0]!.lost_t_s!).toBeGreaterThan(0.5);
  expect((await acks(bench, session)).map(({ ack }) => ack)).toEqual(["all_started", "rejoined"]);
});

test("a device that is lost before the stop never reached it, and its last sample is told", async () => {
  const { bench, session, devices } = await twoShimmers();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  bench.pipes[0]!.order(parseFault("close@0:600"));
  await bench.time.pass(6_000);
  await bench.order({ kind: "stop_recording", session });
  const { stop } = kept(bench, session, devices[0]);
  expect(stop).toMatchObject({ status: "never", reason: "gone" });
  expect(recordingOf(bench, session).stop_t_s! - stop!.last_t_s!).toBeGreaterThan(4);
});

test("a device that is added in mid-recording joined late", async () => {
  const bench = await HubBench.open({ devices: 2 });
  await bench.connect(1);
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  const late = await bench.connect(2);
  await bench.order({ kind: "add_device", session, device: late });
  await bench.time.pass(2_000);
  await bench.order({ kind: "stop_recording", session });
  const { start, stop, joined_late_t_s: joinedS } = kept(bench, session, late);
  expect([start.status, stop!.status]).toEqual(["late", "on_time"]);
  expect(joinedS! - recordingOf(bench, session).start_t_s).toBeGreaterThan(1);
});

test("a stop before the start takes place at once", async () => {
  const { bench, session } = await twoShimmers();
  await Promise.all([
    bench.send({ kind: "start_recording", session }),
    bench.time.pass(0).then(() => bench.send({ kind: "stop_recording", session })),
  ]);
  expect(recordingOf(bench, session).stop_plan).toMatchObject({ lead_ms: 0 });
  expect(recordingOf(bench, session).stop_t_s).toBeLessThan(recordingOf(bench, session).start_t_s);
});

describe("a phone", () => {
  test("answers for its own recording, on the hub's clock", async () => {
    const on = await PhoneOnBench.open();
    const session = await on.bench.create();
    await on.record(session, 3_000);
    const { start, stop, retried_t_s: retried } = kept(on.bench, session, on.device);
    const { start_t_s: startS, stop_t_s: stopS } = recordingOf(on.bench, session);
    expect(start).toMatchObject({ status: "on_time", own: { status: "on_time", code: null } });
    expect(start.own!.first_t_s).toBeGreaterThanOrEqual(startS);
    expect(start.own!.skew_s).toBeLessThan(0.005);
    expect([stop!.status, retried]).toEqual(["on_time", []]);
    expect(stop!.answered_t_s).toBeGreaterThan(stopS!);
  });

  test("that is slow to hear gets more time ahead of the start", async () => {
    const on = await PhoneOnBench.open();
    on.link.latencyMs = 400;
    for (let probe = 0; probe < 3; probe++) {
      on.link.probe();
      await on.bench.time.pass(1_000);
    }
    const session = await on.bench.create();
    await on.record(session, 3_000);
    const { start_plan: plan } = recordingOf(on.bench, session);
    expect(plan).toMatchObject({ because: "device", slowest: { device: on.device } });
    expect(plan!.lead_ms).toBeGreaterThan(1_000);
    expect(kept(on.bench, session, on.device).start.own!.status).toBe("on_time");
  });

  test("that refuses to record is said to, though its samples come in", async () => {
    const on = await PhoneOnBench.open();
    const session = await on.bench.create();
    on.brain.order(parsePhoneFault("full-storage@0"));
    await on.bench.time.pass(200);
    await on.record(session, 3_000);
    const { start } = kept(on.bench, session, on.device);
    expect(start).toMatchObject({ status: "on_time", own: { status: "never", code: "PHONE_REFUSED" } });
  });

  test("that was away at the start is told again when it is back, and both are kept", async () => {
    const on = await PhoneOnBench.open();
    const session = await on.bench.create();
    on.link.deafen("start", 1);
    await on.bench.order({ kind: "start_recording", session });
    await on.bench.time.pass(700);
    on.away();
    await on.bench.time.pass(500);
    await on.back();
    await on.bench.time.pass(2_000);
    await on.bench.order({ kind: "stop_recording", session });
    const entry = kept(on.bench, session, on.device);
    expect(entry.retried_t_s).toHaveLength(1);
    expect(entry.rejoined).toHaveLength(1);
    expect(entry.start.own!.first_t_s).not.toBeNull();
  });

  test("that closes its files behind the stop's end stopped late, also in metadata made from the log alone", async () => {
    const on = await PhoneOnBench.open();
    const { bench } = on;
    const session = await bench.create();
    await bench.order({ kind: "start_recording", session });
    await bench.time.pass(2_000);
    on.slowVideo(9_000);
    await bench.order({ kind: "stop_recording", session });
    expect(kept(bench, session, on.device).stop).toMatchObject({ status: "never", reason: "no_answer" });
    await bench.time.pass(10_000);
    const late = kept(bench, session, on.device);
    expect(late.stop).toMatchObject({ status: "late", reason: null });
    const { metadata } = bench.store.require(session);
    const blank = { ...metadata, recordings: [] };
    const rebuilt = (await bench.events(session)).reduce(applyEvent, blank);
    expect(rebuilt.recordings).toEqual(metadata.recordings);
    await bench.order({ kind: "end_session", session });
    await bench.time.pass(3_000);
    const report = await checkSession({ files: bench.memory, recordingsFolder: "/rec", sessionId: session });
    expect(report.findings).toEqual([]);
  });
});

test("after a crash in mid-recording the repaired session still says how its devices began", async () => {
  const { bench, session, devices } = await twoShimmers();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(3_000);
  const next = await bench.killed();
  await next.time.pass(2_000);
  await next.order({ kind: "recover_session", session, choice: "end" });
  const { metadata } = await next.reader(session);
  expect(metadata.recordings[0]).toMatchObject({
    start_plan: { because: "setting" },
    coordination: devices.map((device) => ({ device, start: { status: "on_time" }, stop: null })),
  });
  const report = await checkSession({ files: next.memory, recordingsFolder: "/rec", sessionId: session });
  expect(report.findings).toEqual([]);
});
