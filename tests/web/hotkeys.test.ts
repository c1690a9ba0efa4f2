import { hotkeyOf, PRESET_COUNT, type KeyPress } from "../../apps/hub/web/src/record/hotkeys.js";

const press = (key: string, part: Partial<KeyPress> = {}): KeyPress => ({
  key,
  repeat: false,
  modified: false,
  focus: "page",
  ...part,
});

test.each(["m", "M", " "])("'%s' marks", (key) => {
  expect(hotkeyOf(press(key))).toEqual({ kind: "mark" });
});

test("1 to 9 set the labels in their order", () => {
  const found = Array.from({ length: PRESET_COUNT }, (_, index) => hotkeyOf(press(String(index + 1))));
  expect(found).toEqual(Array.from({ length: PRESET_COUNT }, (_, index) => ({ kind: "preset", index })));
});

test.each(["0", "a", "Enter", "Tab", "F1", "11"])("'%s' is no marker", (key) => {
  expect(hotkeyOf(press(key))).toBeNull();
});

test.each(["m", " ", "3"])("'%s' typed into a field is text, not a marker", (key) => {
  expect(hotkeyOf(press(key, { focus: "text" }))).toBeNull();
});

test("Space on a button presses that button only; the letter still marks", () => {
  expect(hotkeyOf(press(" ", { focus: "control" }))).toBeNull();
  expect(hotkeyOf(press("m", { focus: "control" }))).toEqual({ kind: "mark" });
});

test("a held key marks once, and a key with Ctrl, Alt or Meta belongs to the browser", () => {
  expect(hotkeyOf(press("m", { repeat: true }))).toBeNull();
  expect(hotkeyOf(press("1", { modified: true }))).toBeNull();
});
