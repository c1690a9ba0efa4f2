import { emulateOnLoopback, ShimmerDriver, systemTimers } from "@polychron/devices";
import { systemClock } from "../../../apps/hub/src/system-clock.js";

test("an emulator is known as one by its address, however it was reached", async () => {
  const clock = systemClock();
  const pipe = emulateOnLoopback({ clock, timers: systemTimers, seed: 1, macSuffix: "3a5f" });
  const sink = { onBlock: () => undefined, onNotice: () => undefined };
  const driver = new ShimmerDriver({
    transport: pipe.transport,
    address: "/dev/given-by-hand",
    sink,
    clock,
    timers: systemTimers,
    simulated: false,
  });
  expect((await driver.connect(new AbortController().signal)).simulated).toBe(true);
  await driver.close();
  await pipe.close();
});
