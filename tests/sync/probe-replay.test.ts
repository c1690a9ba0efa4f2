import fc from "fast-check";
import { ProbeReplay, type ClockEstimate, type RawExchange } from "@polychron/sync";
import { ClockModel, DelayModel, probeSession } from "@polychron/sync/link-model";

const clock = new ClockModel("phone", 4);
const EXCHANGES: readonly RawExchange[] = probeSession({
  seed: 4,
  clock,
  link: new DelayModel("wifi-busy", 4),
  endS: 40,
})
  .flat()
  .map((exchange) => ({ ...exchange, clockId: Number.NaN, quantS: 0 }));

function replay(rows: readonly RawExchange[]): (ClockEstimate | undefined)[] {
  const clockReplay = new ProbeReplay();
  return rows.map((row) => clockReplay.push(row));
}

/** Every estimate is right within its hard bound. */
function expectTrue(rows: readonly RawExchange[], estimates: readonly (ClockEstimate | undefined)[]): void {
  rows.forEach(({ t1S }, at) => {
    const estimate = estimates[at];
    if (estimate === undefined || Math.abs(t1S) > 1e5) return;
    expect(Math.abs(estimate.thetaS - clock.thetaS(t1S))).toBeLessThanOrEqual(estimate.hardS);
  });
}

const unanswered = { t2S: Number.NaN, t3S: Number.NaN, t4S: Number.NaN };

test("an estimate stays the same when answers that came after its question never come", () => {
  const whole = replay(EXCHANGES);
  const row = fc.integer({ min: 1, max: EXCHANGES.length - 1 });
  fc.assert(
    fc.property(row, (at) => {
      const { t1S } = EXCHANGES[at]!;
      const known = EXCHANGES.slice(0, at + 1).map((seen) => (seen.t4S > t1S ? { ...seen, ...unanswered } : seen));
      expect(replay(known)[at]).toEqual(whole[at]);
    }),
  );
});

test("the first estimate stands at the first question after the first burst", () => {
  const first = replay(EXCHANGES).findIndex((estimate) => estimate !== undefined);
  expect(EXCHANGES[first]!.t1S).toBeLessThan(1);
  expect(first % 12).toBe(0);
});

test("lost answers, repeated rows, rows out of order and absurd rows leave every estimate true", () => {
  const fates = fc.array(fc.constantFrom("good", "good", "lost", "twice", "swapped", "backwards", "huge"), {
    minLength: EXCHANGES.length,
    maxLength: EXCHANGES.length,
  });
  fc.assert(
    fc.property(fates, (kinds) => {
      const rows = EXCHANGES.flatMap((row, at): RawExchange[] => {
        const kind = kinds[at];
        if (kind === "lost") return [{ ...row, ...unanswered }];
        if (kind === "twice") return [row, row];
        if (kind === "swapped" && at > 0) return [row, EXCHANGES[at - 1]!];
        if (kind === "backwards") return [{ ...row, t4S: row.t1S - 1 }];
        if (kind === "huge")
          return [{ t1S: 1e12, t2S: 1e12, t3S: 1e12, t4S: 1e12, clockId: Number.NaN, quantS: 0 }, row];
        return [row];
      });
      expectTrue(rows, replay(rows));
    }),
    { numRuns: 30 },
  );
});

test("a question far in the future does not hold up those that follow", () => {
  const rows = [...EXCHANGES.slice(0, 100), { ...EXCHANGES[100]!, t1S: 1e6, ...unanswered }, ...EXCHANGES.slice(100)];
  const estimates = replay(rows);
  expect(estimates.at(-1)).toBeDefined();
  expectTrue(rows, estimates);
});

test("a row from before what the estimate rests on has none", () => {
  const late = EXCHANGES[12]!;
  const estimates = replay([...EXCHANGES.slice(0, 60), late]);
  expect(estimates.at(-2)).toBeDefined();
  expect(estimates.at(-1)).toBeUndefined();
});

test("questions that never pause are taken in bursts of the largest size", () => {
  const rows = Array.from({ length: 400 }, (_, n): RawExchange => {
    const t1S = n * 0.05 + 1e-4 * Math.sin(n);
    return { t1S, t2S: t1S + 7.001, t3S: t1S + 7.001, t4S: t1S + 0.002, clockId: Number.NaN, quantS: 0 };
  });
  expect(replay(rows).at(-1)!.thetaS).toBeCloseTo(7, 6);
});

describe("stamps in steps that nothing tells", () => {
  const cut = (stepS: number) => (atS: number) => Math.floor(atS / stepS) * stepS;
  const rounded = (stepS: number) => (atS: number) => Math.round(atS / stepS) * stepS;
  const exact = (atS: number) => atS;

  test.each([
    ["device in milliseconds, cut off", cut(1e-3), exact],
    ["device in milliseconds, rounded", rounded(1e-3), exact],
    ["both in milliseconds, cut off", cut(1e-3), cut(1e-3)],
    ["both in milliseconds, rounded", rounded(1e-3), rounded(1e-3)],
    ["device in hundredths of a second", cut(1e-2), exact],
    ["device in ticks of 1024 Hz", cut(1 / 1024), exact],
    ["hub in ticks of 64 Hz", exact, cut(1 / 64)],
    ["device in seconds", cut(1), exact],
  ])("leave every estimate true within its hard bound: %s", (_name, device, hub) => {
    const rows = EXCHANGES.map(({ t1S, t2S, t3S, t4S, ...row }) => {
      return { ...row, t1S: hub(t1S), t2S: device(t2S), t3S: device(t3S), t4S: hub(t4S) };
    });
    const estimates = replay(rows);
    expect(estimates.filter((estimate) => estimate !== undefined).length).toBeGreaterThan(rows.length / 2);
    expectTrue(rows, estimates);
  });

  test("an estimate is not changed by rows that come later and show finer steps", () => {
    const coarse = EXCHANGES.map((row) => ({ ...row, t2S: cut(1e-3)(row.t2S), t3S: cut(1e-3)(row.t3S) }));
    const rows = coarse.map((row, at) => (at < 100 ? row : EXCHANGES[at]!));
    expect(replay(rows).slice(0, 100)).toEqual(replay(coarse.slice(0, 100)));
  });

  test("a resolution that is told is believed", () => {
    const rows = EXCHANGES.map((row) => {
      return { ...row, t2S: cut(1e-3)(row.t2S), t3S: cut(1e-3)(row.t3S), quantS: 1e-3 };
    });
    const told = replay(rows).at(-1)!;
    const untold = replay(rows.map((row) => ({ ...row, quantS: 0 }))).at(-1)!;
    expect(told.hardS).toBeLessThan(untold.hardS);
    expectTrue(rows, replay(rows));
  });
});
