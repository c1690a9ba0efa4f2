import fc from "fast-check";
import { coordinationScore, dataScore, fade, lowest, syncScore } from "@polychron/processing";

test("a value fades from 1 at the best to 0 at the worst, by equal ratios", () => {
  const limits = [1e-3, 100e-3] as const;
  const values = [0, 1e-3, 10e-3, 100e-3, 5].map((value) => fade(value, limits));
  expect(values).toEqual([1, 1, expect.closeTo(0.5), 0, 0]);
});

test("a score never leaves 0 to 1, whatever goes in, and never rises when something gets worse", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, share, fc.double({ min: 0, max: 1, noNaN: true }), (written, present, rate, worse) => {
      const at = (factor: number): number =>
        dataScore({ written: [written * factor], present, rateOff: [rate], files: null }).value!;
      expect(at(1)).toBeGreaterThanOrEqual(0);
      expect(at(1)).toBeLessThanOrEqual(1);
      expect(at(worse)).toBeLessThanOrEqual(at(1));
    }),
  );
});

test("data is the product of what was written, presence, rate and files", () => {
  const { value, parts } = dataScore({ written: [1, 0.8], present: 0.5, rateOff: [0.001], files: 0.5 });
  expect(parts).toEqual({ completeness: expect.closeTo(0.9), presence: 0.5, rate: 1, files: 0.5 });
  expect(value).toBeCloseTo(0.225);
});

test("a bound of 10 ms is worth half, one that did not hold in one burst of twenty half of that again", () => {
  const { value } = syncScore({ method: "two_way", boundS: 10e-3, outside: 0.05 });
  expect(value).toBeCloseTo(0.25);
});

test("a clock that cannot be asked is worth less than one that can, and no bound is worth nothing", () => {
  const of = (method: "two_way" | "one_way" | "hub" | "none", boundS: number | null) =>
    syncScore({ method, boundS, outside: 0 }).value;
  expect([of("two_way", 1e-3), of("one_way", 1e-3), of("hub", 0), of("none", null), of("two_way", null)]).toEqual([
    1, 0.7, 1, 0, 0,
  ]);
});

test("coordination is the mean of what applies", () => {
  const { value, parts } = coordinationScore({
    startSkewsS: [0, Infinity],
    acknowledged: null,
    present: 1,
    answered: 0.5,
  });
  expect(parts).toEqual({ starts: 0.5, acknowledgements: null, heartbeats: 0.5 });
  expect(value).toBe(0.5);
});

test("where nothing tells there is no score", () => {
  expect(dataScore({ written: [], present: null, rateOff: [], files: null }).value).toBeNull();
  expect(coordinationScore({ startSkewsS: [], acknowledged: null, present: null, answered: null }).value).toBeNull();
});

test("a session has the lowest score of its devices, and says whose it is", () => {
  const score = (value: number | null) => ({ value, parts: {} });
  const scores = [
    { device: "a", score: score(0.9) },
    { device: "b", score: score(0.4) },
    { device: "c", score: score(null) },
  ];
  expect(lowest(scores)).toEqual({ value: 0.4, parts: {}, device: "b" });
});
