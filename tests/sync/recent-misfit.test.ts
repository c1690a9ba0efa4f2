import fc from "fast-check";
import {
  misfitBoundS,
  misfitsAround,
  RecentMisfit,
  type Misfit,
} from "../../packages/sync/src/probes/recent-misfit.js";

const EVERY_S = 2.5;

function readings(offsS: readonly number[]): Misfit[] {
  return offsS.map((offS, index) => ({ atS: index * EVERY_S, offS, variance: 1e-8 }));
}

function meanOf(all: readonly Misfit[]): number {
  const misfit = new RecentMisfit();
  for (const each of all) misfit.push(each);
  return misfit.meanS;
}

const anyReadings = fc
  .array(
    fc.record({
      gapS: fc.double({ min: 0.1, max: 60, noNaN: true }),
      offS: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
      variance: fc.double({ min: 1e-9, max: 1e-4, noNaN: true }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((rows) => {
    let atS = 0;
    return rows.map(({ gapS, ...rest }): Misfit => ({ ...rest, atS: (atS += gapS) }));
  });

test("readings on one side of the line stay in the mean, readings on both sides cancel out", () => {
  expect(meanOf(readings(Array(40).fill(1e-4)))).toBeCloseTo(1e-4, 12);
  expect(Math.abs(meanOf(readings(Array.from({ length: 40 }, (_, index) => (index % 2 ? 1e-4 : -1e-4)))))).toBeLessThan(
    1e-5,
  );
});

test("a reading that is unsure counts less, and one of a quarter of a minute ago by e times less", () => {
  const sure = { atS: 0, offS: 0, variance: 1e-8 };
  expect(meanOf([sure, { atS: 0, offS: 1, variance: 9e-8 }])).toBeCloseTo(0.1, 9);
  expect(meanOf([sure, { atS: 15, offS: 1, variance: 1e-8 }])).toBeCloseTo(1 / (1 + Math.exp(-1)), 9);
});

test("before a reading and after another line began there is no misfit", () => {
  const misfit = new RecentMisfit();
  expect(misfit.meanS).toBe(0);
  misfit.push({ atS: 5, offS: 1, variance: 1 });
  misfit.clear();
  expect(misfit.meanS).toBe(0);
  misfit.push({ atS: 7, offS: 3, variance: 1 });
  expect(misfit.meanS).toBe(3);
});

test("after the session each reading's mean weighs those before it and those behind it alike, itself once", () => {
  fc.assert(
    fc.property(anyReadings, (all) => {
      const found = misfitsAround(all);
      all.forEach(({ atS }, index) => {
        const weights = all.map((other) => Math.exp(-Math.abs(other.atS - atS) / 15) / other.variance);
        const sum = all.reduce((total, { offS }, each) => total + offS * weights[each]!, 0);
        expect(found[index]).toBeCloseTo(sum / weights.reduce((total, weight) => total + weight), 9);
      });
    }),
  );
});

test("a misfit adds the same to the bound on either side, and never more than the line itself is unsure of", () => {
  expect(misfitBoundS(-2e-5, 1e-3)).toBe(misfitBoundS(2e-5, 1e-3));
  expect(misfitBoundS(2e-5, 1e-3)).toBeCloseTo(4e-5, 12);
  expect(misfitBoundS(1, 1e-5)).toBeCloseTo(6e-5, 12);
});
