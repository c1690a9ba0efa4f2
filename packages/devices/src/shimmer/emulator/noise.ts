/** 32 bits, as a number from 0, that depend on the seed and the index alone: any sample can be made again. */
export function noise32(seed: number, index: number): number {
  // Two rounds of a multiply-xorshift mix: enough that neighbours look unrelated.
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index | 0, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** A number between 0 and 1 (excluded) of the same kind. */
export function unitNoise(seed: number, index: number): number {
  return noise32(seed, index) / 2 ** 32;
}
