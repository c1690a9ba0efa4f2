import fc from "fast-check";
import { StampGrid } from "@polychron/sync";

/** Stamps a little apart, at times that are on no step themselves. */
const times = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 12, maxLength: 60 });

function stepOf(stamps: readonly (readonly [number, number])[]): number {
  const grid = new StampGrid();
  for (const [first, second] of stamps) grid.push(first, second);
  return grid.stepS;
}

test.each([1, 0.1, 0.01, 1e-3, 1e-4, 1e-5])("stamps cut off to %d s lie on that step or a coarser one", (stepS) => {
  fc.assert(
    fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (atS, shiftS) => {
      const cut = (s: number): number => Math.floor(s / stepS) * stepS + shiftS;
      expect(stepOf(atS.map((s) => [cut(s), cut(s + 0.0137)]))).toBeGreaterThanOrEqual(stepS * (1 - 1e-9));
    }),
  );
});

test("with many stamps the step is the true one", () => {
  const stamps = Array.from({ length: 200 }, (_, n) => n * 2.5 + Math.sin(n) * 0.2);
  for (const stepS of [1, 0.1, 0.01, 1e-3, 1e-4]) {
    const cut = (s: number): number => Math.round(s / stepS) * stepS;
    expect(stepOf(stamps.map((s) => [cut(s), cut(s + 0.0037)]))).toBeCloseTo(stepS, 12);
  }
});

test("ticks of a watch crystal show, also where they are written with six digits", () => {
  const stamps = Array.from({ length: 100 }, (_, n) => n * 0.51 + Math.sin(n) * 0.2);
  const tick = (s: number): number => Math.floor(s * 32_768) / 32_768;
  const written = (s: number): number => Number(tick(s).toFixed(6));
  expect(stepOf(stamps.map((s) => [tick(s), tick(s + 0.0037)]))).toBeCloseTo(1 / 32_768, 12);
  const seenS = stepOf(stamps.map((s) => [written(s), written(s + 0.0037)]));
  expect(seenS).toBeGreaterThan(1 / 32_768);
  expect(seenS).toBeLessThan(2 / 32_768);
});

test("stamps that lie on no step have none from the second row on", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e5, noNaN: true }), (fromS) => {
      const first = [fromS * Math.E, fromS * Math.E + Math.PI / 1000] as const;
      const second = [first[0] + Math.SQRT1_2, first[0] + Math.SQRT1_2 + Math.PI / 700] as const;
      expect(stepOf([first, second])).toBe(0);
    }),
  );
});

test("before anything is known no step is stated, and one row alone states the coarsest on which it lies", () => {
  expect(new StampGrid().stepS).toBe(0);
  expect(stepOf([[12.5, 12.75]])).toBe(0.25);
});

test("one wrong row among many does not make a coarse clock a fine one", () => {
  const stamps = Array.from({ length: 400 }, (_, n) => Math.floor((n * 2.5 + Math.sin(n) * 0.2) * 1000) / 1000);
  const rows = stamps.map((s): [number, number] => [s, s + 0.002]);
  rows[300] = [stamps[300]! + 0.000_314_15, stamps[300]! + 0.000_9];
  expect(stepOf(rows)).toBeCloseTo(1e-3, 12);
});
