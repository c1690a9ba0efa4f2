import fc from "fast-check";
import { ClockTruth } from "../../../../apps/hub/src/lab/alignment/clock-truth.js";

const SECOND_US = 1e6;

/** Read once a second from `fromS` to `toS`: ahead of the hub's clock by `aheadS`, fast by `ppm`. */
function line(
  truth: ClockTruth,
  {
    boot = 0,
    leaps = 0,
    fromS,
    toS,
    aheadS,
    ppm,
  }: Record<"fromS" | "toS" | "aheadS" | "ppm", number> & {
    boot?: number;
    leaps?: number;
  },
): void {
  for (let atS = fromS; atS <= toS; atS++)
    truth.add({ boot, leaps, hubUs: atS * SECOND_US, deviceTimeS: atS + aheadS + ((atS - fromS) * ppm) / 1e6 });
}

test("between two readings the clock is where a straight line has it, and back again", () => {
  const truth = new ClockTruth();
  line(truth, { fromS: 100, toS: 160, aheadS: 5e6, ppm: 40 });
  fc.assert(
    fc.property(fc.double({ min: 100, max: 160, noNaN: true }), (atS) => {
      const thetaS = truth.thetaS(atS * SECOND_US)!;
      expect(thetaS).toBeCloseTo(5e6 + (atS - 100) * 40e-6, 7);
      expect(truth.hubUs(atS + thetaS, 0)! / SECOND_US).toBeCloseTo(atS, 6);
    }),
  );
  expect(truth.driftPpm).toBeCloseTo(40, 3);
});

test("a clock that leapt is two lines, and the leap is known", () => {
  const truth = new ClockTruth();
  line(truth, { fromS: 0, toS: 10, aheadS: 1000, ppm: 0 });
  line(truth, { leaps: 1, fromS: 10, toS: 20, aheadS: 1000.5, ppm: 0 });
  expect(truth.leaps).toEqual([{ atUs: 10 * SECOND_US, byS: 0.5 }]);
  expect([truth.thetaS(9.9 * SECOND_US), truth.thetaS(10.1 * SECOND_US)]).toEqual([1000, 1000.5]);
});

test("a time that a clock read twice is the one near the given instant", () => {
  const truth = new ClockTruth();
  line(truth, { fromS: 0, toS: 20, aheadS: 1000, ppm: 0 });
  line(truth, { leaps: 1, fromS: 20, toS: 40, aheadS: 990, ppm: 0 });
  expect(truth.hubUs(1015, 14 * SECOND_US)).toBe(15 * SECOND_US);
  expect(truth.hubUs(1015, 26 * SECOND_US)).toBe(25 * SECOND_US);
});

test("a phone that was off had no time, and its next start is no leap", () => {
  const truth = new ClockTruth();
  line(truth, { fromS: 0, toS: 10, aheadS: 1000, ppm: 0 });
  line(truth, { boot: 1, fromS: 30, toS: 40, aheadS: 7000, ppm: 0 });
  expect(truth.thetaS(20 * SECOND_US)).toBeUndefined();
  expect(truth.hubUs(5000, 0)).toBeUndefined();
  expect(truth.leaps).toEqual([]);
});

test("a clock that was read once goes at the pace of an exact one, for a moment", () => {
  const truth = new ClockTruth();
  truth.add({ boot: 0, leaps: 0, hubUs: 5 * SECOND_US, deviceTimeS: 105 });
  expect(truth.thetaS(6 * SECOND_US)).toBe(100);
  expect(truth.hubUs(106, 0)).toBe(6 * SECOND_US);
  expect([truth.thetaS(9 * SECOND_US), truth.driftPpm]).toEqual([undefined, null]);
});
