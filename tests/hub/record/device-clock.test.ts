import { ProbedClock } from "../../../apps/hub/src/record/probed-clock.js";
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

test("before the first probe each stream of a device goes by its own arrivals, however old another's samples are", () => {
  const probed = new ProbedClock();
  const [quick, slow] = [new DeviceClock(probed), new DeviceClock(probed)];
  for (let number = 1; number <= 50; number++) {
    quick.push(sample(number / 10, number === 7 ? 2_000 : 30_000));
    slow.push(sample(number / 10 - 0.8, 900_000));
  }
  // The envelope may rise a little while the clock's rate is not known yet.
  expect(Math.abs(quick.hubUs(5) - (100e6 + 5e6 + 2_000))).toBeLessThan(2_000);
  expect(Math.abs(slow.hubUs(5) - (100e6 + 5e6 + 900_000))).toBeLessThan(2_000);
});

test("from the first answered probe on it alone counts, for every stream", () => {
  const probed = new ProbedClock();
  const clock = new DeviceClock(probed);
  clock.push(sample(3, 900_000));
  probed.push({ t1S: 104, t2S: 4.002, t3S: 4.002, t4S: 104.004, clockId: "a", quantS: 1e-6 });
  expect(clock.hubUs(4)).toBeCloseTo(104e6, -1);
  expect(clock.deviceS(104.5e6)).toBeCloseTo(4.5, 5);
});

test("of a clock that is announced anew nothing is known until it answers", () => {
  const probed = new ProbedClock();
  probed.announce("phone_a");
  probed.push({ t1S: 104, t2S: 4.002, t3S: 4.002, t4S: 104.004, clockId: "a", quantS: 1e-6 });
  probed.announce("phone_a");
  expect(probed.isKnown).toBe(true);
  probed.announce("phone_b");
  expect([probed.isKnown, probed.view(105e6)!.offset_s]).toEqual([false, null]);
  probed.push({ t1S: 106, t2S: null, t3S: null, t4S: null, clockId: "b", quantS: 1e-6 });
  expect(probed.isKnown).toBe(false);
  probed.push({ t1S: 106.02, t2S: 900, t3S: 900, t4S: 106.03, clockId: "b", quantS: 1e-6 });
  expect([probed.isKnown, probed.hubUs(900)]).toEqual([true, expect.closeTo(106.025e6, -2)]);
});

test("a clock that is read while it streams has a bound on its latency, and its times lie inside it", () => {
  const clock = new DeviceClock();
  const latencyUs = 12_000;
  for (let number = 0; number < 300; number++) {
    clock.push(sample(number / 10, latencyUs + (number % 9) * 1_000));
    if (number % 50 !== 49) continue;
    // Asked 5 ms before the device reads it, answered 20 ms later.
    const readS = number / 10 + 0.01;
    clock.read({ t1S: 100 + readS - 0.005, t2S: readS, t3S: readS, t4S: 100 + readS + 0.02, clockId: "a", quantS: 0 });
  }
  clock.read({ t1S: 131, t2S: null, t3S: null, t4S: null, clockId: "a", quantS: 0 });
  const view = clock.view(132e6)!;
  expect(view).toMatchObject({ method: "joint", bursts: 6, lost: 1, epochs: 1 });
  expect(Math.abs(clock.hubUs(29.9) - 129.9e6) / 1e3).toBeLessThanOrEqual(view.hard_ms!);
  expect(view.hard_ms).toBeLessThan(10);
});

/** Samples 20 ms late and readings 10 ms each way, of a clock that is so far ahead. */
function stream(clock: DeviceClock, { fromS, toS, aheadS }: { fromS: number; toS: number; aheadS: number }): unknown[] {
  const news = [];
  for (let i = Math.round(fromS * 50); i < toS * 50; i++) {
    const hubS = i / 50;
    clock.push({ ...sample(hubS + aheadS, 0), arrivalUs: Float64Array.of((hubS + 0.02) * 1e6) });
    if (i % 250 !== 125) continue;
    const t2S = hubS + aheadS + 0.02;
    news.push(clock.read({ t1S: hubS + 0.01, t2S, t3S: t2S, t4S: hubS + 0.03, clockId: "a", quantS: 0 }));
  }
  return news.filter((told) => told !== undefined);
}

test.each([0.06, -0.06])("a clock that is read tells a jump of %d s once, with its size", (jumpS) => {
  const clock = new DeviceClock();
  expect(stream(clock, { fromS: 0, toS: 60, aheadS: 7 })).toEqual([]);
  expect(stream(clock, { fromS: 60.06, toS: 120, aheadS: 7 + jumpS })).toEqual([
    { cause: "step", atS: expect.any(Number), jumpS: expect.closeTo(jumpS, 2), isCertain: true },
  ]);
});
