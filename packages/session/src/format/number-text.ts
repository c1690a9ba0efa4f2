import { DOT, MINUS, NINE, withoutZeros, writeFixed, writeWhole, ZERO } from "./digit-text.js";
import { writeSingle } from "./single-text.js";

/**
 * Doubles as text and back, exact to the last bit, without an object or a string per number on the fast paths.
 * Text is what ECMAScript's Number::toString gives (the shortest that reads back the same), but for `-0`, `Inf`, `-Inf`.
 */

/** Room for a double's text and for finding it, in bytes: sign, ten digits, dot, twenty decimals. The text itself has at most 25. */
export const NUMBER_TEXT_MAX_BYTES = 32;

/** Up to 15 significant digits name one double each, so a decimal this short is also the shortest text of its double. */
const SHORT_DECIMAL_LIMIT = 1e15;
/** Whole numbers are written in two parts from here on; the upper has at most six digits then. */
const LARGE_DIGITS = 9;
const LARGE = 10 ** LARGE_DIGITS;
/** Splits a double in two halves of 26 bits whose products are exact (T. J. Dekker, Numer. Math. 18, 1971). */
const HALVES = 2 ** 27 + 1;
/** Powers of ten that a double holds exactly. */
const TEN_POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** A double on its own, as a column of one. */
const alone = new Float64Array(1);

/** Writes a double's text at `at`, which must leave `NUMBER_TEXT_MAX_BYTES`; returns where the text ends. */
export function writeNumber(into: Uint8Array, at: number, value: number): number {
  alone[0] = value;
  return writeValue(into, at, alone, 0);
}

/** The same for a value of a column: a double that is handed on by itself is made into an object each time. */
export function writeValue(into: Uint8Array, at: number, values: Float64Array, row: number): number {
  const value = values[row]!;
  const whole = value | 0;
  if (whole === value && whole > 0) return writeWhole(into, at, whole);
  // Whichever way knows the text, it is the same text: the most likely way is tried first.
  const singleEnd = writeSingle(into, at, values, row);
  if (singleEnd > 0) return singleEnd;
  // Clocks that count nanoseconds.
  const billionths = Math.round(value * 1e9);
  if (value >= 1e-6 && billionths < SHORT_DECIMAL_LIMIT && billionths / 1e9 === value)
    return writeParts(into, at, whole, (billionths - whole * 1e9) | 0, 9);
  return writeRare(into, at, values, row);
}

/** `whole` + `part` / 10^`decimals`, the part below 1. */
function writeParts(into: Uint8Array, at: number, whole: number, part: number, decimals: number): number {
  const dotAt = writeWhole(into, at, whole);
  into[dotAt] = DOT;
  return withoutZeros(into, writeFixed(into, dotAt + 1, part, decimals));
}

function writeRare(into: Uint8Array, at: number, values: Float64Array, row: number): number {
  const value = values[row]!;
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < SHORT_DECIMAL_LIMIT)
    return Object.is(value, -0) ? writeText(into, at, "-0") : writeLarge(into, signed(into, at, value), size);
  for (const decimals of [9, 6]) {
    const unit = TEN_POWERS[decimals]!;
    const scaled = Math.round(size * unit);
    // Below a millionth the text has an exponent.
    if (size >= 1e-6 && scaled < SHORT_DECIMAL_LIMIT && scaled / unit === size)
      return writeDecimal(into, signed(into, at, value), scaled, decimals);
  }
  if (value === Infinity) return writeText(into, at, "Inf");
  return writeText(into, at, value === -Infinity ? "-Inf" : String(value));
}

/** Writes the sign of a value; returns where its size begins. */
function signed(into: Uint8Array, at: number, value: number): number {
  if (value < 0) into[at] = MINUS;
  return value < 0 ? at + 1 : at;
}

/** The double that the text from `from` to `to` (excluded) names, correctly rounded; NaN if it names none. */
export function readNumber(bytes: Uint8Array, from: number, to: number): number {
  const negative = bytes[from] === MINUS;
  let high = 0;
  let low = 0;
  let digits = 0;
  let dotAt = -1;
  for (let at = negative ? from + 1 : from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      if (digits < 9) high = high * 10 + byte - ZERO;
      else low = low * 10 + byte - ZERO;
      // Leading zeros do not count: the digits that matter are those from the first other one on.
      if (digits > 0 || byte !== ZERO) digits++;
    } else if (byte === DOT && dotAt < 0) dotAt = at;
    else return readText(bytes, from, to);
  }
  const decimals = dotAt < 0 ? 0 : to - dotAt - 1;
  const isEmpty = to - from === (negative ? 1 : 0) + (dotAt < 0 ? 0 : 1);
  if (isEmpty || digits > 18 || decimals > 22) return readText(bytes, from, to);
  const value =
    digits <= 9 ? high / TEN_POWERS[decimals]! : quotient(high * TEN_POWERS[digits - 9]!, low, digits, decimals);
  if (Number.isNaN(value)) return readText(bytes, from, to);
  return negative ? -value : value;
}

/** Whether the text from `from` to `to` is the `NaN` that was written for a NaN, and not a damaged number. */
export function isNaNText(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from === 3 && bytes[from] === 78 && bytes[from + 1] === 97 && bytes[from + 2] === 78;
}

/**
 * (high + low) / 10^decimals, correctly rounded, for integers of at most 18 digits together; NaN where the error bound cannot
 * tell the two neighbours apart. `high` is a 9-digit number times a power of ten up to 10^9: exact in a double, because
 * 10^9 = 5^9 * 2^9 and 10^9 * 5^9 < 2^53. The quotient is taken in two steps; the second is off by less than the margin
 * (|second| * 2^-50 for its own roundings, |first| * 2^-100 for those of the remainder), so where both ends of the
 * margin round to one double, that is the correctly rounded quotient.
 */
function quotient(high: number, low: number, digits: number, decimals: number): number {
  const whole = high + low;
  const divisor = TEN_POWERS[decimals]!;
  if (digits <= 15) return whole / divisor;
  const rest = low - (whole - high);
  const first = whole / divisor;
  const product = first * divisor;
  const second = (whole - product - productError(first, divisor, product) + rest) / divisor;
  const margin = Math.abs(second) * 2 ** -50 + first * 2 ** -100;
  const value = first + (second - margin);
  return value === first + (second + margin) ? value : Number.NaN;
}

/** How much the exact product of two doubles exceeds the rounded one. */
function productError(a: number, b: number, product: number): number {
  const aHigh = a * HALVES - (a * HALVES - a);
  const bHigh = b * HALVES - (b * HALVES - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** `scaled` is a whole number below `SHORT_DECIMAL_LIMIT`, `decimals` 6 or 9: both halves fit into 32 bits. */
function writeDecimal(into: Uint8Array, at: number, scaled: number, decimals: number): number {
  const unit = TEN_POWERS[decimals]!;
  const whole = Math.floor(scaled / unit);
  return writeParts(into, at, whole, scaled - whole * unit, decimals);
}

function writeLarge(into: Uint8Array, at: number, whole: number): number {
  if (whole < LARGE) return writeWhole(into, at, whole);
  const high = Math.floor(whole / LARGE);
  return writeFixed(into, writeWhole(into, at, high), whole - high * LARGE, LARGE_DIGITS);
}

function writeText(into: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function readText(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || to - from > NUMBER_TEXT_MAX_BYTES * 2) return Number.NaN;
  const text = String.fromCharCode(...bytes.subarray(from, to));
  if (text === "Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
