import fc from "fast-check";
import { HoleWatch } from "@polychron/processing/timed";
import type { StreamRows } from "@polychron/session/format";
import { hubTimeline, type Timeline } from "@polychron/sync";

const RATE_HZ = 50;

/** A sample at a time of its device, and the session time at which it came. */
type Row = readonly [deviceS: number, arrivalS: number];

/** Twenty seconds without a fault, 20 ms on their way. */
const WHOLE: readonly Row[] = Array.from({ length: 1000 }, (_, row) => [row / RATE_HZ, row / RATE_HZ + 0.02]);

function blockOf(rows: readonly Row[]): StreamRows {
  return {
    count: rows.length,
    seq: Float64Array.from(rows.keys()),
    deviceTimeS: Float64Array.from(rows, ([deviceS]) => deviceS),
    arrivalS: Float64Array.from(rows, ([, arrivalS]) => arrivalS),
    columns: [],
    missing: [],
  };
}

function holesOf(rows: readonly Row[], timeline: Timeline = hubTimeline(null), cutAt = 100) {
  const watch = new HoleWatch(RATE_HZ);
  for (let from = 0; from < rows.length; from += cutAt) watch.take(blockOf(rows.slice(from, from + cutAt)));
  return watch.holes(timeline);
}

test("samples without a break have no hole", () => {
  expect(holesOf(WHOLE)).toEqual([]);
});

test("a stretch without samples is a hole, from when one was due until the next came", () => {
  const rows = WHOLE.filter(([deviceS]) => deviceS < 5 || deviceS >= 7.5);
  expect(holesOf(rows)).toEqual([{ fromS: expect.closeTo(5), toS: 7.5 }]);
});

test("samples that were kept while the link was away and came later leave no hole", () => {
  const late = WHOLE.map(([deviceS, arrivalS]): Row => [deviceS, deviceS >= 5 && deviceS < 9 ? 9.02 : arrivalS]);
  expect(holesOf(late)).toEqual([]);
});

test("a jump of the device's clock is no hole, and neither is one of its numbering", () => {
  const jumped = WHOLE.map(([deviceS, arrivalS]): Row => [deviceS < 8 ? deviceS : deviceS + 500, arrivalS]);
  const placed = { ...hubTimeline(null), toSessionS: (deviceS: number) => (deviceS > 400 ? deviceS - 500 : deviceS) };
  expect(holesOf(jumped, placed)).toEqual([]);
});

test("a device that began anew left a hole, however little its own clock tells of it", () => {
  // Its clock began at 0 again two seconds after its last sample.
  const rows = WHOLE.flatMap(([deviceS, arrivalS]): Row[] =>
    deviceS < 8 ? [[deviceS + 900, arrivalS]] : deviceS < 10 ? [] : [[deviceS - 10, arrivalS]],
  );
  const placed = {
    ...hubTimeline(null),
    toSessionS: (deviceS: number) => (deviceS > 400 ? deviceS - 900 : deviceS + 10),
  };
  expect(holesOf(rows, placed)).toEqual([{ fromS: expect.closeTo(8), toS: 10 }]);
});

test("a device that slept with its clock left a hole that only the arrivals show", () => {
  const rows = WHOLE.map(([deviceS, arrivalS]): Row => [deviceS, deviceS < 6 ? arrivalS : arrivalS + 4]);
  const placed = { ...hubTimeline(null), toSessionS: (deviceS: number) => (deviceS < 6 ? deviceS : deviceS + 4) };
  expect(holesOf(rows, placed)).toEqual([{ fromS: expect.closeTo(6), toS: 10 }]);
});

test("what is no longer than the two times may be off is no hole", () => {
  const rows = WHOLE.filter(([deviceS]) => deviceS < 5 || deviceS >= 5.3);
  const unsure = { ...hubTimeline(null), boundAtS: () => 0.2 };
  expect([holesOf(rows).length, holesOf(rows, unsure).length]).toEqual([1, 0]);
});

test("where nothing but arrivals tells the time, a link that held samples back is no hole", () => {
  const rows = WHOLE.map(([, arrivalS], row): Row => [Number.NaN, row < 300 ? arrivalS : arrivalS + 0.9]);
  const arrival = { ...hubTimeline(null), method: "arrival" as const };
  expect(holesOf(rows, arrival)).toEqual([]);
});

test("holes add up to what was taken away, wherever the blocks are cut", () => {
  const cuts = fc.array(fc.record({ at: fc.integer({ min: 1, max: 19 }), ms: fc.integer({ min: 200, max: 900 }) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: 300 }), (taken, cutAt) => {
      const isTaken = (deviceS: number): boolean =>
        taken.some(({ at, ms }) => deviceS >= at && deviceS < at + ms / 1000 && deviceS < 19.9);
      const rows = WHOLE.filter(([deviceS]) => !isTaken(deviceS));
      const holesS = holesOf(rows, hubTimeline(null), cutAt).reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
      expect(holesS).toBeCloseTo((WHOLE.length - rows.length) / RATE_HZ, 6);
    }),
  );
});

test("a stream that breaks all the time keeps its longest holes", () => {
  const rows = Array.from({ length: 30_000 }, (_, row): Row => [row * 0.5 + (row >= 29_000 ? 60 : 0), row * 0.5]);
  const holes = holesOf(rows, hubTimeline(null), 5000);
  expect(holes.length).toBeLessThanOrEqual(20_000);
  expect(Math.max(...holes.map(({ fromS, toS }) => toS - fromS))).toBeGreaterThan(60);
});
