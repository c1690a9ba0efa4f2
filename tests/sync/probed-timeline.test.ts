import fc from "fast-check";
import { ProbeFitBuilder, probedTimeline, type RawExchange, type Timeline } from "@polychron/sync";
import { fitOf, probedRun, type ProbedRun } from "@polychron/sync/link-model";

const BUSY = probedRun({ link: "wifi-busy" }, 2);

function timeline(rows: readonly RawExchange[]): Timeline {
  const builder = new ProbeFitBuilder();
  for (const row of rows) builder.push(row);
  return probedTimeline(builder.build());
}

function deviceS(run: ProbedRun, hubS: number): number {
  return hubS + run.truthS(hubS);
}

test("device time becomes session time within the stated bound", () => {
  const made = probedTimeline(fitOf(BUSY));
  expect(made.method).toBe("two_way");
  for (let atS = 1; atS < 1797; atS += 7.3) {
    const errorS = Math.abs(made.toSessionS(deviceS(BUSY, atS), Number.NaN) - atS);
    expect(errorS).toBeLessThanOrEqual(made.boundAtS!(atS));
    expect(made.boundAtS!(atS)).toBeLessThanOrEqual(made.boundS!);
  }
});

test("an epoch's bound holds between its bursts too, up to where the next one begins", () => {
  const run = probedRun({ link: "wifi-quiet", step: { atS: 901, byS: 0.006 } }, 3);
  const made = probedTimeline(fitOf(run));
  expect(made.epochs[0]!.boundS).toBeGreaterThan(0.006);
  expect(made.epochs[1]!.boundS).toBeLessThan(0.001);
});

test("the note says what the bound takes for granted", () => {
  expect(probedTimeline(fitOf(BUSY)).boundNote).toContain("three times as long");
});

test("session time is the exact inverse of the estimate", () => {
  const fit = fitOf(BUSY);
  for (const atS of [-5, 0.5, 100.1, 899.99, 1797, 2000]) {
    const { thetaS } = fit.estimate(atS)!;
    expect(Math.abs(fit.hubS(atS + thetaS, Number.NaN) - atS)).toBeLessThan(1e-9);
  }
});

test("no sample is placed later than it arrived, and one without device time has its arrival", () => {
  const made = probedTimeline(fitOf(BUSY));
  expect(made.toSessionS(deviceS(BUSY, 100), 99.9)).toBe(99.9);
  expect(made.toSessionS(Number.NaN, 99.9)).toBe(99.9);
});

test("without an answer each sample has its arrival", () => {
  const made = timeline([]);
  expect(made.method).toBe("arrival");
  expect(made.boundS).toBeNull();
});

/** How long after the last, where between the clock's edges the middle is, how much longer than needed the round trip. */
const wildRows = fc.array(
  fc.tuple(
    fc.double({ min: 0.001, max: 4, noNaN: true }),
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.double({ min: 0, max: 2, noNaN: true }),
  ),
  { minLength: 1, maxLength: 60 },
);

test("time never runs back inside an epoch, whatever the probes say", () => {
  let judged = 0;
  fc.assert(
    fc.property(wildRows, (steps) => {
      let t1S = 0;
      const rows = steps.map(([laterS, offS, longerS]) => {
        t1S += laterS;
        const roundTripS = 2 * Math.abs(offS) + longerS;
        const t2S = t1S + offS + roundTripS / 2;
        return { t1S, t2S, t3S: t2S, t4S: t1S + roundTripS, clockId: Number.NaN, quantS: 0 };
      });
      const made = timeline(rows);
      if (made.epochs.length !== 1) return;
      judged += 1;
      let lastS = -Infinity;
      for (let at = -10; at < t1S + 10; at += 0.37) {
        const timeS = made.toSessionS(at, Number.NaN);
        expect(timeS).toBeGreaterThanOrEqual(lastS);
        lastS = timeS;
      }
    }),
    { numRuns: 200 },
  );
  expect(judged).toBeGreaterThan(20);
});

test("whatever the probes say, the fit is made and every estimate has its bounds", () => {
  fc.assert(
    fc.property(wildRows, (steps) => {
      let t1S = 0;
      const rows = steps.map(([laterS, thetaS, roundTripS]) => {
        t1S += laterS;
        const t2S = t1S + thetaS + roundTripS / 2;
        return { t1S, t2S, t3S: t2S, t4S: t1S + roundTripS, clockId: Math.round(thetaS), quantS: 0 };
      });
      const builder = new ProbeFitBuilder();
      for (const row of rows) builder.push(row);
      const fit = builder.build();
      for (const { smoothed, atS } of fit.bursts) {
        expect(smoothed.bound99S).toBeGreaterThanOrEqual(0);
        expect(smoothed.hardS).toBeGreaterThanOrEqual(smoothed.bound99S - 1e-12);
        expect(fit.hubS(atS + smoothed.thetaS, atS)).not.toBeNaN();
      }
    }),
    { numRuns: 200 },
  );
});

test("after a restart of the clock a sample is placed by the clock that was running when it arrived", () => {
  const rows = BUSY.bursts
    .flat()
    .filter(({ t1S }) => t1S < 60 || t1S > 70)
    .map((row) => {
      const isAfter = row.t1S > 65;
      const byS = isAfter ? -60 - BUSY.truthS(65) : -BUSY.truthS(0);
      return { ...row, t2S: row.t2S + byS, t3S: row.t3S + byS, clockId: isAfter ? 2 : 1, quantS: 0 };
    });
  const made = timeline(rows);
  expect(made.epochs).toHaveLength(2);
  const early = 30 + BUSY.truthS(30) - BUSY.truthS(0);
  const late = 90 + BUSY.truthS(90) - 60 - BUSY.truthS(65);
  expect(Math.abs(early - late)).toBeLessThan(0.1);
  expect(made.toSessionS(early, 30.02)).toBeCloseTo(30, 2);
  expect(made.toSessionS(late, 90.02)).toBeCloseTo(90, 2);
});

test("around a step each sample keeps the side that its device time and its arrival tell", () => {
  const run = probedRun({ link: "wifi-quiet", step: { atS: 901, byS: -12.3 } }, 3);
  const made = probedTimeline(fitOf(run));
  for (let atS = 890; atS < 912; atS += 0.1) {
    const timeS = made.toSessionS(deviceS(run, atS), atS + 0.03);
    expect(Math.abs(timeS - atS)).toBeLessThan(0.001);
  }
});

/** Stream times of a quiet run whose clock jumps at 901 s, of samples that came `lateS` after they were taken. */
function lateRun(byS: number): { readonly made: Timeline; readonly deviceS: (atS: number) => number } {
  const run = probedRun({ link: "wifi-quiet", step: { atS: 901, byS } }, 3);
  return { made: probedTimeline(fitOf(run)), deviceS: (atS) => deviceS(run, atS) };
}

test.each([
  [-12.3, 10],
  [-12.3, 2],
  [-30, 25],
  [-6, 5],
  [-2, 1.9],
  [12.3, 20],
])("a clock that jumped by %d s never places a sample that came %d s late behind its arrival", (byS, lateS) => {
  const { made, deviceS } = lateRun(byS);
  for (let atS = 890; atS < 901; atS += 0.1)
    expect(Math.abs(made.toSessionS(deviceS(atS), atS + lateS) - atS)).toBeLessThan(made.boundAtS!(atS));
});

test("by the order of their stream samples that came later than the clock jumped back are told from those after the jump", () => {
  for (const [byS, lateS] of [
    [-6, 60],
    [-12.3, 13],
    [-0.4, 5],
  ] as const) {
    const { made, deviceS } = lateRun(byS);
    const timeS = made.inOrder!();
    for (let atS = 880; atS < 930; atS += 0.1) {
      const arrivalS = atS < 910 ? Math.max(atS, 880 + lateS) + (atS - 880) / 1000 : Math.max(atS, 910 + lateS);
      const errorS = Math.abs(timeS(deviceS(atS), Math.max(arrivalS, atS + 0.02)) - atS);
      if (Math.abs(atS - 901) > 2.6) expect(errorS).toBeLessThan(0.001);
    }
  }
});

test("where a late sample fits before a jump back and after it, the bound that is told its arrival says so", () => {
  const { made, deviceS } = lateRun(-6);
  const timeS = made.toSessionS(deviceS(897), 960);
  expect(made.boundAtS!(timeS, timeS + 0.02)).toBeLessThan(0.001);
  expect(made.boundAtS!(timeS, 960)).toBeGreaterThan(5.9);
  expect(made.boundAtS!(timeS, Number.NaN)).toBeGreaterThan(5.9);
  expect(made.boundAtS!(500, 960)).toBeLessThan(0.001);
});

test("a stream of which no arrival is known is followed through a jump back by its order alone", () => {
  const { made, deviceS } = lateRun(-30);
  const timeS = made.inOrder!();
  for (let atS = 850; atS < 950; atS += 0.1) {
    const errorS = Math.abs(timeS(deviceS(atS), Number.NaN) - atS);
    if (Math.abs(atS - 901) > 2.6) expect(errorS).toBeLessThan(0.001);
  }
});
