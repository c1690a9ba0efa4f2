import { parseFault } from "@polychron/devices";
import { hexOf } from "../bytes.js";
import { EmulatorBench } from "./bench.js";

const STEP_TICKS = 256;
const RATE_HZ = 128;
const PACKET_BYTES = 8;

/** A stream at 128 Hz with these faults, after so many seconds. */
async function streamed(seconds: number, ...faults: readonly string[]): Promise<EmulatorBench> {
  const bench = await EmulatorBench.open({ faults: faults.map(parseFault) });
  await bench.stream(STEP_TICKS);
  await bench.time.pass(seconds * 1000);
  return bench;
}

/** The places of the samples that were not sent whole. */
function struck(bench: EmulatorBench): number[] {
  return bench.truth.flatMap(({ fate }, at) => (fate === "sent" ? [] : [at]));
}

test("dropped packets are made, not sent, and known", async () => {
  const bench = await streamed(3, "drop:5@1");
  expect(bench.fates).toEqual({ sent: bench.truth.length - 5, dropped: 5 });
  expect(bench.take().length).toBe((bench.truth.length - 5) * PACKET_BYTES);
  const [first = 0] = struck(bench);
  expect(struck(bench)).toEqual([0, 1, 2, 3, 4].map((at) => first + at));
  const sinceStartS = (bench.truth[first]!.ticks - bench.truth[0]!.ticks) / 32_768;
  expect(sinceStartS).toBeCloseTo(1 - 0.065, 1);
});

test("a cut packet is one byte short, a flipped one differs in one bit of its channels", async () => {
  const whole = (await streamed(2)).take();
  const cut = await streamed(2, "cut@1");
  expect(cut.fates["damaged"]).toBe(1);
  expect(cut.take().length).toBe(whole.length - 1);
  const flipped = await streamed(2, "flip@1");
  expect(flipped.fates["damaged"]).toBe(1);
  const bits = flipped.take().flatMap((byte, at) => (byte === whole[at] ? [] : [{ at, turned: byte ^ whole[at]! }]));
  expect(bits).toHaveLength(1);
  expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(bits[0]!.turned);
  expect(bits[0]!.at % PACKET_BYTES).toBeGreaterThanOrEqual(4);
  expect(Math.floor(bits[0]!.at / PACKET_BYTES)).toBe(struck(flipped)[0]);
});

test("during silence nothing is sent, nothing is heard, and every sample of it is known as dropped", async () => {
  const bench = await streamed(1.5, "silence@1:1.5");
  bench.take();
  expect(await bench.ask("72")).toBe("");
  await bench.time.pass(900);
  expect(bench.take()).toEqual([]);
  await bench.time.pass(600);
  expect(bench.take().length).toBeGreaterThan(0);
  expect(bench.fates["dropped"]).toBe(1.5 * RATE_HZ);
  expect(await bench.ask("72")).toMatch(/FF 8A 71 32$/);
});

test("junk without a time comes when the host connects, before any answer", async () => {
  const bench = await EmulatorBench.open({ faults: [parseFault("junk:12")] });
  await bench.ask("3F");
  expect(hexOf(bench.take())).toBe(`${hexOf(new TextEncoder().encode("%CONNECT,000"))} FF 25 03`);
});

test("junk in a stream stands behind a packet, which counts as damaged where no checksum could save it", async () => {
  const bare = await streamed(2, "junk:9@1");
  expect(bare.fates["damaged"]).toBe(1);
  expect(bare.take().length).toBe(bare.truth.length * PACKET_BYTES + 9);
  const checked = await EmulatorBench.open();
  await checked.ask("8B 02 05 00 01 08 04 00 00 07");
  checked.emulator.order(parseFault("junk:9@1"));
  await checked.time.pass(2_000);
  expect(checked.fates).toEqual({ sent: checked.truth.length });
});

test("with split every byte comes alone, and all of them", async () => {
  const bench = await streamed(0.5, "split@0:10");
  expect(new Set(bench.chunks.map((chunk) => chunk.length))).toEqual(new Set([1]));
  expect(bench.take().length).toBe(bench.truth.length * PACKET_BYTES);
});

test("docking is told unasked and undone", async () => {
  const bench = await EmulatorBench.open();
  bench.emulator.order(parseFault("dock@1:1"));
  await bench.time.pass(1_100);
  expect(hexOf(bench.take())).toBe("FF 8A 71 21");
  await bench.time.pass(1_000);
  expect(hexOf(bench.take())).toBe("FF 8A 71 20");
  await bench.set("A3 00");
  bench.take();
  bench.emulator.order(parseFault("dock@0"));
  await bench.time.pass(20);
  expect(hexOf(bench.take())).toBe("8A 71 21");
});

test("a low battery is told, measured, and lights the red LED", async () => {
  const bench = await EmulatorBench.open();
  const counts = async (): Promise<number> => {
    const [, , , low = 0, high = 0] = (await bench.ask("95")).split(" ").map((byte) => Number.parseInt(byte, 16));
    return low | (high << 8);
  };
  expect(await counts()).toBeGreaterThan(2_717);
  bench.emulator.order(parseFault("lowbattery@1"));
  await bench.time.pass(1_100);
  expect(await counts()).toBeLessThan(2_568);
  expect(await bench.ask("72")).toBe("FF 8A 71 A0");
});

test("a closed port ends the stream with every byte delivered before, and comes back with the settings kept", async () => {
  const bench = await streamed(2, "close@1:2");
  expect(bench.reasons).toHaveLength(1);
  const sent = bench.truth.filter(({ fate }) => fate === "sent").length;
  expect(bench.take().length).toBe(sent * PACKET_BYTES);
  expect(bench.fates["dropped"]).toBe(0.5 * RATE_HZ);
  await expect(bench.connect()).rejects.toMatchObject({ code: "TRANSPORT_NOT_FOUND" });
  await bench.time.pass(2_000);
  await bench.connect();
  expect(await bench.ask("03")).toBe("FF 04 00 01");
  expect(await bench.ask("72")).toMatch(/ 20$/);
});

test("a power cycle starts the counter again and forgets the clock, not the settings", async () => {
  const bench = await EmulatorBench.open({ offsetTicks: 1_000_000, faults: [parseFault("reset@1:1")] });
  await bench.set("8F 00 00 05 00 00 00 00 00");
  await bench.stream(STEP_TICKS);
  await bench.time.pass(4_000);
  await bench.connect();
  expect(await bench.ask("72")).toBe("FF 8A 71 20");
  await bench.set("07");
  await bench.time.pass(1_000);
  const [before, after] = [0, 1].map((power) => bench.truth.filter((sample) => sample.power === power));
  expect(Math.min(...before!.map(({ ticks }) => ticks))).toBeGreaterThan(1_000_000);
  expect(Math.max(...after!.map(({ ticks }) => ticks))).toBeLessThan(5 * 32_768);
});

test("two faults of one moment both happen, and a fault ordered while it streams is timed from the order", async () => {
  const bench = await streamed(2, "drop@1", "cut@1");
  expect(bench.fates).toMatchObject({ dropped: 1, damaged: 1 });
  const before = bench.truth.length;
  bench.emulator.order(parseFault("drop:2@1"));
  await bench.time.pass(2_000);
  expect(
    struck(bench)
      .filter((at) => at >= before)
      .map((at) => Math.round((at - before) / 10)),
  ).toEqual([13, 13]);
});
