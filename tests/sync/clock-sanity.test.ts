import fc from "fast-check";
import { ClockSanity, StampSanity, type ClockVerdict } from "@polychron/sync";
import { mulberry32 } from "@polychron/sync/link-model";

/** Bursts of three exchanges, asked so often, over a link that takes some milliseconds each way. */
function judged(
  deviceS: (hubS: number) => number,
  {
    bursts = 12,
    everyS = 0.3,
    quantS = 1e-6,
    delayS = (): number => 0.004,
    clockId = (_burst: number): string => "a",
  } = {},
): ClockVerdict {
  const sanity = new ClockSanity();
  for (let burst = 0; burst < bursts; burst++)
    for (let probe = 0; probe < 3; probe++) {
      const t1S = 1000 + burst * everyS + probe * 0.02;
      const t2S = t1S + delayS();
      const answer = deviceS(t2S);
      sanity.push({ t1S, t2S: answer, t3S: answer, t4S: t2S + delayS(), clockId: clockId(burst), quantS });
    }
  return sanity.verdict;
}

test("a monotonic clock in seconds is good, wherever it began and however a crystal drifts", () => {
  expect(judged((hubS) => hubS * 1.0001 + 9_000_000)).toEqual({ kind: "good" });
});

test("nothing is said before enough was seen", () => {
  expect(judged((hubS) => hubS * 1000, { bursts: 3 })).toEqual({ kind: "unknown" });
});

test.each([
  ["the time of day in seconds", (hubS: number) => 1.76e9 + hubS, { kind: "epoch" }],
  ["milliseconds", (hubS: number) => hubS * 1e3, { kind: "unit", rate: expect.closeTo(1e3, -1) }],
  ["the time of day in milliseconds", (hubS: number) => 1.76e12 + hubS * 1e3, { kind: "unit" }],
  ["nanoseconds", (hubS: number) => hubS * 1e9, { kind: "unit", rate: expect.closeTo(1e9, -7) }],
  ["kiloseconds", (hubS: number) => hubS / 1e3, { kind: "unit", rate: expect.closeTo(1e-3, 4) }],
  ["seconds that run back", (hubS: number) => -hubS, { kind: "unit", rate: expect.closeTo(-1, 1) }],
  ["always the same", () => 77, { kind: "frozen", atS: 77 }],
  ["leaps under one name", (hubS: number) => hubS + Math.sin(Math.floor(hubS * 2) ** 2), { kind: "jumping" }],
])("a clock that tells %s is no clock", (_name, deviceS, verdict) => {
  expect(judged(deviceS)).toMatchObject(verdict);
});

test.each([-5000, -2000, 2000, 5000])(
  "a clock that is %d ppm off is not followed, and refused instead of leaping for ever",
  (ppm) => {
    const verdict = judged((hubS) => hubS * (1 + ppm * 1e-6), { bursts: 30, everyS: 2.5 });
    expect(verdict).toEqual({ kind: "unit", rate: expect.closeTo(1 + ppm * 1e-6, 3) });
  },
);

test("a clock that is 800 ppm off is followed, and good", () => {
  expect(judged((hubS) => hubS * 1.0008, { bursts: 30, everyS: 2.5 })).toEqual({ kind: "good" });
});

test("a single step is no reason to refuse a clock", () => {
  expect(judged((hubS) => hubS + (hubS > 1001.5 ? 3600 : 0))).toEqual({ kind: "good" });
});

test("a clock of one second's resolution does not stand still", () => {
  expect(judged((hubS) => Math.floor(hubS), { quantS: 1, bursts: 40 })).toEqual({ kind: "good" });
});

test("another clock is judged anew", () => {
  const deviceS = (hubS: number): number => (hubS < 1002 ? 5 : hubS);
  expect(judged(deviceS, { bursts: 12, clockId: (burst) => (burst < 7 ? "a" : "b") })).toEqual({ kind: "good" });
  expect(judged(deviceS, { bursts: 10, clockId: (burst) => (burst < 7 ? "a" : "b") })).toEqual({ kind: "unknown" });
});

test("a clock that leapt is good again when it has long not leapt", () => {
  const leaping = (hubS: number): number => hubS + (hubS < 1003 ? Math.sin(Math.floor(hubS * 2) ** 2) : 0);
  expect(judged(leaping, { bursts: 30 })).toEqual({ kind: "good" });
});

test("answers that say nothing are left out", () => {
  const sanity = new ClockSanity();
  for (const t2S of [Number.NaN, Number.POSITIVE_INFINITY, 1])
    for (let burst = 0; burst < 9; burst++) sanity.push({ t1S: burst, t2S, t3S: t2S, t4S: t2S === 1 ? -1 : burst });
  expect(sanity.verdict).toEqual({ kind: "unknown" });
});

test("no link, however bad, makes a clock that is right look wrong", () => {
  fc.assert(
    fc.property(
      fc.record({
        ppm: fc.double({ min: -200, max: 200, noNaN: true }),
        startS: fc.double({ min: 0, max: 1e8, noNaN: true }),
        worstS: fc.double({ min: 0, max: 0.9, noNaN: true }),
        everyS: fc.constantFrom(0.3, 1, 2.5),
        seed: fc.integer(),
      }),
      ({ ppm, startS, worstS, everyS, seed }) => {
        const random = mulberry32(seed);
        const clock = (hubS: number): number => startS + hubS * (1 + ppm * 1e-6);
        const verdict = judged(clock, { bursts: 30, everyS, delayS: () => 0.0005 + worstS * random() ** 3 });
        expect(verdict).toEqual({ kind: "good" });
      },
    ),
    { numRuns: 200 },
  );
});

test("samples stamped ahead of the clock that answers are found after ten seconds, a step of that clock is not", () => {
  const stamps = new StampSanity();
  stamps.push(100, 100.1);
  expect(stamps.verdict).toEqual({ kind: "good" });
  for (let second = 0; second < 9; second++) stamps.push(3700 + second, 101 + second);
  expect(stamps.verdict).toEqual({ kind: "good" });
  for (let second = 9; second < 12; second++) stamps.push(3700 + second, 101 + second);
  expect(stamps.verdict).toEqual({ kind: "stamps", aheadS: 3599 });
  stamps.push(113, 113.1);
  expect(stamps.verdict).toEqual({ kind: "good" });
});

test("samples of a phone that was away for hours are believed", () => {
  const stamps = new StampSanity();
  for (let second = 0; second < 60; second++) stamps.push(100 + second, 40_000 + second / 100);
  expect(stamps.verdict).toEqual({ kind: "good" });
});
