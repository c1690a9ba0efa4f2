import { ErrorTally } from "../../../../apps/hub/src/lab/alignment/error-tally.js";
import { holds } from "../../../../apps/hub/src/lab/alignment/device-alignment.js";

function tally(errorsS: readonly number[], boundS: number): ErrorTally {
  const errors = new ErrorTally();
  for (const errorS of errorsS) errors.add(errorS, boundS);
  return errors;
}

test("errors of either sign count by their size, and those beyond their bound are told", () => {
  const { report } = tally([-0.001, 0.002, -0.003, 0.004], 0.003);
  expect(report).toEqual({ count: 4, p50_ms: 2, p99_ms: 4, max_ms: 4, bound_ms: 3, within_bound: 0.75 });
});

test("a bound holds when 99 of 100 errors keep to it, and not when nothing was compared or no bound was stated", () => {
  const errors = (beyond: number): number[] => Array.from({ length: 200 }, (_, n) => (n < beyond ? 1 : 0));
  expect([2, 3].map((beyond) => holds(tally(errors(beyond), 0.5).report))).toEqual([true, false]);
  expect(holds(new ErrorTally().report)).toBe(false);
  expect(holds(tally([0], Number.NaN).report)).toBe(false);
});

test("errors of times for which no bound was stated count, and no bound is broken or kept by them", () => {
  const errors = new ErrorTally();
  errors.add(0.002, null);
  expect(errors.report).toEqual({ count: 1, p50_ms: 2, p99_ms: 2, max_ms: 2, bound_ms: null, within_bound: null });
});
