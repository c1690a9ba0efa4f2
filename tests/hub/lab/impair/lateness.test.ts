import { Lateness } from "../../../../apps/hub/src/lab/impair/lateness.js";

test("nothing that happened has no lateness", () => {
  expect(new Lateness().report).toEqual({ count: 0, p50_ms: null, p99_ms: null, max_ms: null });
});

test("quantiles are true to a hundredth of a millisecond above", () => {
  const lateness = new Lateness();
  for (let us = 1; us <= 1000; us++) lateness.add(us);
  const { count, p50_ms: p50, p99_ms: p99, max_ms: max } = lateness.report;
  expect([count, max]).toEqual([1000, 1]);
  expect(p50).toBeCloseTo(0.51, 9);
  expect(p99).toBeCloseTo(1, 9);
});

test("what is later than all bins still counts, with its true size as the largest", () => {
  const lateness = new Lateness();
  lateness.add(3);
  lateness.add(2_500_000);
  expect(lateness.report).toMatchObject({ count: 2, p50_ms: 0.01, max_ms: 2500, p99_ms: 1000 });
});
