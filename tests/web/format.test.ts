import {
  bytesText,
  clockText,
  countText,
  dateText,
  rateText,
  spanText,
  valueText,
} from "../../apps/hub/web/src/format.js";

test.each([
  [0, "00:00"],
  [247.9, "04:07"],
  [3847, "1:04:07"],
  [-2, "00:00"],
])("%d seconds read %s", (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});

test.each([
  [-1, "0\u00a0s"],
  [12.9, "12\u00a0s"],
  [60, "01:00"],
])("a span of %d seconds reads %s", (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1\u202f000"],
  [1234567, "1\u202f234\u202f567"],
])("the count %d reads %s", (count, text) => {
  expect(countText(count)).toBe(text);
});

test.each([
  [0, "0\u00a0B"],
  [999, "999\u00a0B"],
  [1500, "1.5\u00a0kB"],
  [999_999, "1.0\u00a0MB"],
  [214e9, "214\u00a0GB"],
])("%d bytes read %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test("a rate shows a tenth where there is one, and a dash while it is unknown", () => {
  expect([rateText(128), rateText(51.2), rateText(99.9024), rateText(null)]).toEqual([
    "128\u00a0Hz",
    "51.2\u00a0Hz",
    "99.9\u00a0Hz",
    "–",
  ]);
});

test("a value carries its unit and as many digits as can be read at a glance", () => {
  expect(valueText(2.51234, "µS")).toBe("2.512\u00a0µS");
  expect(valueText(12.3456, "µS")).toBe("12.35\u00a0µS");
  expect(valueText(2389, "counts")).toBe("2389\u00a0counts");
  expect(valueText(-9.81234, "m/s²")).toBe("-9.812\u00a0m/s²");
  expect(valueText(0, "")).toBe("0.000");
  expect(valueText(0.00012, "V")).toBe("1.20e-4\u00a0V");
  expect([valueText(null, "µS"), valueText(Number.NaN, "µS")]).toEqual(["–", "–"]);
});

test("a time is shown to the minute as the hub's local time, whatever zone the browser is in", () => {
  expect(dateText("2025-07-31T14:30:22.123456+02:00")).toBe("2025-07-31 14:30");
  expect([dateText(null), dateText("yesterday")]).toEqual(["–", "–"]);
});
