import { readSensor } from "./read-sensor.js";
import { JointClock, OneWayClock } from "@polychron/sync";
import { ClockModel, erlang2, oneWayTrace, stream, uniform } from "@polychron/sync/link-model";

const TICK_S = 1 / 32_768;
const INTERVAL_S = 0.03;

/** One thing that happens at the hub: a sample comes, or the answer to a question. */
type Happening =
  | { readonly kind: "sample"; readonly atS: number; readonly deviceS: number; readonly hubS: number }
  | { readonly kind: "reading"; readonly atS: number; readonly t1S: number; readonly deviceS: number };

interface Lab {
  readonly happenings: readonly Happening[];
  readonly thetaS: (hubS: number) => number;
}

/** A sensor over Bluetooth Low Energy that is asked for its clock every 2 to 8 s; question and answer wait for radio events. */
function lab(seed: number, rateHz = 51.2, durationS = 600): Lab {
  const clock = new ClockModel("phone", seed, 30);
  const thetaS = (hubS: number): number => clock.thetaS(hubS);
  const trace = oneWayTrace({ link: "ble", seed, rateHz, durationS, thetaS });
  const phaseS = stream(seed, 21)() * INTERVAL_S;
  const draw = stream(seed, 40);
  const nextEventS = (hubS: number): number => phaseS + Math.ceil((hubS - phaseS) / INTERVAL_S) * INTERVAL_S;
  const onTheWayS = (): number => (1.5 + erlang2(draw, 0.5)) / 1000;
  const happenings: Happening[] = Array.from(trace.hubS, (hubS, row) => ({
    kind: "sample",
    atS: trace.arrivalS[row]!,
    deviceS: trace.deviceS[row]!,
    hubS,
  }));
  for (let t1S = 5; t1S < durationS; t1S += uniform(draw, 2, 8)) {
    const readS = nextEventS(t1S) + onTheWayS();
    const deviceS = Math.floor((readS + thetaS(readS)) / TICK_S) * TICK_S;
    happenings.push({ kind: "reading", atS: nextEventS(readS + 0.5e-3) + onTheWayS(), t1S, deviceS });
  }
  return { happenings: happenings.sort((a, b) => a.atS - b.atS), thetaS };
}

/** At each sample, how far the clock is off and what it says of that, seconds. */
function run({ happenings }: Lab, clock = new JointClock()): { atS: number; errorS: number; hardS: number | null }[] {
  return happenings.flatMap((happening) => {
    const { atS, deviceS } = happening;
    if (happening.kind === "reading") {
      clock.probe({ t1S: happening.t1S, t2S: deviceS, t3S: deviceS, t4S: atS, clockId: "a", quantS: TICK_S });
      return [];
    }
    clock.push(deviceS, atS * 1e6);
    const errorS = clock.hubUs(deviceS) / 1e6 - happening.hubS;
    return [{ atS, errorS, hardS: clock.boundS(deviceS).hardS }];
  });
}

describe.each([51.2, 50, 1000 / 30])("a sensor at %d Hz over a radio that sends every 30 ms", (rateHz) => {
  test("is timed within the stated bound, latency and all", () => {
    for (const seed of [2, 3]) {
      const rows = run(lab(seed, rateHz, 300));
      const stated = rows.filter(({ hardS }) => hardS !== null);
      expect(stated.length).toBeGreaterThan(0.98 * rows.length);
      const kept = stated.filter(({ errorS, hardS }) => Math.abs(errorS) <= hardS!);
      expect(kept.length / stated.length).toBeGreaterThanOrEqual(0.999);
    }
  });
});

test("after two minutes the bound is below a third of the radio's interval, where middles would be off by half of it", () => {
  for (const seed of [1, 2]) {
    const late = run(lab(seed, 51.2, 400)).filter(({ atS }) => atS > 120);
    const bounds = late.map(({ hardS }) => hardS!);
    expect(Math.max(...bounds)).toBeLessThan(INTERVAL_S / 3);
    expect(Math.max(...late.map(({ errorS }) => Math.abs(errorS)))).toBeLessThan(INTERVAL_S / 4);
  }
});

test("without a reading it is the one-way clock, and says that the latency is not known", () => {
  const joint = new JointClock();
  const oneWay = new OneWayClock();
  for (let i = 0; i < 3000; i++) {
    joint.push(i / 100, (i / 100 + 0.02) * 1e6);
    oneWay.push(i / 100, (i / 100 + 0.02) * 1e6);
  }
  expect(joint.hubUs(29.99)).toBe(oneWay.hubUs(29.99));
  expect(joint.boundS(29.99)).toEqual({ hardS: null, ...oneWay.boundS(29.99) });
});

/** Samples of a perfect clock with 20 ms of latency; readings take 10 ms each way. */
function steady(clock: JointClock, { fromS, toS, aheadS }: { fromS: number; toS: number; aheadS: number }): string[] {
  const outcomes: string[] = [];
  for (let i = Math.round(fromS * 100); i < toS * 100; i++) {
    const hubS = i / 100;
    clock.push(hubS + aheadS, (hubS + 0.02) * 1e6);
    if (i % 500 !== 250) continue;
    const readS = hubS + aheadS + 0.02;
    outcomes.push(clock.probe({ t1S: hubS + 0.01, t2S: readS, t3S: readS, t4S: hubS + 0.03, clockId: "a" }));
  }
  return outcomes;
}

test("the middle between the edges is given, with half their distance as the bound", () => {
  const clock = new JointClock();
  steady(clock, { fromS: 0, toS: 300, aheadS: 7 });
  expect(clock.hubUs(306.99) / 1e6 - 299.99).toBeCloseTo(0.005, 3);
  expect(clock.boundS(306.99).hardS).toBeCloseTo(0.015, 3);
});

test("a clock that falls behind by 60 ms is taken as another one at the second reading", () => {
  const clock = new JointClock();
  steady(clock, { fromS: 0, toS: 60, aheadS: 7 });
  expect(steady(clock, { fromS: 60.06, toS: 80, aheadS: 6.94 })).toEqual(["contradicts", "renewed", "taken", "taken"]);
  expect(Math.abs(clock.hubUs(86.93) / 1e6 - 79.99)).toBeLessThan(clock.boundS(86.93).hardS!);
});

test("a clock that jumps ahead by 60 ms has no bound until the next reading, and a true one from then on", () => {
  const clock = new JointClock();
  steady(clock, { fromS: 0, toS: 60, aheadS: 7 });
  steady(clock, { fromS: 60, toS: 61, aheadS: 7.06 });
  expect(clock.boundS(68.05).hardS).toBeNull();
  expect(steady(clock, { fromS: 61, toS: 70, aheadS: 7.06 })[0]).toBe("renewed");
  expect(Math.abs(clock.hubUs(77.05) / 1e6 - 69.99)).toBeLessThan(clock.boundS(77.05).hardS!);
});

test("another clock_id and a restarted counter forget what earlier readings said", () => {
  const clock = new JointClock();
  steady(clock, { fromS: 0, toS: 60, aheadS: 7 });
  clock.probe({ t1S: 60, t2S: 67, t3S: 67, t4S: 60.4, clockId: "b" });
  expect(clock.boundS(67).hardS).toBeGreaterThan(0.009);
  clock.push(0, 61e6);
  expect(clock.boundS(0).hardS).toBeNull();
});

test("readings that run backwards, and those before the first sample, are left out", () => {
  const clock = new JointClock();
  expect(clock.probe({ t1S: 1, t2S: 8, t3S: 8, t4S: 1.02 })).toBe("absurd");
  steady(clock, { fromS: 0, toS: 60, aheadS: 7 });
  const before = clock.boundS(67);
  expect(clock.probe({ t1S: 60, t2S: 67, t3S: 66, t4S: 60.02 })).toBe("absurd");
  expect(clock.probe({ t1S: 60, t2S: 67, t3S: 67, t4S: 59 })).toBe("absurd");
  expect(clock.probe({ t1S: Number.NaN, t2S: 67, t3S: 67, t4S: 61 })).toBe("absurd");
  expect(clock.boundS(67)).toEqual(before);
});

test("the bound is never below one step of the device's counter", () => {
  const clock = new JointClock();
  for (let i = 0; i < 6000; i++) clock.push(i / 100, (i / 100) * 1e6);
  clock.probe({ t1S: 59.99, t2S: 59.99, t3S: 59.99, t4S: 59.99, quantS: 0.001 });
  expect(clock.boundS(59.99).hardS).toBeGreaterThanOrEqual(0.001);
});

test.each([0.006, 0.02, 0.2, 0.5, 0.9])(
  "after a jump ahead by %d s there is no bound until the next reading, and none that is too small afterwards",
  (byS) => {
    const { samples, readings } = readSensor({
      link: "spp",
      seed: 3,
      durationS: 400,
      aheadS: (hubS) => (hubS < 200 ? 0 : byS),
    });
    const clock = new JointClock();
    let next = 0;
    let stated = 0;
    for (const { hubS, deviceS, arrivalS } of samples) {
      for (; next < readings.length && readings[next]!.t4S <= arrivalS; next++)
        clock.probe({ ...readings[next]!, clockId: String(readings[next]!.clockId) });
      clock.push(deviceS, arrivalS * 1e6);
      const { hardS } = clock.boundS(deviceS);
      if (hardS === null || (hubS >= 200 && hubS < 200.2)) continue;
      expect(Math.abs(clock.hubUs(deviceS) / 1e6 - hubS)).toBeLessThanOrEqual(hardS);
      stated += 1;
    }
    expect(stated).toBeGreaterThan(0.95 * samples.length);
  },
);

test("a clock that falls behind by less than the quickest message takes is not trusted any more within two seconds", () => {
  const { samples, readings } = readSensor({
    link: "spp",
    seed: 3,
    durationS: 400,
    aheadS: (hubS) => (hubS < 200 ? 0 : -0.006),
  });
  const clock = new JointClock();
  let next = 0;
  for (const { hubS, deviceS, arrivalS } of samples) {
    for (; next < readings.length && readings[next]!.t4S <= arrivalS; next++)
      clock.probe({ ...readings[next]!, clockId: String(readings[next]!.clockId) });
    clock.push(deviceS, arrivalS * 1e6);
    const { hardS } = clock.boundS(deviceS);
    if (hardS === null || (hubS >= 200 && hubS < 202)) continue;
    expect(Math.abs(clock.hubUs(deviceS) / 1e6 - hubS)).toBeLessThanOrEqual(hardS);
  }
});
