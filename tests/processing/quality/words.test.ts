import { boundText, lengthText, percentText } from "../../../packages/processing/src/quality/words.js";

/** No-break spaces as spaces. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

test.each([
  [0, "0 ms"],
  [85e-6, "85 \u00b5s"],
  [0.00062, "0.62 ms"],
  [12.5, "12.5 s"],
  [119.6, "2 min 0 s"],
  [250, "4 min 10 s"],
  [-250, "\u22124 min 10 s"],
])("%d s is said as people say it", (seconds, text) => {
  expect(plain(lengthText(seconds))).toBe(text);
});

test("a bound is never said smaller than it is", () => {
  expect([0.000601, 0.0099, 0.00991, 0].map((seconds) => plain(boundText(seconds)))).toEqual([
    "0.61 ms",
    "9.9 ms",
    "10 ms",
    "0 ms",
  ]);
});

test("what is not all is never 100 %, what is not nothing never 0 %", () => {
  expect([0, 1e-6, 0.5, 1 - 1e-6, 1].map((share) => plain(percentText(share)))).toEqual([
    "0 %",
    "under 0.01 %",
    "50 %",
    "over 99.99 %",
    "100 %",
  ]);
});
