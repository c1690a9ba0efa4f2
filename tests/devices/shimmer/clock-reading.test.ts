import { parseFault, type ProbeExchange, type ShimmerEmulatorOptions } from "@polychron/devices";
import { ClockAsker } from "../../../packages/devices/src/shimmer/clock-asker.js";
import { Notices } from "../../../packages/devices/src/shimmer/notices.js";
import { encodeClock } from "../../../packages/devices/src/shimmer/opcodes.js";
import { HandTime } from "../hand-time.js";
import { DriverBench } from "./driver-bench.js";

const TICK_S = 1 / 32_768;
const DRIFT_PPM = 40;
const OFFSET_TICKS = 1000;

/** A bench whose driver asks every two seconds. */
async function asking(emulator: Partial<ShimmerEmulatorOptions> = {}): Promise<DriverBench> {
  return new DriverBench({
    emulator: { driftPpm: DRIFT_PPM, offsetTicks: OFFSET_TICKS, ...emulator },
    random: () => 0,
  }).arm();
}

function readings(bench: DriverBench): ProbeExchange[] {
  return bench.of("clock_reading").map(({ exchange }) => exchange);
}

/** Device seconds at a hub time: the bench's time begins at 1 s. */
function deviceS(hubS: number): number {
  return OFFSET_TICKS * TICK_S + (hubS - 1) * (1 + DRIFT_PPM / 1e6);
}

describe.each([
  ["a Shimmer3", { model: "shimmer3" as const }],
  ["a Shimmer3R", { model: "shimmer3r" as const }],
])("%s", (_name, options) => {
  test("is asked for its clock every few seconds while it streams, and answers on the line of its samples", async () => {
    const bench = await asking(options);
    await bench.time.pass(20_500);
    expect(readings(bench).length).toBeGreaterThanOrEqual(9);
    for (const { t1S, t2S, t3S, t4S, quantS } of readings(bench)) {
      expect(t3S).toBe(t2S);
      expect(quantS).toBe(TICK_S);
      expect(t2S! + TICK_S).toBeGreaterThanOrEqual(deviceS(t1S) - 1e-6);
      expect(t2S!).toBeLessThanOrEqual(deviceS(t4S!) + 1e-6);
    }
    await bench.stop();
  });

  test("loses and alters no sample by being asked", async () => {
    const bench = await asking(options);
    await bench.time.pass(30_000);
    await bench.stop();
    const { sent, recorded } = bench.compare();
    expect(recorded).toEqual(sent);
    expect(bench.faultCodes).toEqual([]);
    expect(bench.of("discarded")).toEqual([]);
  });

  test("is understood behind the wrap of its counter as well", async () => {
    const bench = await asking({ ...options, faults: [parseFault("wrap@5")] });
    await bench.time.pass(12_000);
    const times = readings(bench).map(({ t2S }) => t2S!);
    expect(times.length).toBeGreaterThanOrEqual(5);
    times.slice(1).forEach((timeS, index) => expect(timeS - times[index]!).toBeCloseTo(2, 1));
    await bench.stop();
  });
});

test("answers are understood when every byte comes on its own", async () => {
  const bench = await asking({ faults: [parseFault("split@1:10")] });
  await bench.time.pass(9_000);
  await bench.stop();
  expect(readings(bench).filter(({ t4S }) => t4S !== null).length).toBeGreaterThanOrEqual(3);
  expect(bench.compare().recorded).toEqual(bench.compare().sent);
});

test("a Shimmer3 whose clock was set is not asked: what was added to its counter cannot be known", async () => {
  const bench = new DriverBench({ random: () => 0 });
  await bench.settle(bench.driver.connect(new AbortController().signal));
  await bench.transport.write(encodeClock(1_700_000_000n * 32_768n));
  await bench.time.pass(100);
  await bench.settle(bench.driver.arm(new AbortController().signal));
  await bench.time.pass(10_000);
  expect(readings(bench)).toEqual([]);
  await bench.stop();
});

test("firmware with a 16-bit counter is not asked", async () => {
  const bench = await asking({ firmware: { id: 3, major: 0, minor: 5, internal: 2 } });
  await bench.time.pass(10_000);
  expect(readings(bench)).toEqual([]);
  await bench.stop();
});

test("a question that was not heard is told without an answer, and asking goes on", async () => {
  const bench = await asking({ faults: [parseFault("silence@1.5:2")] });
  await bench.time.pass(12_000);
  const answers = readings(bench).map(({ t2S, t3S, t4S }) => [t2S, t3S, t4S].every((time) => time === null));
  expect(answers[0]).toBe(true);
  expect(answers.slice(1)).toContain(false);
  await bench.stop();
});

test("each start of the stream has a clock of its own", async () => {
  const bench = await asking();
  await bench.time.pass(3_000);
  const never = new AbortController().signal;
  await bench.settle(bench.driver.disarm(never));
  await bench.settle(bench.driver.arm(never));
  await bench.time.pass(3_000);
  expect(new Set(readings(bench).map(({ clockId }) => clockId)).size).toBe(2);
  await bench.stop();
});

test("a Shimmer that has sent nothing yet when its turn comes is asked later", async () => {
  const time = new HandTime();
  const told: unknown[] = [];
  const sink = { onBlock: () => undefined, onNotice: (notice: unknown) => void told.push(notice) };
  const exchange = { t1S: 5, t2S: 1, t3S: 1, t4S: 5, clockId: "counter-1", quantS: TICK_S };
  const answers = [undefined, exchange];
  const asker = new ClockAsker({
    ...{ timers: time, random: () => 0, notices: new Notices(sink, time, "bench") },
    readClock: () => Promise.resolve(answers.shift()),
  });
  asker.start();
  await time.pass(5_000);
  asker.stop();
  expect(told).toEqual([expect.objectContaining({ kind: "clock_reading", exchange })]);
});

test("a stopped stream is not asked", async () => {
  const bench = await asking();
  await bench.settle(bench.driver.disarm(new AbortController().signal));
  const before = readings(bench).length;
  await bench.time.pass(20_000);
  expect(readings(bench)).toHaveLength(before);
});

test("the waits between questions are spread over two to eight seconds", async () => {
  const draws = [0, 0.5, 1];
  const bench = await new DriverBench({ random: () => draws.shift() ?? 0 }).arm();
  await bench.time.pass(16_000);
  const asked = readings(bench).map(({ t1S }) => t1S);
  expect(asked[1]! - asked[0]!).toBeCloseTo(5, 1);
  expect(asked[2]! - asked[1]!).toBeCloseTo(8, 1);
  await bench.stop();
});
