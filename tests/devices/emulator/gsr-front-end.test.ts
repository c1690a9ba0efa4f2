import { GSR_PLUS, gsrMicroSiemens } from "@polychron/devices/formulas";
import { GsrFrontEnd, gsrWord } from "../../../packages/devices/src/shimmer/emulator/gsr-front-end.js";

const BLIND_SAMPLES = 6;

/** The words of a constant conductance, behind the blind samples. */
function words(setting: number, stepTicks: number, microSiemens: readonly number[]): number[] {
  const frontEnd = new GsrFrontEnd(setting, stepTicks);
  for (let sample = 0; sample < BLIND_SAMPLES; sample++) frontEnd.word(microSiemens[0]!);
  return microSiemens.map((value) => frontEnd.word(value));
}

test.each([
  [0, 50],
  [1, 7],
  [2, 2.75],
  [3, 0.3],
])("a word of range %i turns back into the conductance it was made from", (range, microSiemens) => {
  const word = gsrWord(microSiemens, range);
  expect(word >> 14).toBe(range);
  const constants = { ...GSR_PLUS, range_setting: range };
  const stepMicroSiemens = gsrMicroSiemens(2001, range, constants) - gsrMicroSiemens(2000, range, constants);
  const back = gsrMicroSiemens(word & 0xfff, range, constants);
  expect(Math.abs(back - microSiemens)).toBeLessThanOrEqual(stepMicroSiemens / 2 + 1e-9);
});

test("the range goes up one step at a time, and after each the old word is repeated for 80 ms", () => {
  // n = 256: 10 repeats. 2 µS belongs into range 2; the start is range 0.
  const ranges = words(4, 256, new Array<number>(30).fill(2)).map((word) => word >> 14);
  expect(ranges).toEqual([
    ...new Array<number>(11).fill(0),
    ...new Array<number>(11).fill(1),
    ...new Array<number>(8).fill(2),
  ]);
});

test("a repeated word is the old measurement, whatever the skin does meanwhile", () => {
  const rising = Array.from({ length: 12 }, (_, sample) => 2 + sample * 0.1);
  const made = words(4, 256, rising);
  expect(new Set(made.slice(0, 11))).toEqual(new Set([gsrWord(2, 0)]));
});

test("a high conductance takes the range down again", () => {
  const made = words(4, 2622, [2, 2, 2, 60, 60, 60]);
  expect(made.map((word) => word >> 14)).toEqual([0, 1, 2, 2, 1, 0]);
});

test.each([
  [640, 4],
  [256, 10],
  [64, 40],
  [2622, 0],
])("with a period of %i ticks %i words are repeated", (stepTicks, repeats) => {
  const made = words(4, stepTicks, new Array<number>(60).fill(10));
  expect(made.findIndex((word) => word >> 14 === 1)).toBe(repeats + 1);
});

test("the first six samples of automatic mode carry 0; a fixed range carries a value at once", () => {
  const automatic = new GsrFrontEnd(4, 640);
  expect(Array.from({ length: 7 }, () => automatic.word(10) > 0)).toEqual([...new Array<boolean>(6).fill(false), true]);
  expect(new GsrFrontEnd(1, 640).word(10)).toBe(gsrWord(10, 1));
});

test("what the converter cannot reach stays at its ends", () => {
  expect(gsrWord(1000, 3) & 0xfff).toBe(4095);
  expect(gsrWord(0, 0)).toBe(683);
});
