import { textCell } from "../../packages/export/src/formats/csv-text.js";

test.each(["=SUM(A1)", "+1+1", "-2+3", "@cmd", "\tx", "\rx"])(
  "a text that a spreadsheet would run is neutralised: %j",
  (text) => {
    expect(textCell(text).replace(/^"/, "")).toMatch(/^'/);
  },
);

test.each(["-1.5", "+2", "-1e-7", "12"])("a text that is a number stays as it is: %s", (text) => {
  expect(textCell(text)).toBe(text);
});

test("separators, quotes and line ends are quoted", () => {
  expect(textCell('a,"b"\nc')).toBe('"a,""b""\nc"');
});

test("an ordinary label stays as it is", () => {
  expect(textCell("tone 1 – α")).toBe("tone 1 – α");
});
