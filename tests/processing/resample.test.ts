import fc from "fast-check";
import { Grid, LowPassKernel, medianPeriodS } from "@polychron/processing";
import { COUNTS, QUANTITY, regular, resample, timesOf } from "./resample-bench.js";

/** Amplitude of a tone of `toneHz` in samples at `timesS`, by least squares on its sine and cosine. */
function amplitude(values: readonly number[], timesS: readonly number[], toneHz: number): number {
  let [ss, sc, cc, sy, cy] = [0, 0, 0, 0, 0];
  timesS.forEach((atS, i) => {
    const [s, c, y] = [Math.sin(2 * Math.PI * toneHz * atS), Math.cos(2 * Math.PI * toneHz * atS), values[i]!];
    [ss, sc, cc, sy, cy] = [ss + s * s, sc + s * c, cc + c * c, sy + s * y, cy + c * y];
  });
  const det = ss * cc - sc * sc;
  return Math.hypot((sy * cc - cy * sc) / det, (cy * ss - sy * sc) / det);
}

function toneThrough(toneHz: number, inputHz: number, rateHz: number, jitterS = () => 0) {
  const edgeS = Math.ceil(30 / rateHz);
  const lengthS = Math.ceil(200 / rateHz);
  const timesS = timesOf(inputHz, lengthS + 2 * edgeS).map((atS) => atS + jitterS());
  const values = [timesS.map((atS) => Math.sin(2 * Math.PI * toneHz * atS + 0.3))];
  const series = { stream: regular(inputHz), columns: [QUANTITY], timesS, values };
  const { columns, timesS: at } = resample(series, rateHz, { from: edgeS * rateHz, to: (edgeS + lengthS) * rateHz });
  return { values: columns[0]!.map((value) => value ?? Number.NaN), timesS: at };
}

const dB = (ratio: number) => 20 * Math.log10(ratio);

describe("to a lower rate", () => {
  test.each([
    [1000, 100],
    [128, 100],
    [512, 50],
    [102.4, 100],
    [50, 1],
  ])("what would fold back is down by 60 dB (%d Hz to %d Hz)", (inputHz, rateHz) => {
    for (const share of [0.5, 0.55, 0.7, 0.95]) {
      const toneHz = share * rateHz;
      if (toneHz > inputHz / 2) continue;
      const { values } = toneThrough(toneHz, inputHz, rateHz);
      expect(dB(Math.max(...values.map(Math.abs)))).toBeLessThan(-60);
    }
  });

  test.each([
    [1000, 100],
    [128, 100],
    [512, 50],
    [102.4, 100],
  ])("the pass band is flat to 1 %% up to 0.3 of the new rate, without delay (%d Hz to %d Hz)", (inputHz, rateHz) => {
    for (const share of [0.01, 0.1, 0.2, 0.3]) {
      const toneHz = share * rateHz;
      const { values, timesS } = toneThrough(toneHz, inputHz, rateHz);
      expect(Math.abs(amplitude(values, timesS, toneHz) - 1)).toBeLessThan(0.01);
      const worst = Math.max(...values.map((y, i) => Math.abs(y - Math.sin(2 * Math.PI * toneHz * timesS[i]! + 0.3))));
      expect(worst).toBeLessThan(0.01);
    }
  });

  test("stamps that are uneven by a tenth of a period cost no more than 1 % in the pass band", () => {
    let state = 1;
    const jitterS = () => ((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5) * 0.0002;
    const { values, timesS } = toneThrough(30, 1000, 100, jitterS);
    const worst = Math.max(...values.map((y, i) => Math.abs(y - Math.sin(2 * Math.PI * 30 * timesS[i]! + 0.3))));
    expect(worst).toBeLessThan(0.01);
    const folded = toneThrough(80, 1000, 100, jitterS);
    expect(dB(Math.max(...folded.values.map(Math.abs)))).toBeLessThan(-40);
  });

  test("a constant stays what it is up to the ends of the stream, and a trend stays a trend", () => {
    const timesS = timesOf(500, 3, 10);
    const values = [timesS.map(() => 5), timesS.map((atS) => 2 * atS)];
    const series = { stream: regular(500), columns: [QUANTITY, QUANTITY], timesS, values };
    const { columns, timesS: at } = resample(series, 20, { from: 200, to: 260 });
    columns[0]!.forEach((value) => expect(value).toBeCloseTo(5, 9));
    columns[1]!.forEach((value, row) => expect(value).toBeCloseTo(2 * at[row]!, 4));
  });

  test("the filter's weights add up to one", () => {
    const kernel = new LowPassKernel(10);
    let sum = 0;
    for (let atS = -kernel.halfLengthS; atS <= kernel.halfLengthS; atS += 0.001) sum += kernel.at(atS) * 0.001;
    expect(sum).toBeCloseTo(1, 4);
  });
});

describe("to a higher rate", () => {
  test("every sample keeps its value, and nothing overshoots between them", () => {
    const values = [0, 0, 1, 1, 0, 5, 5, 4];
    const series = { stream: regular(10), columns: [QUANTITY], timesS: timesOf(10, 0.7), values: [values] };
    const { columns } = resample(series, 100, { from: 0, to: 70 });
    values.forEach((value, k) => expect(columns[0]![k * 10]).toBeCloseTo(value, 12));
    columns[0]!.forEach((value, row) => {
      const [low, high] = [values[Math.floor(row / 10)]!, values[Math.ceil(row / 10)]!];
      expect(value!).toBeGreaterThanOrEqual(Math.min(low, high) - 1e-12);
      expect(value!).toBeLessThanOrEqual(Math.max(low, high) + 1e-12);
    });
  });

  test("nothing is made up before the first sample or behind the last", () => {
    const series = { stream: regular(10), columns: [QUANTITY], timesS: timesOf(10, 1, 1), values: [timesOf(10, 1)] };
    const { columns } = resample(series, 20, { from: 18, to: 42 });
    expect(columns[0]!.map((value) => value !== null)).toEqual(
      Array.from({ length: 25 }, (_, k) => k + 18 >= 20 && k + 18 <= 40),
    );
  });

  test("headings come round through north, not through south", () => {
    const heading = { unit: "°", kind: "calibrated" };
    const values = [[350, 358, 6, 14], [-10, -2, 6, 14].map((degrees) => (degrees / 180) * Math.PI)];
    const columns = [heading, { unit: "rad", kind: "calibrated" }];
    const series = { stream: regular(10), columns, timesS: timesOf(10, 0.3), values };
    const found = resample(series, 20, { from: 0, to: 6 }).columns;
    expect(found[0]![1]).toBeCloseTo(354, 0);
    expect([0, 360]).toContainEqual(Math.round(found[0]![3]! - 2) % 360);
    expect(found[1]![3]!).toBeCloseTo((2 / 180) * Math.PI, 2);
    expect(found[1]![1]!).toBeLessThan(0);
  });
});

/** Streams with holes of any length, at any rate against the new one. */
const holed = fc
  .record({
    inputHz: fc.constantFrom(7, 40, 100, 333),
    rateHz: fc.constantFrom(5, 20, 100, 150),
    boundS: fc.constantFrom(0, 0.003, 0.05),
    steps: fc.array(
      fc.record({
        periods: fc.constantFrom(1, 1, 1, 1, 1, 1.2, 2, 9, 60),
        value: fc.double({ min: -5, max: 5, noNaN: true }),
      }),
      { minLength: 3, maxLength: 200 },
    ),
    startS: fc.double({ min: -2, max: 2, noNaN: true }),
    blockRows: fc.integer({ min: 1, max: 64 }),
  })
  .map(({ inputHz, rateHz, boundS, steps, startS, blockRows }) => {
    const timesS: number[] = [];
    let atS = startS;
    for (const { periods } of steps) timesS.push((atS += periods / inputHz));
    const values = steps.map(({ value }) => value);
    return { inputHz, rateHz, boundS, timesS, values, blockRows, limitS: Math.max(1.5 / inputHz, 2 * boundS) };
  });

describe("gaps", () => {
  const run = (
    { inputHz, rateHz, boundS, timesS, values, blockRows }: Parameters<Parameters<typeof holed.map>[0]>[0],
    changed = values,
  ) => {
    const span = { from: Math.floor((timesS[0]! - 1) * rateHz), to: Math.ceil((timesS.at(-1)! + 1) * rateHz) };
    const series = {
      stream: regular(inputHz, { boundS }),
      columns: [QUANTITY, COUNTS],
      timesS,
      values: [changed, changed],
    };
    return resample(series, rateHz, span, blockRows);
  };

  test("a row inside a gap, before the first sample or behind the last has no value", () => {
    fc.assert(
      fc.property(holed, (input) => {
        const { timesS, limitS } = input;
        const { columns, timesS: at } = run(input);
        const madeUp = at.filter((atS, row) => {
          const next = timesS.findIndex((timeS) => timeS > atS);
          const isOutside = next === 0 || (next < 0 && atS > timesS.at(-1)!);
          const isInGap = next > 0 && timesS[next - 1]! < atS && timesS[next]! - timesS[next - 1]! > limitS;
          return (isOutside || isInGap) && columns[0]![row] !== null;
        });
        expect(madeUp).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  /** Rows from a gap, up to which the bands of the documentation reach. */
  const BANDS = [1, 2, 4, 8, 16, 22];

  /** How far rows beside a gap are from a tone at most, or from nothing where it would fold back; one number a band. */
  const besideGap = (toneHz: number): number[] => {
    const worst = BANDS.map(() => 0);
    for (const [startS, phase] of [0, 0.005, 0.009].flatMap((s) => [0, 0.8, 1.6, 2.4].map((p) => [s, p] as const))) {
      const tone = (atS: number): number => Math.sin(2 * Math.PI * toneHz * atS + phase);
      const timesS = timesOf(100, 5).flatMap((atS) => (atS >= 2 && atS < 2.5 ? [] : [atS + startS]));
      const series = { stream: regular(100), columns: [QUANTITY], timesS, values: [timesS.map(tone)] };
      const { columns, timesS: at } = resample(series, 20, { from: 20, to: 75 });
      at.forEach((atS, row) => {
        const rows = Math.min(Math.abs(atS - 1.99 - startS), Math.abs(atS - 2.5 - startS)) * 20;
        const band = BANDS.findIndex((to) => rows < to);
        const value = columns[0]![row] ?? null;
        if (value !== null && band >= 0)
          worst[band] = Math.max(worst[band]!, Math.abs(value - (toneHz < 10 ? tone(atS) : 0)));
      });
    }
    return worst;
  };

  test("beside a gap the filter holds less, and no more of a tone that would fold back passes than the page says", () => {
    const limits = [0.64, 0.26, 0.18, 0.06, 0.033, 0.003];
    for (const toneHz of [11, 12, 15, 17, 20, 30, 49])
      besideGap(toneHz).forEach((most, band) => expect(most).toBeLessThan(limits[band]!));
    expect(besideGap(13)[0]).toBeLessThan(0.35);
  });

  test("beside a gap a tone of a twentieth of the new rate is right to 2.5 %, one of a hundredth to 0.1 %", () => {
    expect(Math.max(...besideGap(1))).toBeLessThan(0.025);
    expect(Math.max(...besideGap(0.2))).toBeLessThan(0.001_1);
  });

  test("beside gaps a constant stays what it is, and a trend stays a trend", () => {
    const timesS = timesOf(100, 6).filter((atS) => atS < 2 || (atS >= 2.1 && atS < 2.5) || atS >= 2.52);
    const values = [timesS.map(() => 5), timesS.map((atS) => 2 * atS - 7)];
    const series = { stream: regular(100), columns: [QUANTITY, QUANTITY], timesS, values };
    const { columns, timesS: at } = resample(series, 20, { from: 0, to: 119 });
    const known = at.flatMap((atS, row) => (columns[0]![row] === null ? [] : [{ atS, row }]));
    expect(known.length).toBeGreaterThan(110);
    for (const { atS, row } of known) {
      expect(columns[0]![row]).toBeCloseTo(5, 9);
      expect(columns[1]![row]).toBeCloseTo(2 * atS - 7, 4);
    }
  });

  test("no row depends on a sample across a gap, from either side", () => {
    fc.assert(
      fc.property(holed, fc.nat(), (input, pick) => {
        const { timesS, values, limitS } = input;
        const gaps = timesS.flatMap((timeS, k) => (k > 0 && timeS - timesS[k - 1]! > limitS ? [k] : []));
        fc.pre(gaps.length > 0);
        const cut = gaps[pick % gaps.length]!;
        const changed = (isFar: (index: number) => boolean) =>
          run(
            input,
            values.map((value, index) => (isFar(index) ? value * 3 + 1000 : value)),
          ).columns[0]!;
        const { columns, timesS: at } = run(input);
        const after = changed((index) => index >= cut);
        const before = changed((index) => index < cut);
        const untouched = columns[0]!.map((_, row) => (at[row]! < timesS[cut]! ? after[row]! : before[row]!));
        expect(untouched).toEqual(columns[0]);
      }),
      { numRuns: 100 },
    );
  });

  test("a previous value never looks ahead, and is never older than a gap", () => {
    fc.assert(
      fc.property(holed, (input) => {
        const { timesS, values, limitS } = input;
        const { columns, timesS: at } = run(input);
        const held = at.map((atS) => {
          const last = timesS.findLastIndex((timeS) => timeS <= atS);
          return last >= 0 && atS - timesS[last]! <= limitS ? last : undefined;
        });
        expect(columns[1]).toEqual(held.map((last) => (last === undefined ? null : values[last])));
        expect(columns[2]).toEqual(held.map((last) => (last === undefined ? null : timesS[last])));
      }),
      { numRuns: 100 },
    );
  });

  test("rows do not depend on how the samples were cut into blocks", () => {
    fc.assert(
      fc.property(holed, (input) => {
        expect(run(input).columns).toEqual(run({ ...input, blockRows: 1000 }).columns);
      }),
      { numRuns: 60 },
    );
  });

  test("a channel that lacks samples has gaps of its own; the others keep theirs", () => {
    const timesS = timesOf(100, 2);
    const whole = timesS.map((atS) => Math.sin(atS));
    const holedValues = whole.map((value, k) => (k >= 90 && k < 110 ? null : value));
    const series = { stream: regular(100), columns: [QUANTITY, QUANTITY], timesS, values: [whole, holedValues] };
    for (const rateHz of [20, 200]) {
      const { columns, timesS: at } = resample(series, rateHz, { from: 0, to: 2 * rateHz });
      at.forEach((atS, row) => {
        expect(columns[0]![row]).not.toBeNull();
        expect(columns[1]![row] === null).toBe(atS > 0.8900001 && atS < 1.0999999);
      });
    }
  });
});

test("an event holds until the next one, however long that takes, and the later of two at one instant wins", () => {
  const stream = { ...regular(1), nominalRateHz: 0, periodS: 50 };
  const series = { stream, columns: [QUANTITY], timesS: [0.5, 0.5, 100.25], values: [[1, 2, 3]] };
  const { columns } = resample(series, 1, { from: 0, to: 120 });
  expect(columns[0]!.map((value) => value)).toEqual([
    null,
    ...Array<number>(100).fill(2),
    ...Array<number>(20).fill(3),
  ]);
  expect(columns[1]![100]).toBe(0.5);
});

test("the grid is anchored at session zero, whatever part of it is asked for", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0.1, 1, 12.5, 100, 128, 1000),
      fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      (rateHz, atS) => {
        const grid = new Grid(rateHz);
        expect(grid.timeS(grid.indexFrom(atS))).toBeGreaterThanOrEqual(atS);
        expect(grid.timeS(grid.indexFrom(atS) - 1)).toBeLessThan(atS);
        expect(grid.timeS(grid.indexTo(atS))).toBeLessThanOrEqual(atS);
        expect(grid.timeS(grid.indexTo(atS) + 1)).toBeGreaterThan(atS);
      },
    ),
  );
  expect(new Grid(12.5).label).toBe("12p5hz");
});

test.each([0, -1, Number.NaN, 0.05, 20_000, 1 / 3])("%d Hz is no rate", (rateHz) => {
  expect(() => new Grid(rateHz)).toThrow(expect.objectContaining({ code: "PROCESSING_RATE_INVALID" }));
});

test("lost samples do not change what is taken for the period", () => {
  expect(medianPeriodS(Float64Array.from([0, 0.1, 0.2, 0.9, 1, 1.1, Number.NaN, 1.2]))).toBeCloseTo(0.1, 12);
  expect(medianPeriodS(Float64Array.of(1))).toBeNull();
});
