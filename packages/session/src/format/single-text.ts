import { DOT, MINUS, NINE, withoutZeros, writeEight, writeWhole, ZERO } from "./digit-text.js";

/** Between these a single has at most 36 binary places: eight decimals at a time come off its fraction without any rounding. */
const PLACES = 13;
const LEAST = 2 ** -PLACES;
const LIMIT = 2 ** 30;
/** So many significant digits name every double; of 15, no two name the same one. */
const ALL_DIGITS = 17;
/** Nearer to a tie than this, in units of the last digit, another way must decide. */
const DOUBT = 1e-6;
/** Half the way from a double to the next larger one, by the exponent of two, from that of `LEAST` on. */
const HALF_STEPS = Float64Array.from({ length: 43 }, (_, place) => 2 ** (place - PLACES - 53));
const TEN_POWERS = Float64Array.from({ length: 21 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Writes the shortest text of a value that is also a single, as sensors deliver them. All its decimals can be known: the text
 * ends with the first digit behind which less is left than half the way to the next double. Returns where it ends; -1 where
 * this cannot tell (then nothing was written that counts). Needs `NUMBER_TEXT_MAX_BYTES` of room.
 */
export function writeSingle(into: Uint8Array, at: number, values: Float64Array, row: number): number {
  const value = values[row]!;
  const size = Math.abs(value);
  if (Math.fround(value) !== value || !(size >= LEAST && size < LIMIT)) return -1;
  const from = value < 0 ? at + 1 : at;
  if (value < 0) into[at] = MINUS;
  const whole = size | 0;
  const dotAt = writeWhole(into, from, whole);
  into[dotAt] = DOT;
  // Decimals up to the seventeenth digit, eight at a time; what begins behind the dot begins within its first four.
  const decimals = whole > 0 ? ALL_DIGITS - (dotAt - from) : ALL_DIGITS + leadingZeros(size);
  const lastAt = dotAt + decimals;
  let rest = size - whole;
  let end = dotAt + 1;
  for (; end <= lastAt; end += 8) {
    const scaled = rest * 1e8;
    const eight = scaled | 0;
    rest = scaled - eight;
    writeEight(into, end, eight);
  }
  // What follows the seventeenth digit, the sixteenth and the fifteenth, in units of that digit.
  let beyond = rest;
  while (--end > lastAt) beyond = (into[end]! - ZERO + beyond) * 0.1;
  const beyond16 = (into[lastAt]! - ZERO + beyond) * 0.1;
  const beyond15 = (into[lastAt - 1]! - ZERO + beyond16) * 0.1;
  const enough = halfStep(size) * TEN_POWERS[decimals]!;
  const by15 = enough * 0.01 - Math.min(beyond15, 1 - beyond15);
  const by16 = enough * 0.1 - Math.min(beyond16, 1 - beyond16);
  if (Math.abs(by15) < DOUBT || Math.abs(by16) < DOUBT) return -1;
  const left = by15 > 0 ? beyond15 : by16 > 0 ? beyond16 : beyond;
  const endAt = by15 > 0 ? lastAt - 1 : by16 > 0 ? lastAt : lastAt + 1;
  const firstAt = whole > 0 ? from : dotAt + 1;
  if (Math.abs(left - 0.5) >= DOUBT) return rounded(into, firstAt, endAt, (2 * left) | 0);
  // In the middle, if that is sure, to the even digit.
  const isMiddle = left === 0.5 && (rest === 0 || (rest === beyond && endAt > lastAt));
  return isMiddle ? rounded(into, firstAt, endAt, into[endAt - 1]! & 1) : -1;
}

function leadingZeros(fraction: number): number {
  if (fraction >= 0.1) return 0;
  if (fraction >= 0.01) return 1;
  return fraction >= 0.001 ? 2 : 3;
}

/** Half the way from a size in this range to the next larger double. */
function halfStep(size: number): number {
  const place = size >= 1 ? 31 + PLACES - Math.clz32(size | 0) : 31 - Math.clz32((size / LEAST) | 0);
  return HALF_STEPS[place]!;
}

/** Digits that end at `end`, the last of them one more when `up` is 1, else 0; returns where the text ends, or -1. */
function rounded(into: Uint8Array, firstAt: number, end: number, up: number): number {
  // No branch: nobody can guess which way it will be.
  if (into[end - 1]! + up <= NINE) into[end - 1]! += up;
  else if (!roundUp(into, firstAt, end - 1)) return -1;
  return withoutZeros(into, end);
}

/** False when every digit was a nine. */
function roundUp(into: Uint8Array, firstAt: number, lastAt: number): boolean {
  let place = lastAt;
  while (place >= firstAt && (into[place] === NINE || into[place] === DOT)) {
    if (into[place] === NINE) into[place] = ZERO;
    place--;
  }
  if (place < firstAt) return false;
  into[place]! += 1;
  return true;
}
