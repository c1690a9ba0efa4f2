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

/** Writes the last `width` digits of a whole number below 2^31, zeros in front; returns where it ends. */
export function writeFixed(into: Uint8Array, at: number, whole: number, width: number): number {
  let left = whole | 0;
  for (let place = at + width - 1; place >= at; place--) {
    const tenth = (left / 10) | 0;
    into[place] = ZERO + left - tenth * 10;
    left = tenth;
  }
  return at + width;
}

/** Where the decimals that end at `end` end without their zeros, and without a dot that has nothing behind it. */
export function withoutZeros(into: Uint8Array, end: number): number {
  let shorter = end;
  while (into[shorter - 1] === ZERO) shorter--;
  return into[shorter - 1] === DOT ? shorter - 1 : shorter;
}
