import fc from "fast-check";
import { NUMBER_TEXT_MAX_BYTES, readNumber, writeNumber } from "@polychron/session/format";

const text = (value: number): string => {
  const bytes = new Uint8Array(NUMBER_TEXT_MAX_BYTES);
  return new TextDecoder().decode(bytes.subarray(0, writeNumber(bytes, 0, value)));
};
const number = (written: string): number => {
  const bytes = new TextEncoder().encode(`,${written},`);
  return readNumber(bytes, 1, bytes.length - 1);
};
const bits = (value: number): bigint => new DataView(Float64Array.of(value).buffer).getBigUint64(0, true);
const anyBits = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((pattern) => new DataView(BigUint64Array.of(pattern).buffer).getFloat64(0, true));
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 19n }), fc.integer({ min: 0, max: 24 }))
  .map(([digits, decimals]) => {
    const padded = digits.toString().padStart(decimals + 1, "0");
    return decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
  });

describe("numbers as text", () => {
  test("any double reads back bit for bit", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), anyBits), (value) => {
        expect(bits(number(text(value)))).toBe(bits(Number.isNaN(value) ? Number.NaN : value));
      }),
      { numRuns: 20_000 },
    );
  });

  test("the text of a finite double is the shortest there is", () => {
    const shorts = fc
      .tuple(fc.integer(), fc.constantFrom(1, 10, 1e3, 1e6, 32_768))
      .map(([top, bottom]) => top / bottom);
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), shorts), (value) => {
        expect(text(value)).toBe(Object.is(value, -0) ? "-0" : String(value));
      }),
      { numRuns: 20_000 },
    );
  });

  test("the text of a single, as sensors deliver them, is the shortest there is too", () => {
    const near = fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.integer({ min: -12, max: 24 }));
    const singles = near.map(([top, exponent]) => Math.fround(top * 2 ** exponent));
    fc.assert(
      fc.property(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), singles), (value) => {
        expect(text(value)).toBe(Object.is(value, -0) ? "-0" : String(value));
      }),
      { numRuns: 50_000 },
    );
  });

  test("any decimal is read as the nearest double", () => {
    fc.assert(
      fc.property(decimal, (written) => {
        expect(number(written)).toBe(Number(written));
        expect(bits(number(`-${written}`))).toBe(bits(Number(`-${written}`)));
      }),
      { numRuns: 50_000 },
    );
  });

  test("a decimal at or beside the middle between two doubles is rounded as the language rounds it", () => {
    for (let step = 0n; step < 2000n; step++) {
      const middle = 9_007_199_254_740_993n + 2n * step;
      for (const nudge of [-1n, 0n, 1n])
        expect(number(String(middle * 10n + nudge))).toBe(Number(middle * 10n + nudge));
      expect(number(`${middle}.5`)).toBe(Number(`${middle}.5`));
    }
  });

  test.each([
    ["0", 0],
    ["-0", -0],
    ["Inf", Infinity],
    ["-Inf", -Infinity],
    ["1e+21", 1e21],
    ["5e-324", 5e-324],
    ["0.000001", 1e-6],
    ["1.7976931348623157e+308", Number.MAX_VALUE],
  ])("%s stands for one double", (written, value) => {
    expect(text(value)).toBe(written);
    expect(bits(number(written))).toBe(bits(value));
  });

  test.each(["", "-", ".", "1.2.3", "--1", "1e", "0x10", "Infinity", "inf", " 1", "1 ", "1,", "\0\0", "+1", "1_0"])(
    "%j names no number",
    (written) => {
      expect(number(written)).toBeNaN();
    },
  );
});
