import { parsePhoneFault } from "@polychron/devices";
import type { SampleBlock } from "@polychron/session/model";
import { StampSteps } from "../../../apps/hub/src/record/stamp-steps.js";
import { ToldSteps } from "../../../apps/hub/src/record/told-steps.js";
import { PhoneOnBench } from "./phone-on-bench.js";

function block(firstSeq: number, deviceTimeS: readonly number[], arrivalUs: number): SampleBlock {
  const count = deviceTimeS.length;
  const arrivals = new Float64Array(count).fill(arrivalUs);
  return {
    fileType: "imu",
    firstSeq,
    count,
    deviceTimeS: Float64Array.from(deviceTimeS),
    arrivalUs: arrivals,
    channels: [],
  };
}

test("a time that goes backwards is a step, of the size that the numbers leave", () => {
  const steps = new StampSteps();
  expect(steps.push({ nominalRateHz: 10 }, block(0, [5, 5.1, 5.2], 1e6))).toBeUndefined();
  const step = steps.push({ nominalRateHz: 10 }, block(5, [3.5, 3.6], 4e6));
  // Three periods have passed from sample 2 to sample 5.
  expect(step).toEqual({ atS: 4, jumpS: expect.closeTo(3.5 - 5.2 - 0.3, 9) });
  expect(steps.push({ nominalRateHz: 10 }, block(7, [3.7], 4e6))).toBeUndefined();
});

test("in an irregular stream the arrivals say how much time has passed", () => {
  const steps = new StampSteps();
  steps.push({ nominalRateHz: 0 }, block(0, [5], 1e6));
  expect(steps.push({ nominalRateHz: 0 }, block(1, [3], 2e6))).toEqual({ atS: 2, jumpS: expect.closeTo(-3, 9) });
});

test("what streams and probes show within some seconds is one step; what one of them shows twice is two", () => {
  const told = new ToldSteps();
  expect(told.isNew({ source: "imu", atS: 10, jumpS: -2 })).toBe(true);
  expect(told.isNew({ source: "gsr", atS: 10.2, jumpS: -2.01 })).toBe(false);
  expect(told.isNew({ source: "probes", atS: 14, jumpS: -1.99 })).toBe(false);
  expect(told.isNew({ source: "imu", atS: 15, jumpS: -2 })).toBe(true);
  expect(told.isNew({ source: "probes", atS: 16, jumpS: 3 })).toBe(true);
  expect(told.isNew({ source: "probes", atS: 60, jumpS: -2 })).toBe(true);
});

/** A phone whose clock is set back by 2.5 s in a recording. */
async function setBack(whileIt: (on: PhoneOnBench) => Promise<void>): Promise<Record<string, unknown>[]> {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.brain.order(parsePhoneFault("clock-step@0:-2.5"));
  await whileIt(on);
  await on.bench.order({ kind: "stop_recording", session });
  return (await on.bench.events(session)).filter(({ event }) => event === "clock_step");
}

test("a phone whose samples' times go backwards has one step in the session's log, with its size", async () => {
  const steps = await setBack((on) => on.bench.time.pass(3_000));
  expect(steps).toMatchObject([
    { device: "phone_1", cause: "samples", certain: true, jump_s: expect.closeTo(-2.5, 2) },
  ]);
});

test("a step that the probes show as well is told once", async () => {
  const steps = await setBack(async (on) => {
    for (let burst = 0; burst < 5; burst++) {
      for (let question = 0; question < 4; question++) {
        on.link.probe();
        await on.bench.time.pass(20);
      }
      await on.bench.time.pass(920);
    }
  });
  expect(steps).toMatchObject([{ device: "phone_1", jump_s: expect.closeTo(-2.5, 2) }]);
});

test("an old status that is said again is no step", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  const nowS = on.brain.probe({ id: 1, pad: "" }).t2_s;
  for (const device_time_s of [nowS, nowS - 60])
    expect(await on.bench.during(on.link.ask("status", { device_time_s }))).toEqual({ ok: true });
  expect((await on.bench.events(session)).filter(({ event }) => event === "clock_step")).toEqual([]);
});
