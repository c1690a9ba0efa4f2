import { Taps } from "../../../packages/devices/src/phone/emulator/taps.js";
import { PhoneBench } from "./phone-bench.js";

const never = new AbortController().signal;
const wait = { withinMs: 5_000, signal: never };

/** The largest acceleration of the phone's motion from now on, m/s², and when it was by the phone's clock. */
function loudest(bench: PhoneBench): { atS: number; mps2: number } {
  let most = { atS: 0, mps2: 0 };
  for (const { count, deviceTimeS, channels } of bench.blocks.filter((block) => block.fileType === "imu"))
    for (let row = 0; row < count; row++) {
      const mps2 = Math.hypot(...channels.slice(0, 3).map((channel) => channel[row]!));
      if (mps2 > most.mps2) most = { atS: deviceTimeS[row]!, mps2 };
    }
  return most;
}

test("a phone says by its capabilities what it can do; the emulated one knocks, at the ordered time of its own clock", async () => {
  const bench = await new PhoneBench().arm();
  expect(bench.driver.cues.acts).toEqual(["tap"]);
  const { t2_s: nowS } = bench.brain.probe({ id: 1, pad: "" });
  const made = await bench.settle(bench.driver.cues.make({ cue: 4, acts: ["tap"], atDeviceS: nowS + 0.5 }, wait));
  expect(made).toEqual([{ act: "tap", deviceTimeS: nowS + 0.5, uncertaintyS: 0 }]);
  await bench.time.pass(1_000);
  const { atS, mps2 } = loudest(bench);
  expect(mps2).toBeGreaterThan(30);
  expect(Math.abs(atS - nowS - 0.5)).toBeLessThan(0.006);
  await bench.brain.close();
});

test("an order for a moment that has passed, or for none, is done soon after, and the answer says when", async () => {
  const bench = await new PhoneBench().arm();
  for (const atDeviceS of [null, 1]) {
    const { t2_s: nowS } = bench.brain.probe({ id: 1, pad: "" });
    const [made] = await bench.settle(bench.driver.cues.make({ cue: 4, acts: ["tap"], atDeviceS }, wait));
    expect(made!.deviceTimeS).toBeGreaterThanOrEqual(nowS);
    expect(made!.deviceTimeS).toBeLessThan(nowS + 0.4);
  }
  await bench.brain.close();
});

test("what the phone cannot do it refuses in its own words", async () => {
  const bench = await new PhoneBench().arm();
  const order = bench.settle(bench.driver.cues.make({ cue: 4, acts: ["flash"], atDeviceS: null }, wait));
  await expect(order).rejects.toMatchObject({ code: "PHONE_REFUSED" });
  await bench.brain.close();
});

test("a knock cannot be added to what was felt already", () => {
  const taps = new Taps();
  expect(taps.feltAt(10)).toBe(0);
  const atS = taps.add(9.9);
  expect(atS).toBeGreaterThan(10.1);
  expect(taps.feltAt(atS)).toBeGreaterThan(30);
  expect(taps.feltAt(atS + 0.1)).toBe(0);
});
