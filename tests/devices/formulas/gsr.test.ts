import { GSR_PLUS, gsrKohm, gsrMicroSiemens, gsrVolts, gsrWordCounts, gsrWordRange } from "@polychron/devices/formulas";
import fc from "fast-check";

/** Vectors 31 to 40b of the protocol reference: setting, word, range, counts, volts, kilo-ohms, microsiemens, unclamped. */
const VECTORS: [number, number, number, number, number, number, number][] = [
  [0, 0x0800, 0, 2048, 1.500366, 20.0926, 49.769468],
  [1, 0x0800, 1, 2048, 1.500366, 143.4475, 6.971194],
  [2, 0x0a00, 2, 2560, 1.875458, 363.5153, 2.750916],
  [3, 0x0500, 3, 1280, 0.937729, 3769.4561, 0.26529],
  [4, 0x0640, 0, 1600, 1.172161, 29.9035, 33.440854],
  [4, 0x4640, 1, 1600, 1.172161, 213.4905, 4.68405],
  [4, 0x8900, 2, 2304, 1.687912, 420.9066, 2.375824],
  [4, 0xc4e2, 3, 1250, 0.915751, 3968.7225, 0.25197],
  [4, 0x8fff, 2, 4095, 3, 200, 5],
  [0, 0x0fff, 0, 4095, 3, 8.04, 124.378109],
  [1, 0x0f00, 1, 3840, 2.813187, 62.0356, 16.119769],
];

test.each(VECTORS)("setting %i, word %i", (setting, word, range, counts, volts, kohm, microSiemens) => {
  const constants = { ...GSR_PLUS, range_setting: setting };
  expect(gsrWordCounts(word)).toBe(counts);
  expect(setting === 4 ? gsrWordRange(word) : setting).toBe(range);
  expect(gsrVolts(counts)).toBeCloseTo(volts, 6);
  expect(gsrKohm(counts, gsrWordRange(word), constants)).toBeCloseTo(kohm, 4);
  expect(gsrMicroSiemens(counts, gsrWordRange(word), constants)).toBeCloseTo(microSiemens, 6);
});

test.each([
  [3, 0x0100],
  [4, 0xc100],
])("an open circuit has no value: setting %i, word %i", (setting, word) => {
  const constants = { ...GSR_PLUS, range_setting: setting };
  expect(gsrMicroSiemens(gsrWordCounts(word), gsrWordRange(word), constants)).toBeNaN();
});

test("no word makes a conductance that is negative or infinite", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(4), (word, setting) => {
      const constants = { ...GSR_PLUS, range_setting: setting };
      const value = gsrMicroSiemens(gsrWordCounts(word), gsrWordRange(word), constants);
      expect(Number.isNaN(value) || (value > 0 && Number.isFinite(value))).toBe(true);
    }),
  );
});

test("a range that the board does not have gives no value", () => {
  expect(gsrMicroSiemens(2000, 0, { ...GSR_PLUS, range_setting: 7 })).toBeNaN();
});
