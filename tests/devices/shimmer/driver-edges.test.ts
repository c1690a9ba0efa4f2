import { parseFault } from "@polychron/devices";
import { bytesOf, hexOf } from "../bytes.js";
import { DriverBench } from "./driver-bench.js";

const never = new AbortController().signal;

/** Hears what the host writes, in hex. */
function tap(bench: DriverBench): string[] {
  const written: string[] = [];
  const write = bench.transport.write.bind(bench.transport);
  bench.transport.write = (bytes) => {
    written.push(hexOf(bytes));
    return write(bytes);
  };
  return written;
}

/** Lets the device's bytes pass through a change on their way to the host; undefined loses them. */
function distort(bench: DriverBench, change: (bytes: Uint8Array) => Uint8Array | undefined): void {
  const send = bench.port.send.bind(bench.port);
  bench.port.send = (bytes) => {
    const changed = change(bytes);
    return changed === undefined || send(changed);
  };
}

/** Numbers of the recorded samples: each one once. */
function expectOwnNumbers(bench: DriverBench): void {
  const numbers = bench.recorded.map(({ seq }) => seq);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
}

describe("the end of a stream", () => {
  test("without checksums the newest sample is not lost with the connection", async () => {
    const bench = await new DriverBench({ settings: { sensors: ["gsr"], rateHz: 16, crc: false } }).arm();
    bench.emulator.order(parseFault("close@1:1"));
    await bench.time.pass(1_600);
    expect(bench.driver.phase).toBe("lost");
    const { sent, recorded } = bench.compare();
    expect(recorded).toEqual(sent);
  });

  test("numbers grow over disarming and arming again, and no gap is told", async () => {
    const bench = await new DriverBench({ settings: { sensors: ["gsr"], rateHz: 64 } }).arm();
    await bench.time.pass(1_000);
    await bench.settle(bench.driver.disarm(never));
    await bench.settle(bench.driver.arm(never));
    await bench.time.pass(1_000);
    expect(bench.recorded.map(({ seq }) => seq)).toEqual(bench.recorded.map((_, index) => index));
    expect(bench.of("gap")).toEqual([]);
  });

  test("foreign bytes at the very end are told at disarming", async () => {
    const bench = await new DriverBench({ settings: { sensors: ["gsr"], rateHz: 64 } }).arm();
    await bench.time.pass(1_000);
    bench.emulator.order(parseFault("junk:40@0.02"));
    await bench.time.pass(60);
    await bench.settle(bench.driver.disarm(never));
    expect(bench.of("discarded").reduce((sum, { bytes }) => sum + bytes, 0)).toBe(40);
  });

  test("closing an armed driver tells the device to stop, and says nothing more", async () => {
    const bench = await new DriverBench().arm();
    const written = tap(bench);
    await bench.time.pass(500);
    await bench.settle(bench.driver.close());
    expect(written.at(-1)).toBe("20");
    const [told, had] = [bench.notices.length, bench.blocks.length];
    await bench.time.pass(5_000);
    expect([bench.notices.length, bench.blocks.length]).toEqual([told, had]);
    expect(bench.faultCodes).toEqual([]);
  });
});

describe("a return", () => {
  test("that fails behind its first samples does not give their numbers to others", async () => {
    const bench = new DriverBench();
    let statuses = 0;
    distort(bench, (bytes) => (bytes[1] === 0x8a && bytes[2] === 0x71 && ++statuses === 2 ? undefined : bytes));
    await bench.arm();
    bench.emulator.order(parseFault("close@1:1"));
    await bench.time.pass(15_000);
    expect(bench.faultCodes).toEqual(["DEVICE_LOST", "TRANSPORT_NOT_FOUND", "SHIMMER_NO_ACK"]);
    expect(bench.driver.phase).toBe("armed");
    expect(bench.of("gap").map(({ cause }) => cause)).toEqual(["disconnected", "disconnected"]);
    expectOwnNumbers(bench);
  });

  test("succeeds although the lost port could not even be closed", async () => {
    const bench = await new DriverBench().arm();
    const close = bench.transport.close.bind(bench.transport);
    let closes = 0;
    bench.transport.close = async () => {
      await close();
      if (closes++ === 0) throw new Error("the descriptor is gone");
    };
    bench.emulator.order(parseFault("close@0.1:1"));
    await bench.time.pass(8_000);
    expect(bench.faultCodes).toEqual(["DEVICE_LOST", "TRANSPORT_FAILED"]);
    expect(bench.driver.phase).toBe("armed");
  });
});

describe("what the device cannot do", () => {
  test("the longest period has sixteen bits: 0.5 Hz is 65535 ticks, not none", async () => {
    const bench = new DriverBench({ settings: { rateHz: 0.5, sensors: ["gsr"] } });
    const written = tap(bench);
    await bench.settle(bench.driver.connect(never));
    expect(written).toContain("05 FF FF");
    expect(bench.driver.settings["rateHz"]).toBe(32_768 / 65_535);
  });

  test.each([
    [11, false],
    [14, true],
  ])("checksums under firmware 0.%i.0: %s", async (minor, crc) => {
    const bench = new DriverBench({ emulator: { firmware: { id: 3, major: 0, minor, internal: 0 } } });
    await bench.settle(bench.driver.connect(never));
    expect(bench.driver.settings).toMatchObject({ crc });
  });

  test("a start that the device confirms without streaming is an error that says so", async () => {
    const bench = new DriverBench();
    await bench.settle(bench.driver.connect(never));
    // It forgets its sensors behind the driver's back: the start is confirmed, and there is nothing to send.
    await bench.transport.write(bytesOf("08 00 00 00"));
    await bench.time.pass(100);
    await expect(bench.settle(bench.driver.arm(never))).rejects.toMatchObject({ code: "SHIMMER_NOT_STREAMING" });
    expect(bench.driver.phase).toBe("connected");
  });

  test("a broken calibration on the device is told, and the default takes its place", async () => {
    const bench = new DriverBench({ settings: { sensors: ["accel"] } });
    await bench.settle(bench.driver.connect(never));
    // The alignment's second row is zero: it has no inverse.
    await bench.transport.write(bytesOf("11 07 FF 07 FF 07 FF 00 53 00 53 00 53 00 9C 00 00 00 00 00 00 9C"));
    await bench.time.pass(100);
    await bench.settle(bench.driver.close());
    await bench.settle(bench.driver.connect(never));
    expect(bench.faultCodes).toEqual(["SHIMMER_CALIBRATION_INVALID"]);
    const [x] = bench.driver.streams[0]!.channels;
    expect(x).toMatchObject({ name: "accel_x_mps2", formula: { constants: { sensitivity: [92, 92, 92] } } });
  });

  test("an unknown hardware version is refused, not guessed", async () => {
    const bench = new DriverBench();
    distort(bench, (bytes) => (bytes[1] === 0x25 ? bytesOf("FF 25 07") : bytes));
    await expect(bench.settle(bench.driver.connect(never))).rejects.toMatchObject({ code: "SHIMMER_HARDWARE_UNKNOWN" });
    expect(bench.driver.phase).toBe("closed");
  });
});
