import { DOT, MINUS, NINE, withoutZeros, writeFour, writeWhole, ZERO } from "./digit-text.js";

/** Between these a single has at most 36 binary places, and a double's 17 digits end within 20 decimals. */
const PLACES = 13;
const LEAST = 2 ** -PLACES;
const LIMIT = 2 ** 30;
/** Four decimals at a time come off a fraction of so few binary places without any rounding. */
const GROUPS = 5;
const DECIMALS = 4 * GROUPS;
/** So many significant digits name every double; of 15, no two name the same one. */
const FEW_DIGITS = 15;
const ALL_DIGITS = 17;
/** Nearer to a tie than this, in units of the last digit, another way must decide. */
const DOUBT = 1e-6;
/** Half the way from a double to the next larger one, by the exponent of two, from that of `LEAST` on. */
const HALF_STEPS = Float64Array.from({ length: 43 }, (_, place) => 2 ** (place - PLACES - 53));
const TEN_POWERS = Float64Array.from({ length: DECIMALS + 1 }, (_, exponent) => Number(`1e${exponent}`));

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
  const whole = Math.floor(size);
  const dotAt = writeWhole(into, from, whole);
  into[dotAt] = DOT;
  const rest = writeDecimals(into, dotAt + 1, size - whole);
  const firstAt = whole > 0 ? from : firstDigit(into, dotAt + 1);
  // A first digit behind the dot: the digits before it, dot included, are none.
  const before = whole > 0 ? dotAt - firstAt : dotAt + 1 - firstAt;
  return cut(into, { firstAt, dotAt, before, rest, half: halfStep(size) });
}

/** All decimals of a fraction; returns what is left of it, in units of the last. */
function writeDecimals(into: Uint8Array, at: number, fraction: number): number {
  let rest = fraction;
  for (let place = at; place < at + DECIMALS; place += 4) {
    const scaled = rest * 1e4;
    const four = scaled | 0;
    rest = scaled - four;
    writeFour(into, place, four);
  }
  return rest;
}

function firstDigit(into: Uint8Array, at: number): number {
  let first = at;
  while (into[first] === ZERO) first++;
  return first;
}

/** Half the way from a size in this range to the next larger double. */
function halfStep(size: number): number {
  const place = size >= 1 ? 31 + PLACES - Math.clz32(size | 0) : 31 - Math.clz32((size / LEAST) | 0);
  return HALF_STEPS[place]!;
}

/** All digits of a number as they were written, `before` of them in front of the dot. */
interface Digits {
  readonly firstAt: number;
  readonly dotAt: number;
  readonly before: number;
  readonly rest: number;
  readonly half: number;
}

function cut(into: Uint8Array, { firstAt, dotAt, before, rest, half }: Digits): number {
  let lastAt = dotAt + ALL_DIGITS - before;
  let beyond = rest;
  for (let place = dotAt + DECIMALS; place > lastAt; place--) beyond = (into[place]! - ZERO + beyond) * 0.1;
  let [bestAt, best] = [lastAt, beyond];
  for (let digits = ALL_DIGITS - 1; digits >= FEW_DIGITS; digits--, lastAt--) {
    beyond = (into[lastAt]! - ZERO + beyond) * 0.1;
    const enough = half * TEN_POWERS[lastAt - 1 - dotAt]!;
    const off = Math.min(beyond, 1 - beyond);
    if (Math.abs(off - enough) < DOUBT) return -1;
    if (off < enough) [bestAt, best] = [lastAt - 1, beyond];
  }
  if (Math.abs(best - 0.5) < DOUBT) return -1;
  if (best > 0.5 && !roundUp(into, firstAt, bestAt)) return -1;
  return withoutZeros(into, bestAt + 1);
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
