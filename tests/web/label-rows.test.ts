import { placeLabels } from "../../apps/hub/web/src/trace/label-rows.js";

const PLOT = { rightPx: 100, rows: 2 };

test("labels that do not touch share the first row, to the right of their lines", () => {
  const wishes = [
    { linePx: 60, widthPx: 20 },
    { linePx: 10, widthPx: 20 },
  ];
  expect(placeLabels(wishes, PLOT)).toEqual([
    { leftPx: 64, row: 0 },
    { leftPx: 14, row: 0 },
  ]);
});

test("a label that would cover another takes the next row, and none when all are taken", () => {
  const wishes = [
    { linePx: 30, widthPx: 20 },
    { linePx: 25, widthPx: 20 },
    { linePx: 20, widthPx: 20 },
  ];
  expect(placeLabels(wishes, PLOT).map((place) => place?.row ?? null)).toEqual([0, 1, null]);
});

test("at the right edge a label stands left of its line", () => {
  expect(placeLabels([{ linePx: 90, widthPx: 20 }], PLOT)).toEqual([{ leftPx: 66, row: 0 }]);
});
