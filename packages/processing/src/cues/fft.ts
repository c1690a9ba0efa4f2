/** Fast Fourier transform of one length, a power of two: the twiddle factors are worked out once. */
export class Fft {
  readonly length: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** @param length a power of two, at least 2 */
  constructor(length: number) {
    if (length < 2 || (length & (length - 1)) !== 0) throw new RangeError(`${length} is no power of two`);
    this.length = length;
    this.#cos = Float64Array.from({ length: length / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length: length / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / length));
  }

  /** The transform in place: real and imaginary part, each `length` long. */
  forward(re: Float64Array, im: Float64Array): void {
    this.#reorder(re, im);
    for (let half = 1; half < this.length; half *= 2) this.#combine(re, im, half);
  }

  /** Its inverse in place. */
  inverse(re: Float64Array, im: Float64Array): void {
    this.forward(im, re); // swapped parts turn the sense of rotation around
    for (let k = 0; k < this.length; k++) {
      re[k]! /= this.length;
      im[k]! /= this.length;
    }
  }

  #reorder(re: Float64Array, im: Float64Array): void {
    for (let from = 1, to = 0; from < this.length; from++) {
      let bit = this.length >> 1;
      for (; to & bit; bit >>= 1) to ^= bit;
      to ^= bit;
      if (from >= to) continue;
      swap(re, from, to);
      swap(im, from, to);
    }
  }

  #combine(re: Float64Array, im: Float64Array, half: number): void {
    const step = this.length / (2 * half);
    for (let start = 0; start < this.length; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const cos = this.#cos[k * step]!;
        const sin = this.#sin[k * step]!;
        const low = start + k;
        const high = low + half;
        const turnedRe = re[high]! * cos + im[high]! * sin;
        const turnedIm = im[high]! * cos - re[high]! * sin;
        re[high] = re[low]! - turnedRe;
        im[high] = im[low]! - turnedIm;
        re[low]! += turnedRe;
        im[low]! += turnedIm;
      }
    }
  }
}

function swap(values: Float64Array, one: number, other: number): void {
  const value = values[one]!;
  values[one] = values[other]!;
  values[other] = value;
}
