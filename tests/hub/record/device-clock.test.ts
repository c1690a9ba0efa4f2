import type { SampleBlock } from "@polychron/session/model";
import { DeviceClock, type ClockPair } from "../../../apps/hub/src/record/device-clock.js";

/** One sample taken at a device time, arrived `delayUs` after it; the device's zero is hub second 100. */
function sample(deviceS: number, delayUs: number): SampleBlock {
  return {
    fileType: "gsr",
    firstSeq: 0,
    count: 1,
    deviceTimeS: Float64Array.of(deviceS),
    arrivalUs: Float64Array.of(100e6 + deviceS * 1e6 + delayUs),
    channels: [],
  };
}

test("of each tenth of a second the pair with the least delay is kept", () => {
  const clock = new DeviceClock();
  const kept: ClockPair[] = [];
  clock.onPair((pair) => kept.push(pair));
  for (const [deviceS, delayUs] of [
    [0.01, 9000],
    [0.03, 2000],
    [0.06, 7000],
    [0.11, 5000],
    [0.21, 5000],
  ] as const)
    clock.push(sample(deviceS, delayUs));
  expect(kept.map((pair) => pair.deviceS)).toEqual([0.03, 0.11]);
});

test("the live map follows the least delay", () => {
  const clock = new DeviceClock();
  for (let number = 0; number < 200; number++) clock.push(sample(number / 50, 3000 + (number % 7) * 4000));
  expect(Math.abs(clock.hubUs(4) - (100e6 + 4e6 + 3000))).toBeLessThan(500);
});

test("ten minutes of pairs are kept, and no more", () => {
  const clock = new DeviceClock();
  for (let number = 0; number < 9000; number++) clock.push(sample(number / 10, 1000));
  const history = clock.history();
  expect(history.at(-1)!.arrivalUs - history[0]!.arrivalUs).toBeLessThanOrEqual(600e6);
  expect(history.length).toBeGreaterThan(5900);
});

test("a counter that begins anew is not taken for a small delay", () => {
  const clock = new DeviceClock();
  const kept: ClockPair[] = [];
  clock.onPair((pair) => kept.push(pair));
  clock.push(sample(50.01, 1000));
  clock.push({ ...sample(0.01, 0), arrivalUs: Float64Array.of(150.05e6) });
  clock.push({ ...sample(0.2, 0), arrivalUs: Float64Array.of(150.24e6) });
  expect(kept.map((pair) => pair.deviceS)).toEqual([0.01]);
});

test("who has left hears no more", () => {
  const clock = new DeviceClock();
  let heard = 0;
  const leave = clock.onPair(() => (heard += 1));
  clock.push(sample(0, 0));
  clock.push(sample(0.2, 0));
  leave();
  clock.push(sample(0.4, 0));
  expect(heard).toBe(1);
});
