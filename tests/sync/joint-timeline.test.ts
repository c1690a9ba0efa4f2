import { JointTimelineBuilder, TimelineBuilder, type RawExchange, type Timeline } from "@polychron/sync";
import { readSensor, TICK_S, type ReadSensor } from "./read-sensor.js";

function fitted({ samples, readings }: ReadSensor): Timeline {
  const builder = new JointTimelineBuilder();
  for (const { deviceS, arrivalS } of samples) builder.pushSample(deviceS, arrivalS);
  for (const reading of readings) builder.pushReading(reading);
  return builder.build()!;
}

interface Judged {
  readonly hubS: number;
  readonly errorS: number;
  readonly boundS: number;
}

function judged(timeline: Timeline, { samples }: ReadSensor): Judged[] {
  return samples.map(({ hubS, deviceS, arrivalS }) => {
    const timeS = timeline.toSessionS(deviceS, arrivalS);
    return { hubS, errorS: timeS - hubS, boundS: timeline.boundAtS!(timeS) };
  });
}

const outside = (rows: readonly Judged[]): Judged[] => rows.filter(({ errorS, boundS }) => Math.abs(errorS) > boundS);
const worst = (rows: readonly Judged[]): number =>
  rows.reduce((most, { errorS }) => Math.max(most, Math.abs(errorS)), 0);

describe.each([
  ["ble", 51.2, "phone"],
  ["ble", 50, "phone"],
  ["ble", 1000 / 30, "phone"],
  ["ble", 51.2, "thermal"],
  ["spp", 51.2, "phone"],
  ["spp", 128, "thermal"],
] as const)("a sensor over %s at %d Hz with a %s clock that was read while it streamed", (link, rateHz, clock) => {
  test("has times within the stated bound, latency and all", () => {
    for (const seed of [1, 2]) {
      const sensor = readSensor({ link, rateHz, clock, seed, durationS: 400 });
      const timeline = fitted(sensor);
      const rows = judged(timeline, sensor);
      expect(timeline.method).toBe("joint");
      expect(timeline.epochs).toHaveLength(1);
      expect(outside(rows).length / rows.length).toBeLessThan(0.01);
      expect(worst(rows)).toBeLessThanOrEqual(timeline.boundS!);
    }
  });
});

test("over a radio that sends every 30 ms the bound is below a fifth of that, where the middle of a reading would be off by half", () => {
  const sensor = readSensor({ link: "ble", seed: 1 });
  expect(fitted(sensor).boundS!).toBeLessThan(6e-3);
  expect(worst(judged(fitted(sensor), sensor))).toBeLessThan(1e-3);
});

test.each([60, -60, 20, 8, -8, 4, -4])(
  "a clock that jumps by %d ms stays inside its bound, open around the jump",
  (jumpMs) => {
    const atS = 300.3;
    const sensor = readSensor({ link: "ble", seed: 1, aheadS: (hubS) => (hubS < atS ? 0 : jumpMs / 1e3) });
    const timeline = fitted(sensor);
    const rows = judged(timeline, sensor);
    expect(timeline.epochs).toHaveLength(2);
    expect(outside(rows)).toEqual([]);
    const far = rows.filter(({ hubS }) => Math.abs(hubS - atS) > 20);
    expect(worst(far)).toBeLessThan(1.5e-3);
    expect(Math.max(...far.map(({ boundS }) => boundS))).toBeLessThan(8e-3);
  },
);

/** A perfect clock, 7 s ahead, over a link of 20 ms; it is read every 5 s, 10 ms each way. */
function steady(builder: JointTimelineBuilder, { fromS, toS, aheadS = 7, clockId = 1 }: Steady): void {
  for (let i = Math.round(fromS * 10); i < toS * 10; i++) {
    builder.pushSample(i / 10 + aheadS, i / 10 + 0.02);
    if (i % 50 === 20) builder.pushReading(reading(i / 10, aheadS, clockId));
  }
}

interface Steady {
  readonly fromS: number;
  readonly toS: number;
  readonly aheadS?: number;
  readonly clockId?: number;
}

function reading(t1S: number, aheadS: number, clockId = 1): RawExchange {
  const t2S = t1S + 0.01 + aheadS;
  return { t1S, t2S, t3S: t2S, t4S: t1S + 0.02, clockId, quantS: TICK_S };
}

test("the middle between the edges is given, with half their distance as the bound", () => {
  const builder = new JointTimelineBuilder();
  steady(builder, { fromS: 0, toS: 300 });
  const timeline = builder.build()!;
  expect(timeline.toSessionS(157, 150.02) - 150).toBeCloseTo(0.005, 4);
  expect(timeline.boundAtS!(150)).toBeGreaterThan(0.015);
  expect(timeline.boundAtS!(150)).toBeLessThan(0.017);
});

test("a clock that was named anew behind a pause is an epoch of its own, and has a bound once it was read", () => {
  const builder = new JointTimelineBuilder();
  steady(builder, { fromS: 0, toS: 60 });
  steady(builder, { fromS: 90, toS: 150, aheadS: -80, clockId: 2 });
  const timeline = builder.build()!;
  expect(timeline.epochs).toHaveLength(2);
  expect(timeline.toSessionS(40, 120.02) - 120).toBeCloseTo(0.005, 2);
  expect(timeline.toSessionS(57, 50.02) - 50).toBeCloseTo(0.005, 2);
});

test("a run of the clock that was never read has no bound, and the timeline says so", () => {
  const builder = new JointTimelineBuilder();
  steady(builder, { fromS: 0, toS: 60 });
  steady(builder, { fromS: 90, toS: 91, aheadS: -80, clockId: 2 });
  const timeline = builder.build()!;
  expect(timeline.boundS).toBeNull();
  expect(timeline.epochs.map(({ boundS }) => boundS === null)).toEqual([false, true]);
  expect(timeline.boundNote).toContain("too short to be read");
});

test("a single wrong reading, absurd ones, and what a second file repeats change nothing", () => {
  const clean = new JointTimelineBuilder();
  steady(clean, { fromS: 0, toS: 120 });
  const dirty = new JointTimelineBuilder();
  steady(dirty, { fromS: 0, toS: 60 });
  dirty.pushReading({ ...reading(60.1, 6.5), t4S: 60.13 });
  dirty.pushReading({ ...reading(60.2, 7), t4S: 59 });
  dirty.pushReading({ ...reading(60.3, 7), t2S: Number.NaN });
  dirty.pushReading({ ...reading(60.4, 7), t4S: Number.NaN });
  dirty.pushReading({ ...reading(Number.NaN, 7) });
  steady(dirty, { fromS: 0, toS: 60 });
  steady(dirty, { fromS: 60, toS: 120 });
  for (const hubS of [10, 59, 61, 119]) {
    const at = (builder: JointTimelineBuilder): number => builder.build()!.toSessionS(hubS + 7, hubS + 0.02);
    expect(at(dirty)).toBeCloseTo(at(clean), 5);
  }
});

test("without a reading there is no joint timeline", () => {
  const builder = new JointTimelineBuilder();
  builder.pushSample(1, 1);
  expect(builder.build()).toBeUndefined();
});

test("with readings the shape of the times is that of the arrivals alone", () => {
  const sensor = readSensor({ link: "spp", seed: 5 });
  const alone = new TimelineBuilder();
  for (const { deviceS, arrivalS } of sensor.samples) alone.push(deviceS, arrivalS);
  const [one, joint] = [alone.build(), fitted(sensor)];
  const apart = sensor.samples.map(
    ({ deviceS, arrivalS }) => one.toSessionS(deviceS, arrivalS) - joint.toSessionS(deviceS, arrivalS),
  );
  expect(Math.max(...apart) - Math.min(...apart)).toBeLessThan(1e-6);
});
