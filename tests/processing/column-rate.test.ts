import { columnPeriodS } from "@polychron/processing";
import { QUANTITY, regular, resample, timesOf } from "./resample-bench.js";
import { accel, diskWith, run, series, tableOf, units } from "./synchronize-bench.js";

test("a channel that has a value in every other sample is a series of half the rate, not all gaps", () => {
  const timesS = timesOf(100, 4);
  const values = timesS.map((atS, k) => (k % 2 === 0 ? Math.sin(2 * Math.PI * atS) : null));
  const holed = values.map((value, k) => (k >= 200 && k < 212 ? null : value));
  const own = { ...QUANTITY, periodS: 0.02 };
  const series = { stream: regular(100), columns: [own, own], timesS, values: [values, holed] };
  for (const rateHz of [20, 70, 200]) {
    const { columns, timesS: at, resampler } = resample(series, rateHz, { from: rateHz, to: 3 * rateHz });
    expect(resampler.methods[0]).toBe(rateHz === 20 ? "low_pass" : "pchip");
    at.forEach((atS, row) => {
      expect(columns[0]![row]).toBeCloseTo(Math.sin(2 * Math.PI * atS), 2);
      expect(columns[1]![row] === null).toBe(atS > 1.98 + 1e-9 && atS < 2.12 - 1e-9);
    });
  }
});

test("a rate of its own is believed of a channel only where its values come evenly", () => {
  const timesS = Float64Array.from(timesOf(100, 10));
  const period = (isThere: (row: number) => boolean): number | undefined =>
    columnPeriodS(
      timesS,
      timesS.map((_, row) => (isThere(row) ? 1 : Number.NaN)),
      0.01,
    );
  expect(period((row) => row % 4 === 1)).toBeCloseTo(0.04, 9);
  expect(period((row) => row % 4 === 1 && (row < 400 || row > 500))).toBeCloseTo(0.04, 9);
  expect(period(() => true)).toBeUndefined();
  expect(period((row) => row % 7 !== 0)).toBeUndefined();
  expect(period((row) => (row * row) % 97 < 9)).toBeUndefined();
  expect(period((row) => row % 200 === 0)).toBeUndefined();
});

test("of a recorded stream too: its table has a value in each row", async () => {
  const sparse = { x_mps2: (atS: number, row: number) => (row % 3 === 0 ? Math.sin(atS) : null) };
  const files = await diskWith({ streams: [series(accel, sparse, { units })] });
  await run(files);
  const { column } = await tableOf(files);
  const values = column("phone_1_accel_x_mps2").slice(0, 990);
  values.forEach((value, row) => expect(value).toBeCloseTo(Math.sin(row / 100), 3));
});
