import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  emulateOnLoopback,
  PtyPort,
  SerialTransport,
  ShimmerDriver,
  ShimmerEmulator,
  systemTimers,
  type DriverSink,
} from "@polychron/devices";
import { hubUs } from "@polychron/session/model";
import { driverContract, type DriverUnderTest } from "../driver-contract.js";
import { HandTime, settled } from "../hand-time.js";
import { hasSocat } from "../socat.js";

const settings = { otherSettings: { rateHz: 512, sensors: ["gsr"] }, badSettings: { rateHz: 0 } };
const clock = { nowUs: () => hubUs(Number(process.hrtime.bigint() / 1000n)) };

driverContract("Shimmer3, in memory", {
  ...settings,
  make: (sink) => {
    const time = new HandTime();
    const { transport, close } = emulateOnLoopback({ clock: time, timers: time, seed: 1 });
    const driver = new ShimmerDriver({
      transport,
      address: "emulator",
      sink,
      clock: time,
      timers: time,
      simulated: true,
    });
    return Promise.resolve({ driver, ready: () => Promise.resolve(), pass: () => time.pass(20), dispose: close });
  },
});

driverContract("Shimmer3R, in memory, without checksums", {
  ...settings,
  make: (sink) => {
    const time = new HandTime();
    const { transport, close } = emulateOnLoopback({ clock: time, timers: time, seed: 2, model: "shimmer3r" });
    const ports = { address: "emulator", sink, clock: time, timers: time, simulated: true };
    const driver = new ShimmerDriver({ transport, settings: { crc: false }, ...ports });
    return Promise.resolve({ driver, ready: () => Promise.resolve(), pass: () => time.pass(20), dispose: close });
  },
});

function onPort(address: string, sink: DriverSink, simulated: boolean): ShimmerDriver {
  const transport = new SerialTransport({ address, clock });
  return new ShimmerDriver({ transport, address, sink, clock, timers: systemTimers, simulated });
}

async function onPty(sink: DriverSink): Promise<DriverUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-shimmer-"));
  const link = join(folder, "shimmer");
  const onFailure = (error: Error): never => {
    throw error;
  };
  const port = await PtyPort.open({ link, onFailure });
  const emulator = new ShimmerEmulator(port, { clock, timers: systemTimers, seed: 1 });
  let isTaken = false;
  port.onLink((isUp) => (isTaken = isUp));
  return {
    driver: onPort(link, sink, true),
    pass: settled,
    ready: async () => {
      while (isTaken || !existsSync(link)) await settled();
    },
    dispose: async () => {
      emulator.close();
      await port.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

if (hasSocat()) driverContract("Shimmer3, on a pseudo-terminal", { ...settings, make: onPty });
else test.skip("a driver: Shimmer3, on a pseudo-terminal (not run without socat)", () => undefined);

const realPort = process.env["SHIMMER_PORT"];
if (realPort !== undefined) {
  const make = (sink: DriverSink): Promise<DriverUnderTest> =>
    Promise.resolve({
      driver: onPort(realPort, sink, false),
      pass: settled,
      ready: () => Promise.resolve(),
      dispose: () => Promise.resolve(),
    });
  driverContract("a real Shimmer", { ...settings, make });
}
