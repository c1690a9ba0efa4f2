import type { DeviceView, HubSnapshot } from "@polychron/protocol";
import { LiveScores } from "../../../apps/hub/src/record/live-scores.js";
import { HubBench } from "../hub-bench.js";

test("scores of a recording appear within ten seconds and go when it stops", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(3_000);
  expect(bench.view(session).scores).toBeUndefined();
  await bench.time.pass(17_000);
  expect(bench.view(session).scores).toMatchObject({ data: 1, coordination: 1 });
  expect(bench.snapshot.devices.find(({ id }) => id === device)!.scores).toMatchObject({ data: 1 });
  await bench.order({ kind: "stop_recording", session });
  expect(bench.view(session).scores).toBeUndefined();
  await bench.stop();
});

/** What matters to scores of a hub that records two devices. */
function snapshot(atS: number, lost: number, bound99: number): HubSnapshot {
  const device = (id: string, bound99_ms: number): Partial<DeviceView> => ({
    ...{ id, session: "s", phase: "armed", streams: [] },
    clock: { method: "two_way", bound99_ms, relative_ms: null, bursts: atS, outside: 0 } as DeviceView["clock"],
  });
  const stream = (name: string, missing: number) => {
    const expected = atS * 100;
    return { device: name, stream: "imu", expected, received: expected - missing, written: expected - missing };
  };
  const starts = [
    { device: "a", status: "on_time", skew_ms: 0, own: null },
    { device: "b", status: "never", skew_ms: null, own: null },
  ];
  const recording = { number: 1, streams: [stream("a", 0), stream("b", lost)], starts };
  return {
    hub: { now_us: atS * 1e6 },
    devices: [device("a", 0.4), device("b", bound99)],
    sessions: [{ id: "s", recording }],
  } as unknown as HubSnapshot;
}

test("a session has the lowest score of its devices, each by the bound, the losses and the start of that device", () => {
  const scores = new LiveScores();
  scores.look(snapshot(0, 0, 10));
  scores.look(snapshot(20, 500, 10));
  const { devices, sessions } = scores.mark(snapshot(20, 500, 10));
  expect(devices[0]!.scores).toEqual({ data: 1, synchronization: 1, coordination: 1 });
  expect(devices[1]!.scores).toEqual({ data: 0.75, synchronization: 0.5, coordination: 0.5 });
  expect(sessions[0]!.scores).toEqual(devices[1]!.scores);
});

test("what was lost more than a minute ago no longer counts", () => {
  const scores = new LiveScores();
  for (let atS = 0; atS <= 100; atS += 5) scores.look(snapshot(atS, Math.min(atS, 20) * 25, 0.5));
  expect(scores.mark(snapshot(100, 500, 0.5)).devices[1]!.scores!.data).toBe(1);
});

test.each([
  ["one that is read while it streams by its bound", { bound99_ms: 0.8, relative_ms: 0.5 }, 1],
  ["one that only sends by how steady it is, for its latency is open", { bound99_ms: null, relative_ms: 0.5 }, 0.7],
  ["one of which nothing is known by nothing", { bound99_ms: null, relative_ms: null }, 0],
])("of clocks that answer no probes, %s", (_which, bounds, score) => {
  const oneWay = (atS: number): HubSnapshot => {
    const whole = snapshot(atS, 0, 1);
    const method = bounds.bound99_ms === null ? "one_way" : "joint";
    const clock = { method, bursts: 0, outside: 0, ...bounds } as DeviceView["clock"];
    return { ...whole, devices: whole.devices.map((device) => ({ ...device, clock })) };
  };
  const scores = new LiveScores();
  scores.look(oneWay(0));
  scores.look(oneWay(20));
  expect(scores.mark(oneWay(20)).devices[0]!.scores!.synchronization).toBe(score);
});

test("a snapshot without a recording is handed on as it is", () => {
  const idle = { hub: { now_us: 0 }, devices: [], sessions: [{ id: "s", recording: null }] } as unknown as HubSnapshot;
  const scores = new LiveScores();
  scores.look(idle);
  expect(scores.mark(idle)).toBe(idle);
});
