import { parseFault, type ShimmerEmulatorOptions } from "@polychron/devices";
import type { JsonObject } from "@polychron/session/model";
import { bytesOf } from "../bytes.js";
import { DriverBench } from "./driver-bench.js";

const never = new AbortController().signal;
const ALL_SENSORS = ["gsr", "ppg", "accel", "accel_wr", "gyro", "mag", "battery"];

/** So many seconds of streaming with these faults, then stopped. */
async function recorded(seconds: number, faults: readonly string[], settings: JsonObject = {}): Promise<DriverBench> {
  const bench = await new DriverBench({ settings, emulator: { faults: faults.map(parseFault) } }).arm();
  await bench.time.pass(seconds * 1000);
  await bench.stop();
  return bench;
}

const lost = (bench: DriverBench): number =>
  bench.of("gap").reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq, 0);

describe("every sample that was sent is recorded, with the very same words", () => {
  test.each<[string, JsonObject, Partial<ShimmerEmulatorOptions>]>([
    ["Shimmer3 by default", {}, {}],
    ["without checksums", { crc: false }, {}],
    ["all sensors at 512 Hz", { rateHz: 512, sensors: ALL_SENSORS }, {}],
    ["a 3R with all sensors", { rateHz: 256, sensors: ALL_SENSORS }, { model: "shimmer3r" }],
    ["a 3R without checksums", { crc: false, sensors: ALL_SENSORS }, { model: "shimmer3r" }],
    ["a Shimmer3 whose steps are late", { rateHz: 512 }, { stepLateTicks: 1.4 }],
    ["firmware with a counter of 16 bits", {}, { firmware: { id: 3, major: 0, minor: 5, internal: 3 } }],
    ["firmware that does not confirm a stop", {}, { firmware: { id: 3, major: 0, minor: 11, internal: 0 } }],
    ["a fixed range", { gsrRange: 2 }, {}],
    ["one sample a second", { rateHz: 1 }, {}],
    ["a counter that wraps", {}, { faults: [parseFault("wrap@2")] }],
    ["single bytes", { rateHz: 256, crc: false }, { faults: [parseFault("split@1:1")] }],
  ])("%s", async (_name, settings, emulator) => {
    const bench = await new DriverBench({ settings, emulator }).arm();
    await bench.time.pass(5_000);
    await bench.stop();
    const { sent, recorded: found } = bench.compare();
    expect(sent.length).toBeGreaterThan(3);
    if (emulator.firmware?.minor === 5) {
      expect(found.map((row) => (row as number[]).slice(1))).toEqual(sent.map((row) => (row as number[]).slice(1)));
    } else {
      expect(found).toEqual(sent);
    }
    expect(bench.of("gap")).toEqual([]);
    // Without checksums nothing tells the second status byte of a 3R from the header of a packet.
    const unclear = emulator.model === "shimmer3r" && settings["crc"] === false ? 1 : 0;
    expect(bench.of("discarded").reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(unclear);
    expect(bench.faultCodes).toEqual([]);
  });
});

describe("what is lost is counted where it was", () => {
  test("dropped packets are one gap of their number", async () => {
    const bench = await recorded(3, ["drop:5@1"]);
    expect(bench.of("gap")).toEqual([expect.objectContaining({ fileType: "gsr", cause: "lost" })]);
    expect(lost(bench)).toBe(5);
    const { fromSeq, toSeq } = bench.of("gap")[0]!;
    const at = bench.truth.findIndex(({ fate }) => fate === "dropped");
    expect([fromSeq, toSeq]).toEqual([at, at + 5]);
    expect(bench.recorded.map(({ seq }) => seq)).not.toContain(at);
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
  });

  test.each([
    ["with checksums", true],
    ["without checksums", false],
  ])("cut packets are lost, told and counted %s", async (_name, crc) => {
    const bench = await recorded(5, ["cut@1", "cut:2@2"], { crc });
    expect(lost(bench)).toBe(3);
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
    expect(bench.of("discarded").reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThanOrEqual(3 * 13);
  });

  test("a flipped bit is found by the checksum, never stored", async () => {
    const bench = await recorded(5, ["flip:4@1"]);
    expect(lost(bench)).toBe(4);
    expect(bench.of("discarded").reduce((sum, { badChecksums }) => sum + badChecksums, 0)).toBeGreaterThanOrEqual(1);
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
  });

  test("foreign bytes in the stream cost no sample with checksums", async () => {
    const bench = await recorded(3, ["junk:40@1"]);
    expect(bench.of("discarded").reduce((sum, { bytes }) => sum + bytes, 0)).toBe(40);
    expect([lost(bench), bench.compare().recorded.length]).toEqual([0, bench.truth.length]);
  });

  test("a silence is told while it lasts, and counted to the sample when it is over", async () => {
    const bench = await recorded(6, ["silence@1:2.5"]);
    expect(bench.faultCodes).toEqual(["DEVICE_STALLED"]);
    expect(lost(bench)).toBe(bench.truth.filter(({ fate }) => fate === "dropped").length);
    expect(lost(bench)).toBe(2.5 * 128);
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
  });

  test("a device whose steps are late miscounts a silence of 1500 samples by one at most", async () => {
    const emulator = { stepLateTicks: 1.4, faults: [parseFault("silence@10:3")] };
    const bench = await new DriverBench({ settings: { rateHz: 512 }, emulator }).arm();
    await bench.time.pass(16_000);
    await bench.stop();
    const dropped = bench.truth.filter(({ fate }) => fate === "dropped").length;
    expect(dropped).toBeGreaterThan(1_450);
    expect(Math.abs(lost(bench) - dropped)).toBeLessThanOrEqual(1);
  });
});

describe("a connection that ends", () => {
  test("comes back by itself, in the same numbers, with the gap and its cause", async () => {
    const bench = await new DriverBench({ emulator: { faults: [parseFault("close@2:3")] } }).arm();
    await bench.time.pass(15_000);
    expect(bench.driver.phase).toBe("armed");
    expect(bench.faultCodes.slice(0, 2)).toEqual(["DEVICE_LOST", "TRANSPORT_NOT_FOUND"]);
    const phases = bench.of("phase").map(({ phase }) => phase);
    expect(phases).toEqual(["connecting", "connected", "armed", "lost", "armed"]);
    await bench.stop();
    expect(bench.of("gap")).toEqual([expect.objectContaining({ cause: "disconnected" })]);
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
    const [gap] = bench.of("gap");
    const before = bench.recorded.find(({ seq }) => seq === gap!.fromSeq - 1)!;
    const after = bench.recorded.find(({ seq }) => seq === gap!.toSeq)!;
    expect((after.ticks - before.ticks) / 256).toBeCloseTo(gap!.toSeq - gap!.fromSeq + 1, 0);
  });

  test("a device that was switched off meanwhile is told apart, and the gap is as long as the hub's clock says", async () => {
    const bench = await new DriverBench({
      emulator: { offsetTicks: 3_000_000, faults: [parseFault("reset@2:3")] },
    }).arm();
    await bench.time.pass(15_000);
    await bench.stop();
    expect(bench.of("gap")).toEqual([expect.objectContaining({ cause: "device_restarted" })]);
    const [gap] = bench.of("gap");
    const before = bench.recorded.find(({ seq }) => seq === gap!.fromSeq - 1)!;
    const after = bench.recorded.find(({ seq }) => seq === gap!.toSeq)!;
    const missedS = (gap!.toSeq - gap!.fromSeq) / 128;
    expect(Math.abs(missedS - (after.arrivalUs - before.arrivalUs) / 1e6)).toBeLessThan(0.1);
    const numbers = bench.recorded.map(({ seq }) => seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(bench.compare().recorded.length).toBe(bench.compare().sent.length);
  });

  test("a device that says nothing for five seconds counts as lost", async () => {
    const bench = await new DriverBench({ emulator: { faults: [parseFault("silence@1:8")] } }).arm();
    await bench.time.pass(7_000);
    expect(bench.driver.phase).toBe("lost");
    expect(bench.faultCodes.slice(0, 2)).toEqual(["DEVICE_STALLED", "DEVICE_LOST"]);
    await bench.time.pass(20_000);
    expect(bench.driver.phase).toBe("armed");
    await bench.stop();
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
  });

  test("a lost device can be let go", async () => {
    const bench = await new DriverBench().arm();
    bench.port.cut("out of range");
    await bench.time.pass(100);
    expect(bench.driver.phase).toBe("lost");
    await bench.settle(bench.driver.close());
    bench.port.restore();
    const before = bench.notices.length;
    await bench.time.pass(60_000);
    expect(bench.notices.length).toBe(before);
  });
});

describe("at connect", () => {
  test("the device is known by its address, model and firmware", async () => {
    const bench = new DriverBench({ emulator: { macSuffix: "3A5F" } });
    expect(await bench.settle(bench.driver.connect(never))).toEqual({
      hardwareId: "shimmer:02504c593a5f",
      proposedId: "shimmer_3a5f",
      deviceType: "shimmer_gsr",
      label: "Shimmer3 GSR+ 3A5F",
      capabilities: ["gsr_data", "motion_data"],
      firmware: "LogAndStream 1.1.2",
      driver: "polychron-shimmer 1",
      simulated: true,
    });
  });

  test("a device that still streams for a former host, and junk of its radio, are no hindrance", async () => {
    const bench = new DriverBench({ emulator: { faults: [parseFault("junk:200")] } });
    await bench.transport.open(never);
    await bench.transport.write(bytesOf("08 04 00 00 07"));
    await bench.time.pass(500);
    expect(bench.truth.length).toBeGreaterThan(0);
    // The host dies without a word: its end of the pipe closes, the device's stays as it was.
    await bench.transport.close();
    bench.truth.length = 0;
    await bench.arm();
    await bench.time.pass(2_000);
    await bench.stop();
    const { sent, recorded: found } = bench.compare();
    expect(found).toEqual(sent);
  });

  test("the rate in force is the device's own", async () => {
    const bench = new DriverBench({ settings: { rateHz: 100 } });
    await bench.settle(bench.driver.connect(never));
    expect(bench.driver.settings).toMatchObject({ rateHz: 32_768 / 328 });
    expect(bench.driver.streams[0]!.nominalRateHz).toBe(32_768 / 328);
  });

  test("a device that does not answer is an error that names the command", async () => {
    const bench = new DriverBench();
    bench.emulator.close();
    const error: unknown = await bench.settle(bench.driver.connect(never)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "SHIMMER_NO_ACK", params: { command: "3F", waitedMs: 2000 } });
    expect(bench.driver.phase).toBe("closed");
  });

  test("a calibration on the device has priority over the sensor's default", async () => {
    const bench = new DriverBench();
    await bench.transport.open(never);
    await bench.transport.write(bytesOf("11 00 64 00 64 00 64 00 0A 00 0A 00 0A 64 00 00 00 64 00 00 00 64"));
    await bench.time.pass(10);
    await bench.transport.close();
    await bench.arm();
    await bench.time.pass(500);
    const { values } = bench.recorded[0]!;
    expect(values["accel_x_mps2"]).toBeCloseTo((values["accel_x_counts"]! - 100) / 10, 9);
  });

  test("another device under the same port is not taken for the lost one", async () => {
    const bench = await new DriverBench({ emulator: { macSuffix: "0001" } }).arm();
    bench.port.cut("out of range");
    await bench.time.pass(100);
    bench.emulator.close();
    const other = new DriverBench({ emulator: { macSuffix: "0002" } });
    other.emulator.close();
    const { ShimmerEmulator } = await import("@polychron/devices");
    new ShimmerEmulator(bench.port, { clock: bench.time, timers: bench.time, seed: 9, macSuffix: "0002" });
    bench.port.restore();
    await bench.time.pass(3_000);
    expect(bench.driver.phase).toBe("lost");
    expect(bench.faultCodes).toContain("SHIMMER_NOT_THE_SAME");
    await bench.settle(bench.driver.close());
  });
});

test("the battery is read at the start and every minute, and a low one is told", async () => {
  const bench = await new DriverBench({ emulator: { faults: [parseFault("lowbattery@30")] } }).arm();
  await bench.time.pass(59_000);
  expect(bench.of("battery").map(({ percent }) => percent)).toEqual([expect.closeTo(94.3, 0)]);
  await bench.time.pass(2_000);
  expect(bench.of("battery").length).toBe(2);
  expect(bench.of("battery")[1]!.percent).toBeLessThan(15);
  expect(bench.faultCodes).toEqual(["DEVICE_BATTERY_LOW"]);
  await bench.stop();
});

test("an unasked status is passed on by name", async () => {
  const bench = await new DriverBench({ emulator: { faults: [parseFault("dock@1:1")] } }).arm();
  await bench.time.pass(3_000);
  await bench.stop();
  expect(bench.of("status").map(({ values }) => values["docked"])).toEqual([true, false]);
});

test.each<[string, JsonObject]>([
  ["a rate of nothing", { rateHz: 0 }],
  ["a rate beyond the firmware", { rateHz: 5_000 }],
  ["a rate that is no number", { rateHz: "128" }],
  ["a range the board does not have", { gsrRange: 5 }],
  ["no sensor", { sensors: [] }],
  ["an unknown sensor", { sensors: ["gsr", "radar"] }],
  ["a setting nobody knows", { speed: 1 }],
  ["checksums that are neither on nor off", { crc: 2 }],
])("%s is refused with a hint", (_name, settings) => {
  const make = (): unknown => new DriverBench({ settings });
  expect(make).toThrow(
    expect.objectContaining({ code: "DEVICE_SETTING_INVALID", remedy: expect.stringMatching(/\w/) as string }),
  );
});
