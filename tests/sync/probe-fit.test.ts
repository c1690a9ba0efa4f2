import fc from "fast-check";
import { ProbeFitBuilder, type ProbeFit, type RawExchange } from "@polychron/sync";
import { askFit, fitOf, probedRun, questionTimes, type ProbedRun } from "@polychron/sync/link-model";

const UNKNOWN = { clockId: Number.NaN, quantS: 0 };

function rows(run: ProbedRun, untilS = Infinity, clockId = Number.NaN): RawExchange[] {
  const kept = run.bursts.filter(([first]) => first!.t1S < untilS);
  return kept.flat().map((exchange) => ({ ...exchange, clockId, quantS: 0 }));
}

function fit(exchanges: readonly RawExchange[]): ProbeFit {
  const builder = new ProbeFitBuilder();
  for (const exchange of exchanges) builder.push(exchange);
  return builder.build();
}

/** The same rows by a clock that shows so much more, under another name. */
function otherClock(exchanges: readonly RawExchange[], byS: number, clockId: number): RawExchange[] {
  return exchanges.map((row) => ({ ...row, t2S: row.t2S + byS, t3S: row.t3S + byS, clockId }));
}

function figures(made: ProbeFit): unknown {
  const { epochs, bursts, outside } = made;
  return { epochs, bursts, outside, at: [0, 50, 77.7, 150].map((atS) => made.estimate(atS)) };
}

const QUIET = probedRun({ link: "wifi-quiet" }, 1);
const BUSY = probedRun({ link: "wifi-busy" }, 2);

test("after the session the estimate and both bounds are the reference's, to the nanosecond", () => {
  const { thetaS, bound99S, hardS } = fitOf(QUIET).estimate(900)!;
  expect([thetaS, bound99S, hardS].map((value) => value.toFixed(9))).toEqual([
    "3828.262401889",
    "0.000494368",
    "0.000916949",
  ]);
});

test("what the session knew live is kept beside what it knows afterwards", () => {
  const { bursts, asked, answered, outside, epochs } = fitOf(BUSY);
  expect([asked, answered, outside]).toEqual([5888, 5888, 0]);
  expect(bursts).toHaveLength(733);
  expect(bursts[0]).toMatchObject({ predicted: null, outcome: "first", answered: 12, asked: 12 });
  expect(bursts.slice(1).every(({ predicted }) => predicted !== null)).toBe(true);
  expect(epochs).toHaveLength(1);
  expect(epochs[0]).toMatchObject({ cause: "first", jumpS: null, bursts: 733 });
  expect(epochs[0]!.driftPpm).toBeCloseTo(((BUSY.truthS(1797) - BUSY.truthS(0)) / 1797) * 1e6, 0);
});

test("rows that a second file repeats change nothing and are counted", () => {
  const all = rows(QUIET, 200);
  const made = fit([...all.slice(0, 600), ...all.slice(250)]);
  expect(figures(made)).toEqual(figures(fit(all)));
  expect(made.repeated).toBe(350);
});

test("rows a little out of order and rows twice change nothing", () => {
  const all = rows(QUIET, 200);
  const plain = figures(fit(all));
  fc.assert(
    fc.property(fc.array(fc.nat(all.length - 2), { maxLength: 60 }), (places) => {
      const mixed = [...all];
      for (const place of places) [mixed[place], mixed[place + 1]] = [mixed[place + 1]!, mixed[place]!];
      expect(figures(fit([...mixed, ...mixed.slice(-20)]))).toEqual(plain);
    }),
    { numRuns: 20 },
  );
});

test("a question without an answer is counted, also when it was written after later ones", () => {
  const all = rows(QUIET, 200);
  const lost = { ...all[100]!, t2S: Number.NaN, t3S: Number.NaN, t4S: Number.NaN };
  const made = fit([...all.slice(0, 100), ...all.slice(101, 110), lost, ...all.slice(110)]);
  expect([made.asked, made.answered]).toEqual([all.length, all.length - 1]);
  expect(made.bursts.filter(({ answered, asked }) => answered === asked - 1)).toHaveLength(1);
});

const absurd = fc.oneof(
  fc.constant({ t1S: Number.NaN }),
  fc.constant({ t1S: 1e12 }),
  fc.constant({ t2S: Number.NaN }),
  fc.constant({ t2S: 1e12, t3S: 1e12 }),
  fc.constant({ t2S: 1e12 }),
  fc.constant({ t3S: -1e12 }),
  fc.constant({ t4S: 0 }),
  fc.constant({ t4S: Infinity }),
);

test("absurd rows are dropped and counted, and the rest is right", () => {
  const all = rows(QUIET, 120);
  const broken = fc.array(fc.tuple(fc.nat(all.length - 1), absurd), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(broken, (faults) => {
      const mixed = [...all];
      for (const [place, fault] of faults) mixed[place] = { ...all[place]!, ...fault };
      const changed = new Set(faults.map(([place]) => place)).size;
      const made = fit(mixed);
      expect(made.absurd).toBe(changed);
      for (const atS of [20, 60, 100]) {
        const { thetaS, hardS } = made.estimate(atS)!;
        expect(Math.abs(thetaS - QUIET.truthS(atS))).toBeLessThanOrEqual(hardS);
      }
    }),
    { numRuns: 30 },
  );
});

test("rows that are left out are counted by their cause, and only answers that could be count as answered", () => {
  const all = rows(QUIET, 60);
  const mixed = [...all, all.at(-1)!];
  mixed[10] = { ...all[10]!, t4S: 0 };
  mixed[20] = { ...all[20]!, t2S: Number.NaN };
  mixed[30] = { ...all[30]!, t1S: 1e12 };
  const made = fit(mixed);
  expect(made.leftOut).toEqual({ repeated: 1, refuted: 0, implausible: 2, backwards: 1 });
  expect([made.asked, made.answered, made.absurd]).toEqual([all.length - 1, all.length - 3, 3]);
});

test("the mean gain of an epoch is right within what is stated, short or long, on every link", () => {
  for (const link of ["lan", "wifi-quiet", "wifi-busy", "wifi-upload", "wifi-psm"] as const) {
    const run = probedRun({ link }, 5);
    for (const untilS of [5, 30, 300]) {
      const { driftPpm, driftWithinPpm, fromS, toS } = fit(rows(run, untilS)).epochs[0]!;
      const truePpm = ((run.truthS(toS) - run.truthS(fromS)) / (toS - fromS)) * 1e6;
      expect(Math.abs(driftPpm - truePpm)).toBeLessThan(driftWithinPpm!);
    }
    expect(fit(rows(run, 300)).epochs[0]!.driftWithinPpm).toBeLessThan(3);
  }
});

test("a single burst states no uncertainty of the mean gain", () => {
  expect(fit(rows(QUIET, 0.2)).epochs[0]!.driftWithinPpm).toBeNull();
});

test("a resolution that no clock has tells nothing of it", () => {
  const coarse = rows(QUIET, 20).map((row, index) => (index % 3 === 0 ? { ...row, quantS: Infinity } : row));
  const made = fit(coarse);
  expect(made.absurd).toBe(Math.ceil(coarse.length / 3));
  expect(made.estimate(10)!.bound99S).toBeLessThan(0.002);
});

test("without a single answer there is no estimate", () => {
  const made = fit([{ t1S: 1, t2S: Number.NaN, t3S: Number.NaN, t4S: Number.NaN, ...UNKNOWN }]);
  expect(made).toMatchObject({ epochs: [], bursts: [], asked: 1, answered: 0, outside: 0 });
  expect(made.estimate(1)).toBeUndefined();
  expect(made.hubS(1, 1)).toBeNaN();
});

test("one exchange is an estimate with half its round trip as bound", () => {
  const { thetaS, hardS } = fit([{ t1S: 1, t2S: 101.002, t3S: 101.003, t4S: 1.005, ...UNKNOWN }]).estimate(1)!;
  expect(thetaS).toBeCloseTo(100, 9);
  expect(hardS).toBeCloseTo(0.002, 5);
});

test("building twice gives the same", () => {
  const builder = new ProbeFitBuilder();
  for (const row of rows(QUIET, 60)) builder.push(row);
  expect(figures(builder.build())).toEqual(figures(builder.build()));
});

test("a clock under a new name is an epoch of its own, and both keep their offset", () => {
  const all = rows(QUIET, 300, 7);
  const made = fit([...all.slice(0, 800), ...otherClock(all.slice(800), -3000, 8)]);
  expect(made.epochs.map(({ cause, clockId, jumpS }) => [cause, clockId, jumpS])).toEqual([
    ["first", 7, null],
    ["clock", 8, null],
  ]);
  const [first, second] = made.epochs;
  expect(made.estimate(first!.toS)!.thetaS).toBeCloseTo(QUIET.truthS(first!.toS), 3);
  expect(made.estimate(second!.fromS)!.thetaS).toBeCloseTo(QUIET.truthS(second!.fromS) - 3000, 3);
  expect(made.outside).toBe(0);
});

test("between two clocks nothing is interpolated: the estimate is the older one's, and the bound covers the newer", () => {
  const all = rows(QUIET, 300, 7);
  const gone = all.filter(({ t1S }) => t1S < 100 || t1S > 160);
  const made = fit([
    ...gone.filter(({ t1S }) => t1S < 100),
    ...otherClock(
      gone.filter(({ t1S }) => t1S > 160),
      -50,
      8,
    ),
  ]);
  const { thetaS, bound99S } = made.estimate(130)!;
  expect(thetaS).toBeCloseTo(QUIET.truthS(130), 3);
  expect(bound99S).toBeGreaterThan(50);
  expect(made.mappedBoundS(130)).toBeGreaterThan(50);
});

test.each([-12.3, 0.006, 0.001])(
  "a jump of %d s is found afterwards too, and the bounds hold around its instant",
  (byS) => {
    const run = probedRun({ link: "wifi-quiet", step: { atS: 901, byS } }, 3);
    const made = fitOf(run);
    expect(made.epochs).toHaveLength(2);
    expect(made.epochs[1]!.cause).toBe(byS === 0.001 ? "squeeze" : "step");
    expect(made.epochs[1]!.jumpS).toBeCloseTo(byS, 3);
    for (const { errorS, estimate } of askFit(run, made, questionTimes(880, 0.05).slice(0, 1000)))
      expect(Math.abs(errorS)).toBeLessThanOrEqual(estimate!.bound99S);
  },
);

test.each([
  { link: "wifi-quiet", byS: -0.0007, seed: 12 },
  { link: "wifi-busy", byS: 0.0007, seed: 1 },
  { link: "lan", byS: -0.0001, seed: 6 },
] as const)(
  "a burst that fits both the line before a jump and the one behind it does not close the bound: $link",
  (made) => {
    const run = probedRun({ link: made.link, step: { atS: 901, byS: made.byS } }, made.seed);
    for (const { atS, smoothed } of fitOf(run).bursts.filter(({ atS }) => Math.abs(atS - 901) < 60))
      expect(Math.abs(smoothed.thetaS - run.truthS(atS))).toBeLessThanOrEqual(smoothed.bound99S);
  },
);

test("a device time before a long jump is never taken for one after it, a short one leaves its instant open", () => {
  const long = fitOf(probedRun({ link: "wifi-quiet", step: { atS: 901, byS: -12.3 } }, 3));
  expect(long.mappedBoundS(901)).toBeLessThan(0.001);
  expect(long.largestBoundS).toBeLessThan(0.001);
  const short = fitOf(probedRun({ link: "wifi-quiet", step: { atS: 901, byS: 0.006 } }, 3));
  expect(short.mappedBoundS(901)).toBeGreaterThan(0.006);
  expect(short.largestBoundS).toBeGreaterThan(0.006);
});

test("a burst that was left out widens the bound between its neighbours, and only there", () => {
  const all = rows(QUIET, 200);
  const odd = all.map((row) => (row.t1S > 100 && row.t1S < 102 ? otherClock([row], 0.3, Number.NaN)[0]! : row));
  const made = fit(odd);
  const left = made.bursts.find(({ outcome }) => outcome === "pending")!;
  expect(made.estimate(left.atS)!.bound99S).toBeGreaterThan(0.29);
  expect(made.estimate(left.atS - 6)!.bound99S).toBeLessThan(0.001);
  expect(made.outside).toBe(1);
});

test("a queue that stood for the first five minutes does not bend the line", () => {
  const run = probedRun({ link: "wifi-busy", standing: [{ fromS: 0, toS: 300, downMs: 1, upMs: 25 }] }, 1);
  for (const { errorS, estimate } of askFit(run, fitOf(run), questionTimes()))
    expect(Math.abs(errorS)).toBeLessThanOrEqual(Math.min(estimate!.hardS, 0.0007));
});
