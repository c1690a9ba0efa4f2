import { parsePhoneFault } from "@polychron/devices";
import type { ClockView } from "@polychron/protocol";
import { HubBench } from "../hub-bench.js";
import { PhoneOnBench } from "./phone-on-bench.js";

/** The clock is asked in bursts, one a second. */
async function probe(on: PhoneOnBench, bursts: number): Promise<void> {
  for (let burst = 0; burst < bursts; burst++) {
    for (let question = 0; question < 4; question++) {
      on.link.probe();
      await on.bench.time.pass(20);
    }
    await on.bench.time.pass(920);
  }
}

function view(on: PhoneOnBench): ClockView | null {
  return on.bench.snapshot.devices.find(({ id }) => id === on.device)!.clock;
}

const phase = (on: PhoneOnBench): string => on.bench.snapshot.devices.find(({ id }) => id === on.device)!.phase;

async function steps(on: PhoneOnBench, session: string): Promise<Record<string, unknown>[]> {
  return (await on.bench.events(session)).filter(({ event }) => event === "clock_step");
}

test("a phone's card says how well its clock is known, and keeps saying how long ago it was asked", async () => {
  const on = await PhoneOnBench.open();
  await probe(on, 10);
  const nothing = { steps: 0, outside: 0, glitches: 0, lost: 0 };
  expect(view(on)).toMatchObject({ method: "two_way", round_trip_ms: expect.closeTo(6, 1), epochs: 1, ...nothing });
  expect(view(on)!.bursts).toBeGreaterThanOrEqual(9);
  expect(Math.abs(view(on)!.drift_ppm!)).toBeLessThan(50);
  // 6 ms of round trip cannot be split by any estimator: the bound is wide, and says so.
  expect(view(on)!.hard_ms).toBeGreaterThanOrEqual(2.9);
  expect(["fair", "good"]).toContain(view(on)!.quality);
  on.link.loseProbe();
  await on.bench.time.pass(5_000);
  expect(view(on)).toMatchObject({ lost: 1, probe_age_s: expect.closeTo(5.9, 0) });
});

test("a sensor whose clock is read now and then shows a bound once it was read, and its drift", async () => {
  const bench = await HubBench.open({ devices: 2 });
  await bench.connect(2); // its clock is 20 ppm fast
  const clock = (): ClockView => bench.snapshot.devices[0]!.clock!;
  await bench.time.pass(2_000);
  expect(clock()).toMatchObject({ method: "one_way", drift_ppm: null, relative_ms: null });
  await bench.time.pass(90_000);
  expect(clock()).toMatchObject({
    method: "joint",
    quality: "good",
    relative_ms: expect.any(Number),
    epochs: 1,
    steps: 0,
  });
  expect(clock().bursts).toBeGreaterThan(0);
  expect(clock().bound99_ms).toBe(clock().hard_ms);
  expect(Math.abs(clock().drift_ppm! - 20)).toBeLessThan(30);
});

test("a jump of a phone's clock is in the session's log, with its size", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await probe(on, 4);
  on.brain.order(parsePhoneFault("clock-step@0:2.5"));
  await probe(on, 4);
  expect(await steps(on, session)).toMatchObject([
    { device: on.device, cause: "step", certain: true, jump_s: expect.closeTo(2.5, 2) },
  ]);
  expect(view(on)).toMatchObject({ epochs: 2, steps: 1 });
  expect(on.bench.store.require(session).metadata.clock.steps).toEqual([]);
});

test("a phone that was restarted has a new clock: the log says so, and the old estimate is not used for it", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await probe(on, 3);
  on.brain.order(parsePhoneFault("reboot@0:1"));
  await on.bench.time.pass(2_000);
  expect(view(on)).toMatchObject({ offset_s: null, quality: "unknown" });
  await probe(on, 3);
  expect(await steps(on, session)).toMatchObject([
    { device: on.device, cause: "renewed", certain: true, jump_s: null },
  ]);
  expect(view(on)).toMatchObject({ epochs: 2, steps: 0, offset_s: expect.any(Number) });
});

test.each(["clock-epoch", "clock-milliseconds", "clock-frozen", "clock-jumping"])(
  "a phone with the fault %s is kept out of a recording, and the others record",
  async (fault) => {
    const on = await PhoneOnBench.open();
    const shimmer = await on.bench.connect();
    await probe(on, 2);
    on.brain.order(parsePhoneFault(fault));
    await probe(on, 12);
    const { error } = on.bench.snapshot.devices.find(({ id }) => id === on.device)!;
    expect([phase(on), error?.code]).toEqual(["connected", "PHONE_CLOCK_WRONG"]);
    expect(view(on)).toMatchObject({ offset_s: null, bound99_ms: null, quality: "poor" });
    const session = await on.bench.create();
    await on.record(session, 2_000);
    const { recordings, errors } = on.bench.store.require(session).metadata;
    expect(recordings[0]!.devices).toEqual([shimmer]);
    expect(errors).toMatchObject([{ code: "PHONE_CLOCK_WRONG", operation: "start_recording", target: on.device }]);
  },
);

test("a session whose only device is on a wrong clock does not start, and says why", async () => {
  const on = await PhoneOnBench.open();
  on.brain.order(parsePhoneFault("clock-epoch"));
  await probe(on, 6);
  const session = await on.bench.create();
  expect(await on.bench.codeOf({ kind: "start_recording", session })).toBe("PHONE_CLOCK_WRONG");
});

test("a phone whose clock goes wrong in a recording is recorded on and complained of, and rests after the stop", async () => {
  const on = await PhoneOnBench.open();
  await probe(on, 2);
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  on.brain.order(parsePhoneFault("clock-milliseconds"));
  await probe(on, 12);
  expect(phase(on)).toBe("armed");
  expect(on.bench.store.require(session).metadata.errors).toMatchObject([{ code: "PHONE_CLOCK_WRONG" }]);
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.time.pass(1_000);
  expect(phase(on)).toBe("connected");
});

test("a time of day that is set while a session is open is in its log, in its metadata and on the page", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  await bench.time.pass(2_000);
  bench.wallStepUs = -3.5e6;
  await bench.time.pass(2_000);
  const step = expect.closeTo(-3.5, 2);
  const log = (await bench.events(session)).filter(({ event }) => event === "clock_step");
  expect(log).toMatchObject([{ cause: "time_set", certain: true, step_s: step }]);
  expect(bench.store.require(session).metadata.clock.steps).toMatchObject([{ step_s: step, t_s: log[0]!.t_s }]);
  expect(bench.snapshot.faults).toMatchObject([{ code: "HOST_CLOCK_SET" }]);
});

test("a computer that slept is told apart from one whose time of day was set", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  await bench.time.pass(2_000);
  bench.sleep(600);
  await bench.time.pass(2_000);
  const log = (await bench.events(session)).filter(({ event }) => event === "clock_step");
  expect(log).toMatchObject([{ cause: "slept", slept_s: expect.closeTo(600, 2), step_s: expect.closeTo(600, 2) }]);
  expect(bench.snapshot.faults).toMatchObject([{ code: "HOST_SLEPT" }]);
});

test("a hub that was held up says so, and no clock is blamed", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  await bench.time.pass(2_000);
  await bench.time.stall(20_000);
  await bench.time.pass(2_000);
  const said = (await bench.events(session)).filter(({ event }) => event === "clock_step" || event === "warning");
  expect(said).toMatchObject([{ event: "warning", code: "HOST_HELD_UP" }]);
});

test("a phone whose clock goes wrong twice in a recording is complained of twice", async () => {
  const on = await PhoneOnBench.open();
  await probe(on, 2);
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  const complaints = () =>
    on.bench.store.require(session).metadata.errors.filter(({ code }) => code === "PHONE_CLOCK_WRONG").length;
  for (const expected of [1, 2]) {
    on.brain.order(parsePhoneFault("clock-epoch"));
    await probe(on, 8);
    expect(complaints()).toBe(expected);
    on.brain.order(parsePhoneFault("reboot@0:1")); // the fault was the old run's
    await on.bench.time.pass(2_000);
    await probe(on, 6);
  }
});

test("a phone whose clock is right again streams again by itself", async () => {
  const on = await PhoneOnBench.open();
  on.brain.order(parsePhoneFault("clock-epoch"));
  await probe(on, 6);
  expect(phase(on)).toBe("connected");
  on.brain.order(parsePhoneFault("reboot@0:1")); // the fault was the old run's
  await on.bench.time.pass(2_000);
  await probe(on, 6);
  expect(phase(on)).toBe("armed");
});
