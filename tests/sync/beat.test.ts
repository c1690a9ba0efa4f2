import fc from "fast-check";
import { radioIntervalsS, samplePeriodS, widestGapS } from "@polychron/sync";

const TICK_S = 1 / 32_768;
const counted = (periodS: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => Math.floor((n * periodS) / TICK_S) * TICK_S);

test("arrivals that keep to a radio's schedule tell its interval, whatever its phase", () => {
  const choice = fc.record({
    units: fc.integer({ min: 6, max: 40 }),
    phaseS: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(choice, ({ units, phaseS }) => {
      const intervalS = units * 1.25e-3;
      // Steps of 1 to 3 intervals, so that only the interval itself divides all of them.
      let event = 0;
      const arrivals = Array.from({ length: 200 }, (_, n) => phaseS + (event += 1 + (n % 3)) * intervalS);
      expect(radioIntervalsS(arrivals)[0]).toBeCloseTo(intervalS, 9);
    }),
  );
});

test("arrivals spread over all phases keep to no schedule", () => {
  expect(radioIntervalsS(Array.from({ length: 256 }, (_, n) => n * 0.0195 + ((n * 0.618) % 1) * 0.04))).toEqual([]);
});

test("the sample period is found where only every third to seventh sample is there", () => {
  const all = counted(1 / 51.2, 1000);
  const kept: number[] = [];
  for (let at = 0, n = 0; at < all.length; at += 3 + (n++ % 5)) kept.push(all[at]!);
  expect(samplePeriodS(kept)).toBeCloseTo(1 / 51.2, 6);
});

test("stamps without a common period have none", () => {
  expect(samplePeriodS([0, 0.0312, 0.0713, 0.0931, 0.1517, 0.1732, 0.2391, 0.2777])).toBeUndefined();
});

test.each([
  ["equal to the interval leaves all of it unseen", 0.03, 0.03],
  ["of two thirds of the interval leaves a third", 0.02, 0.01],
  ["of a third of it leaves a third", 0.01, 0.01],
  ["that has no short common multiple with it leaves next to nothing", 1 / 51.2, 0.000157],
])("a sample period %s", (_name, periodS, gapS) => {
  expect(widestGapS(periodS, 0.03)).toBeCloseTo(gapS, 5);
});
