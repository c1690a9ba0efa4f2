import { DeviceError, parsePhoneFault, PHONE_FAULT_KINDS } from "@polychron/devices";
import type { WireBlock } from "@polychron/protocol";
import fc from "fast-check";
import { Outbox } from "../../../packages/devices/src/phone/emulator/outbox.js";
import { PhoneClock } from "../../../packages/devices/src/phone/emulator/phone-clock.js";
import { probeReply } from "../../../packages/devices/src/phone/emulator/probe-reply.js";
import { remainderCsv } from "../../../packages/devices/src/phone/emulator/remainder.js";
import { SampleSource } from "../../../packages/devices/src/phone/emulator/sample-source.js";
import { phoneSensors } from "../../../packages/devices/src/phone/emulator/sensors.js";
import { joinBlocks } from "../../../packages/devices/src/phone/emulator/wire-blocks.js";
import { HandTime } from "../hand-time.js";
import { PhoneBench } from "./phone-bench.js";

function block(firstSeq: number, count: number): WireBlock {
  const column = Float64Array.from({ length: count }, (_, row) => firstSeq + row);
  return { streamIndex: 0, firstSeq, skips: false, deviceTimeS: column, channels: [column] };
}

test.each([
  ["vanish@3:5", { kind: "vanish", count: 1, atS: 3, durationS: 5 }],
  ["vanish@3", { kind: "vanish", count: 1, atS: 3, durationS: 5 }],
  ["duplicate:7", { kind: "duplicate", count: 7, atS: 0, durationS: 0 }],
  ["slow-reader@1:2.5", { kind: "slow-reader", count: 1, atS: 1, durationS: 2.5 }],
])("the fault %s is understood", (text, fault) => {
  expect(parsePhoneFault(text)).toEqual(fault);
});

test.each(["drop@3", "vanish:2@3", "low-battery@1:2", "slow_reader@1", "-@1", "duplicate:0"])(
  "'%s' is no fault of a phone, and those that are, are named",
  (text) => {
    const order = (): unknown => parsePhoneFault(text);
    expect(order).toThrow(DeviceError);
    expect(order).toThrow(
      expect.objectContaining({
        code: "DEVICE_FAULT_INVALID",
        remedy: expect.stringContaining(PHONE_FAULT_KINDS.join(", ")) as string,
      }),
    );
  },
);

test("a phone refuses a fault that only a Shimmer can have", async () => {
  const bench = new PhoneBench();
  const order = (): void => bench.brain.order({ kind: "flip", count: 1, atS: 0, durationS: 0 });
  expect(order).toThrow(expect.objectContaining({ code: "DEVICE_FAULT_INVALID" }));
  await bench.close();
});

test("a phone's clock begins far away, runs at its own rate, drifts, and never goes back", async () => {
  const time = new HandTime();
  const clock = new PhoneClock(time, { seed: 1, boot: 0, driftPpm: 50 });
  const startS = clock.nowS;
  const rates: number[] = [];
  for (let minute = 0, lastS = startS; minute < 20; minute++) {
    await time.pass(60_000);
    rates.push((clock.nowS - lastS) / 60 - 1);
    lastS = clock.nowS;
  }
  const ppm = rates.map((rate) => rate * 1e6);
  expect(startS).toBeGreaterThan(1_000);
  expect((1e6 * (clock.nowS - startS - 1_200)) / 1_200).toBeCloseTo(50, 1);
  expect(Math.max(...ppm) - Math.min(...ppm)).toBeGreaterThan(0.5);
  expect(Math.min(...ppm)).toBeGreaterThan(49);
  const other = new PhoneClock(time, { seed: 1, boot: 1, driftPpm: 50 });
  expect([other.id, Math.floor(other.nowS)]).not.toEqual([clock.id, Math.floor(clock.nowS)]);
});

test("samples keep their rate by the phone's clock however seldom they are made, and their numbers go on after a rest", () => {
  const source = new SampleSource(phoneSensors(1)[0]!, 0);
  source.run(1_000);
  const first = [1_000.05, 1_000.06, 1_003.2].map((atS) => source.make(atS)!);
  expect(first.flatMap(({ deviceTimeS }) => [...deviceTimeS])).toEqual(
    Array.from({ length: 320 }, (_, seq) => Math.round((1_000 + seq / 100) * 1e6) / 1e6),
  );
  source.rest();
  expect(source.make(1_010)).toBeUndefined();
  source.run(2_000);
  expect(source.make(2_000.02)).toMatchObject({ firstSeq: 320, deviceTimeS: Float64Array.of(2_000, 2_000.01) });
  expect([source.seqAt(2_000.005), source.seqAt(1_500), source.seqAt(2_001)]).toEqual([321, 320, 420]);
});

test("an outbox sends in order, joins what has gathered, and keeps everything until it is stored", () => {
  const outbox = new Outbox(1_000);
  for (const first of [0, 10, 20]) outbox.push(block(first, 10));
  expect(outbox.take(15)).toEqual(block(0, 15));
  expect(outbox.take(100)).toEqual(block(15, 15));
  expect(outbox.take(100)).toBeUndefined();
  outbox.rewind(12);
  expect(outbox.take(100)).toEqual(block(12, 18));
  outbox.forget(17);
  expect(outbox.count).toBe(13);
  outbox.rewind(0);
  expect(outbox.take(100)).toEqual({ ...block(17, 13), skips: true });
});

test("a full outbox gives up the oldest samples and says so with the next block", () => {
  const outbox = new Outbox(25);
  outbox.push(block(0, 10));
  outbox.take(100);
  for (const first of [10, 20, 30, 40]) outbox.push(block(first, 10));
  expect(outbox.take(5)).toEqual({ ...block(30, 5), skips: true });
  expect(outbox.take(5)).toEqual(block(35, 5));
});

test("joined blocks keep what is missing in its place", () => {
  const [whole, holed] = [block(0, 2), { ...block(2, 2), missing: [Uint8Array.of(0, 1)] }];
  expect(joinBlocks([whole, holed])).toEqual({ ...block(0, 4), missing: [Uint8Array.of(0, 0, 0, 1)] });
});

test("a remainder reads back to the last bit, without an arrival, and without values that were not there", () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(numbers, (values) => {
      const channel = Float64Array.from(values);
      const missing = [Uint8Array.from(values, (_, row) => row % 2)];
      const [head, ...lines] = remainderCsv(
        ["a_V"],
        [{ ...block(7, values.length), channels: [channel], missing }],
      ).split("\n");
      expect(head).toBe("seq,device_time_s,arrival_time_s,a_V");
      expect(lines.pop()).toBe("");
      const cells = lines.map((line) => line.split(","));
      expect(cells.map(([seq, , arrival]) => [seq, arrival])).toEqual(values.map((_, row) => [String(7 + row), ""]));
      for (const [row, [, , , cell]] of cells.entries())
        expect(row % 2 === 1 ? cell : Object.is(Number(cell), values[row])).toBe(row % 2 === 1 ? "" : true);
    }),
  );
});

test("the answer to a probe is as long as the probe", () => {
  const probe = { id: 12, pad: "x".repeat(160) };
  for (const t3S of [1_234.567893, 1_234.56789, 1_235, 1_234.5678912]) {
    const reply = probeReply(probe, "run-0-1a2b", 1_234.567891, () => t3S);
    expect(reply).toMatchObject({ id: 12, t2_s: 1_234.567891, t3_s: t3S, clock_id: "run-0-1a2b" });
    expect(JSON.stringify(["probe_reply", reply]).length).toBe(JSON.stringify(["probe", probe]).length);
  }
});

test("a phone refuses words and values that the protocol does not know", async () => {
  const bench = new PhoneBench();
  const answers: unknown[] = [];
  const words = [
    ["dance", {}],
    ["toString", {}],
    ["start", { session: "s" }],
    ["arm", null],
  ] as const;
  for (const [name, value] of words) bench.brain.hear(name, value, (answer) => answers.push(answer));
  await bench.time.pass(10);
  expect(answers).toHaveLength(4);
  for (const [of] of words) expect(answers).toContainEqual(expect.objectContaining({ ok: false, of }));
  await bench.close();
});

test("a hub that refuses the hello is asked again while the connection stands", async () => {
  const bench = new PhoneBench();
  bench.link.refuseHellos(2);
  bench.brain.start();
  await bench.time.pass(11_000);
  expect(bench.troubles).toEqual([expect.stringContaining("NOT_NOW"), expect.stringContaining("NOT_NOW")]);
  expect(bench.link.isUp).toBe(true);
  await bench.close();
});
