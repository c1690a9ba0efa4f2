/** Draws the next number of a random stream, from 0 (included) to 1 (excluded). */
export type Draw = () => number;

/** The mulberry32 generator on 32-bit unsigned numbers, from its state `a`. */
export function mulberry32(a: number): Draw {
  let state = a | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The random stream with number `j` of a seed: streams of one seed do not depend on each other. */
export function stream(seed: number, j: number): Draw {
  let x = (Math.imul(seed, 0x9e3779b1) + Math.imul(j, 0x85ebca77) + 0x165667b1) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return mulberry32(x ^ (x >>> 16));
}

/** Evenly spread from `from` to `to`. */
export function uniform(draw: Draw, from: number, to: number): number {
  return from + (to - from) * draw();
}

/** Exponentially distributed with this mean. */
export function exponential(draw: Draw, mean: number): number {
  return -mean * Math.log(1 - draw());
}

/** The sum of two exponentials of one mean. */
export function erlang2(draw: Draw, mean: number): number {
  return exponential(draw, mean) + exponential(draw, mean);
}

/** Normally distributed, mean 0, deviation 1; takes two draws. */
export function normal(draw: Draw): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draw()));
  return radius * Math.cos(2 * Math.PI * draw());
}

/** Log-normally distributed with this median. */
export function logNormal(draw: Draw, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(draw));
}
