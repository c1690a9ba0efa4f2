import { DeviceError, type TrueSample } from "@polychron/devices";
import { GSR_PLUS, gsrMicroSiemens } from "@polychron/devices/formulas";
import { EmulatorBench } from "./bench.js";

const PACKET_BYTES = 8;

/** The counter of each packet of 8 bytes. */
function wireTicks(bytes: readonly number[]): number[] {
  expect(bytes.length % PACKET_BYTES).toBe(0);
  return Array.from({ length: bytes.length / PACKET_BYTES }, (_, packet) => {
    const [header, low, middle, high] = bytes.slice(packet * PACKET_BYTES);
    expect(header).toBe(0);
    return low! | (middle! << 8) | (high! << 16);
  });
}

const ticksOf = (samples: readonly TrueSample[]): number[] => samples.map(({ ticks }) => ticks);

test("every sample on the wire is in the truth, word for word", async () => {
  const bench = await EmulatorBench.open({ offsetTicks: 0 });
  await bench.stream(64);
  await bench.time.pass(2_000);
  const bytes = bench.take();
  expect(wireTicks(bytes)).toEqual(ticksOf(bench.truth));
  expect(bench.truth[0]!.names).toEqual(["ppg_counts", "gsr_counts", "gsr_range"]);
  const onWire = bench.truth.map((_, packet) => {
    const [, , , , ppgLow, ppgHigh, gsrLow, gsrHigh] = bytes.slice(packet * PACKET_BYTES);
    return [ppgLow! | (ppgHigh! << 8), gsrLow! | ((gsrHigh! & 0x0f) << 8), gsrHigh! >> 6];
  });
  expect(onWire).toEqual(bench.truth.map(({ words }) => [...words]));
});

test("samples follow the device's counter, however late the timers are", async () => {
  const punctual = await EmulatorBench.open({ offsetTicks: 0 });
  await punctual.stream(64);
  await punctual.time.pass(3_000);
  const late = await EmulatorBench.open({ offsetTicks: 0 });
  await late.stream(64);
  await late.time.stall(700);
  await late.time.stall(2_300);
  expect(late.truth).toEqual(punctual.truth);
  expect(late.truth.length).toBe(Math.ceil((3 * 32_768 - 2_130) / 64));
});

test("512 Hz for a minute is 512 Hz", async () => {
  const bench = await EmulatorBench.open();
  await bench.stream(64);
  await bench.time.pass(1_000);
  const before = bench.truth.length;
  await bench.time.pass(60_000);
  expect(bench.truth.length - before).toBe(512 * 60);
});

test.each([
  [100, 20_002],
  [-100, 19_998],
  [0, 20_000],
])("a crystal %i ppm off makes %i samples in 200 s of the hub's time at 100 Hz", async (driftPpm, samples) => {
  const bench = await EmulatorBench.open({ driftPpm });
  await bench.set("05 48 01", "08 04 00 00", "07");
  await bench.time.pass(1_000);
  const before = bench.truth.length;
  await bench.time.pass(200_000);
  const nominal = (samples * 32_768) / 328 / 100;
  expect(Math.abs(bench.truth.length - before - nominal)).toBeLessThanOrEqual(1);
});

test("the first 65 ms are skipped, and the counter begins where it was told", async () => {
  const bench = await EmulatorBench.open({ offsetTicks: 5_000 });
  await bench.stream(256);
  await bench.time.pass(200);
  const [first = 0] = ticksOf(bench.truth);
  expect(first).toBeGreaterThanOrEqual(5_000 + 2_130);
  expect(first).toBeLessThan(5_000 + 2_130 + 256);
});

test("firmware before 0.5.4 sends a counter of 16 bits", async () => {
  const bench = await EmulatorBench.open({ firmware: { id: 3, major: 0, minor: 5, internal: 3 }, offsetTicks: 70_000 });
  await bench.stream(640);
  await bench.time.pass(500);
  const bytes = bench.take();
  expect(bytes.length).toBe(7 * bench.truth.length);
  expect(bytes[1]! | (bytes[2]! << 8)).toBe(bench.truth[0]!.ticks & 0xffff);
});

test("a late Shimmer3 makes steps of the period plus some ticks", async () => {
  const bench = await EmulatorBench.open({ stepLateTicks: 1.3 });
  await bench.stream(256);
  await bench.time.pass(10_000);
  const ticks = ticksOf(bench.truth);
  const steps = ticks.slice(1).map((value, at) => value - ticks[at]!);
  expect(new Set(steps)).toEqual(new Set([257, 258]));
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  expect(mean).toBeCloseTo(257.3, 1);
});

test("the same seed is the same person; another seed is another", async () => {
  const words = async (seed: number): Promise<unknown> => {
    const bench = await EmulatorBench.open({ seed, offsetTicks: 0 });
    await bench.stream(256);
    await bench.time.pass(5_000);
    return bench.truth.map((sample) => sample.words);
  };
  expect(await words(5)).toEqual(await words(5));
  expect(await words(5)).not.toEqual(await words(6));
});

test("skin conductance stays what skin can have, and no step is larger than skin can make", async () => {
  const bench = await EmulatorBench.open();
  await bench.stream(256);
  await bench.time.pass(120_000);
  const constants = { ...GSR_PLUS, range_setting: 4 };
  const settled = bench.truth.slice(50);
  const microSiemens = settled.map(({ words: [, counts, range] }) => gsrMicroSiemens(counts!, range!, constants));
  expect(Math.min(...microSiemens)).toBeGreaterThan(0.05);
  expect(Math.max(...microSiemens)).toBeLessThan(60);
  const steps = microSiemens.slice(1).map((value, at) => Math.abs(value - microSiemens[at]!));
  expect(Math.max(...steps)).toBeLessThan(0.3);
  expect(Math.max(...microSiemens) - Math.min(...microSiemens)).toBeGreaterThan(0.3);
});

test("a stop ends the samples at that moment, and a new start counts as one", async () => {
  const bench = await EmulatorBench.open();
  await bench.stream(256);
  await bench.time.pass(1_000);
  expect(await bench.ask("20")).toMatch(/FF$/);
  const made = bench.truth.length;
  bench.take();
  await bench.time.pass(1_000);
  expect([bench.truth.length, bench.take()]).toEqual([made, []]);
  await bench.set("07");
  await bench.time.pass(1_000);
  expect(new Set(bench.truth.map(({ start }) => start))).toEqual(new Set([1, 2]));
});

test("a 3R's counter is its clock: setting the clock moves it", async () => {
  const bench = await EmulatorBench.open({ model: "shimmer3r", offsetTicks: 77 });
  await bench.set("8F 00 00 80 F8 A9 32 00 00");
  await bench.stream(256);
  await bench.time.pass(1_000);
  const seconds = bench.truth.at(-1)!.ticks / 32_768;
  expect(seconds - 1_700_000_000).toBeCloseTo(1, 1);
});

test("a wrap can be ordered before the stream, not during it", async () => {
  const bench = await EmulatorBench.open();
  await bench.stream(256);
  const order = (): void => bench.emulator.order({ kind: "wrap", count: 1, atS: 1, durationS: 0 });
  expect(order).toThrow(DeviceError);
  expect(order).toThrow(expect.objectContaining({ code: "DEVICE_STATE_INVALID" }));
  await bench.ask("20");
  bench.take();
  order();
  await bench.set("07");
  bench.take();
  bench.truth.length = 0;
  await bench.time.pass(2_000);
  const wrapped = wireTicks(bench.take());
  expect(wrapped).toEqual(ticksOf(bench.truth).map((ticks) => ticks % 2 ** 24));
  expect(wrapped.findIndex((ticks, at) => at > 0 && ticks < wrapped[at - 1]!)).toBeGreaterThan(100);
});
