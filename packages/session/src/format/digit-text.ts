/** Digits as bytes; the arithmetic stays within 32 bits, where it is quickest. */

export const ZERO = 48;
export const NINE = 57;
export const MINUS = 45;
export const DOT = 46;

/** Writes a whole number below 2^31; returns where it ends. */
export function writeWhole(into: Uint8Array, at: number, whole: number): number {
  const left = whole | 0;
  let width = 1;
  for (let limit = 10; limit <= left; limit *= 10) width++;
  return writeFixed(into, at, left, width);
}

/** Writes a whole number below 2^31 that has at most `width` digits, zeros in front; returns where it ends. */
export function writeFixed(into: Uint8Array, at: number, whole: number, width: number): number {
  let left = whole | 0;
  let end = at + width;
  for (; end - at >= 4; end -= 4) {
    const high = (left / 10_000) | 0;
    writeFour(into, end - 4, left - high * 10_000);
    left = high;
  }
  for (; end > at; end--) {
    const tenth = (left * 205) >>> 11;
    into[end - 1] = ZERO + left - tenth * 10;
    left = tenth;
  }
  return at + width;
}

/** Eight digits, zeros in front. */
export function writeEight(into: Uint8Array, at: number, eight: number): void {
  const high = (eight / 10_000) | 0;
  writeFour(into, at, high);
  writeFour(into, at + 4, eight - high * 10_000);
}

/** Multiplied and shifted instead of divided: exact for numbers as small as these (below 10 922 by 100, below 1 029 by 10). */
export function writeFour(into: Uint8Array, at: number, four: number): void {
  const high = (four * 5243) >>> 19;
  const low = four - high * 100;
  const thousand = (high * 205) >>> 11;
  const ten = (low * 205) >>> 11;
  into[at] = ZERO + thousand;
  into[at + 1] = ZERO + high - thousand * 10;
  into[at + 2] = ZERO + ten;
  into[at + 3] = ZERO + low - ten * 10;
}

/** Where the decimals that end at `end` end without their zeros, and without a dot that has nothing behind it. */
export function withoutZeros(into: Uint8Array, end: number): number {
  let shorter = end;
  while (into[shorter - 1] === ZERO) shorter--;
  return into[shorter - 1] === DOT ? shorter - 1 : shorter;
}
