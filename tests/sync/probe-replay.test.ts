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
    const t1S = n * 0.05;
    return { t1S, t2S: t1S + 7.001, t3S: t1S + 7.001, t4S: t1S + 0.002, clockId: Number.NaN, quantS: 0 };
  });
  expect(replay(rows).at(-1)!.thetaS).toBeCloseTo(7, 6);
});
