import { durationText, plainText, sizeText, textTable } from "../../../apps/hub/src/cli/text-table.js";

test("columns are aligned, numbers to the right, and no line ends in spaces", () => {
  expect(
    textTable([
      ["id", "size", "name"],
      ["a", "12", "x"],
      ["bcd", "7.0 kB", ""],
    ]),
  ).toBe("id   size    name\na        12  x\nbcd  7.0 kB");
});

test.each([
  [null, "-"],
  [0, "0:00:00"],
  [59.6, "0:01:00"],
  [3661, "1:01:01"],
])("%s seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1_234_567, "1.2 MB"],
  [5e15, "5000.0 TB"],
])("%s bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test("a name cannot steer the terminal", () => {
  expect(plainText("a\u001b[2Jb\nc")).toBe("a [2Jb c");
});
