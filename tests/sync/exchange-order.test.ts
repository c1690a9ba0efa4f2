import fc from "fast-check";
import { ExchangeOrder, ProbeFitBuilder, type RawExchange } from "@polychron/sync";
import { probedRun } from "@polychron/sync/link-model";

/** A question at a hub time; nobody here looks at what it was answered. */
const asked = (t1S: number): RawExchange => ({
  ...{ t1S, t2S: t1S + 100, t3S: t1S + 100, t4S: t1S + 0.002 },
  ...{ clockId: 1, quantS: 0 },
});

/** Bursts of eight, every 2.5 s, from a hub time on. */
const bursts = (fromS: number, count: number): number[] =>
  Array.from({ length: 8 * count }, (_, row) => fromS + Math.floor(row / 8) * 2.5 + (row % 8) * 0.02);

/** What comes out of it, what was refused at once, and what was left out afterwards. */
function ordered(times: readonly number[]): { out: number[]; refused: number; refuted: number; heldMost: number } {
  const out: number[] = [];
  const order = new ExchangeOrder(({ t1S }) => out.push(t1S));
  let [refused, heldMost] = [0, 0];
  times.forEach((t1S, index) => {
    if (!order.push(asked(t1S))) refused += 1;
    heldMost = Math.max(heldMost, index + 1 - refused - order.refuted - out.length);
  });
  order.end();
  return { out, refused, refuted: order.refuted, heldMost };
}

/** `times` with others put in at a place. */
const withRows = (times: readonly number[], place: number, others: readonly number[]): number[] => [
  ...times.slice(0, place),
  ...others,
  ...times.slice(place),
];

const HOUR = bursts(0, 1440);

test("two rows from far ahead do not make all later ones late: they are the ones left out", () => {
  const { out, refused, refuted } = ordered(withRows(HOUR, 4000, [1e6, 1e6 + 0.02]));
  expect(out).toEqual(HOUR);
  expect({ refused, refuted }).toEqual({ refused: 0, refuted: 2 });
});

test("a recording that begins with a row from far ahead keeps all others", () => {
  const { out, refuted } = ordered([5e5, ...HOUR]);
  expect({ isWhole: out.length === HOUR.length, refuted }).toEqual({ isWhole: true, refuted: 1 });
});

test("a silence of an hour is believed: all rows behind it are there, and in order", () => {
  const times = [...bursts(0, 20), ...bursts(3600, 20), ...bursts(9000, 1)];
  expect(ordered(times)).toMatchObject({ out: times, refused: 0, refuted: 0 });
});

test("bursts ten seconds apart are each believed", () => {
  const times = Array.from({ length: 200 }, (_, burst) => bursts(10 * burst, 1)).flat();
  expect(ordered(times)).toMatchObject({ out: times, refused: 0, refuted: 0 });
});

test("what a second file repeats is refused, and speaks against no jump", () => {
  const first = [...bursts(0, 100), ...bursts(400, 1)];
  const second = [...bursts(0, 100), ...bursts(400, 30)];
  const { out, refuted } = ordered([...first, ...second]);
  expect(out).toEqual(second);
  expect(refuted).toBe(0);
});

test("one row that comes back from a minute before speaks against nothing", () => {
  const times = [...bursts(0, 20), ...bursts(120, 2)];
  const { out, refuted } = ordered([...times.slice(0, 20 * 8 + 1), 60, ...times.slice(20 * 8 + 1)]);
  expect({ out, refuted }).toEqual({ out: [...times, 60].sort((a, b) => a - b), refuted: 0 });
});

test("wherever up to ten rows from ahead lie, every other row comes out once and in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 10, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 10 }),
      fc.nat(HOUR.length - 200),
      (aheadS, place) => {
        const wrong = [...new Set(aheadS.map((byS) => HOUR.at(-1)! + byS))];
        const { out, refused, refuted } = ordered(withRows(HOUR, place, wrong));
        expect(out).toEqual(HOUR);
        expect({ refused, refuted }).toEqual({ refused: 0, refuted: wrong.length });
      },
    ),
    { numRuns: 30 },
  );
});

test("however long the recording, what is held is a few bursts", () => {
  expect(ordered(HOUR).heldMost).toBeLessThanOrEqual(64);
  expect(ordered(withRows(HOUR, 3000, [7e5, 8e5, 9e5])).heldMost).toBeLessThanOrEqual(80);
});

test("a fit is that of the good rows, and the wrong ones are counted as absurd", () => {
  const all = probedRun({ link: "wifi-quiet" }, 1)
    .bursts.flat()
    .map((row) => ({ ...row, clockId: 1, quantS: 0 }));
  const fit = (rows: readonly RawExchange[]) => {
    const builder = new ProbeFitBuilder();
    for (const row of rows) builder.push(row);
    const { epochs, asked: count, repeated, absurd, estimate } = builder.build();
    return { epochs, count, repeated, absurd, at: [10, 900, 1700].map((atS) => estimate(atS)) };
  };
  const wrong = [asked(4e7), asked(4e7 + 3)];
  expect(fit([...all.slice(0, 2500), ...wrong, ...all.slice(2500)])).toEqual({ ...fit(all), absurd: 2 });
});
