import { DOT, MINUS, NINE, withoutZeros, writeFour, writeWhole, ZERO } from "./digit-text.js";

/** Between these a single has at most 36 binary places: four decimals at a time come off its fraction without any rounding. */
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
 * Writes the shortest text of a double that is also a single, as sensors deliver them. All its decimals can be known: the text
 * ends with the first digit behind which less is left than half the way to the next double. Returns where it ends; -1 where
 * this cannot tell (then nothing was written that counts). Needs `NUMBER_TEXT_MAX_BYTES` of room.
 */
export function writeSingle(into: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  if (!(size >= LEAST && size < LIMIT) || Math.fround(value) !== value) return -1;
  const from = value < 0 ? at + 1 : at;
  if (value < 0) into[at] = MINUS;
  const whole = size | 0;
  const dotAt = writeWhole(into, from, whole);
  into[dotAt] = DOT;
  // Decimals up to the seventeenth digit, four at a time; what begins behind the dot begins within its first four.
  const decimals = whole > 0 ? ALL_DIGITS - (dotAt - from) : ALL_DIGITS + leadingZeros(size);
  let rest = size - whole;
  let end = dotAt + 1;
  for (; end <= dotAt + decimals; end += 4) {
    const scaled = rest * 1e4;
    const four = scaled | 0;
    rest = scaled - four;
    writeFour(into, end, four);
  }
  let beyond = rest;
  while (--end > dotAt + decimals) beyond = (into[end]! - ZERO + beyond) * 0.1;
  return cut(into, whole > 0 ? from : dotAt + 1, dotAt + decimals, beyond, halfStep(size) * TEN_POWERS[decimals]!);
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

/**
 * Ends digits as early as the number is still named: behind the fifteenth, the sixteenth or the seventeenth, which stands at
 * `lastAt`. `beyond` is what follows that digit, `enough` half the way to the next double, both in its units.
 */
function cut(into: Uint8Array, firstAt: number, lastAt: number, beyond: number, enough: number): number {
  const beyond16 = (into[lastAt]! - ZERO + beyond) * 0.1;
  const beyond15 = (into[lastAt - 1]! - ZERO + beyond16) * 0.1;
  const by15 = enough * 0.01 - Math.min(beyond15, 1 - beyond15);
  const by16 = enough * 0.1 - Math.min(beyond16, 1 - beyond16);
  if (Math.abs(by15) < DOUBT || Math.abs(by16) < DOUBT) return -1;
  if (by15 > 0) return rounded(into, firstAt, lastAt - 2, beyond15);
  return by16 > 0 ? rounded(into, firstAt, lastAt - 1, beyond16) : rounded(into, firstAt, lastAt, beyond);
}

function rounded(into: Uint8Array, firstAt: number, lastAt: number, beyond: number): number {
  if (Math.abs(beyond - 0.5) < DOUBT) return -1;
  if (beyond > 0.5 && !roundUp(into, firstAt, lastAt)) return -1;
  return withoutZeros(into, lastAt + 1);
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
