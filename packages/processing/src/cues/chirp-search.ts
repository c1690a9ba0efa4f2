import { CHIRP, chirpLoudness, chirpPhase } from "@polychron/session/model";
import { Fft } from "./fft.js";
import { absent, parabolicPeak, type CueFinding } from "./finding.js";

/** The peak must be so many times as high as the mean of the rest. White noise reaches 4 in a window of some seconds. */
const LEAST_PROMINENCE = 8;
/** And stand so far above the next best moment. */
const LEAST_CONFIDENCE = 0.5;
/** And so much of the sound at that moment must be the chirp (correlation): a tenth is a chirp 20 dB below the noise. */
const LEAST_SHARE = 0.1;
/** Echoes follow for so long and are no rivals; before the peak only the flank of the correlation is none. */
const ECHO_S = 0.25;
const FLANK_S = 0.01;
/** The direct sound may be weaker than an echo behind it: so much weaker, and so much earlier. */
const DIRECT_SHARE = 0.5;
const DIRECT_EARLIER_S = 0.03;

/** Looks for the chirp in sound of one rate; windows of one length share their tables. */
export class ChirpSearch {
  readonly #rateHz: number;
  readonly #chirpSamples: number;
  /** The sum of the squares of its loudness. */
  readonly #chirpPower: number;
  readonly #fft: Fft;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  /** @param samples the longest window that will be searched */
  constructor(rateHz: number, samples: number) {
    this.#rateHz = rateHz;
    this.#chirpSamples = Math.ceil(CHIRP.lengthS * rateHz) + 1;
    this.#fft = new Fft(2 ** Math.ceil(Math.log2(samples + this.#chirpSamples)));
    this.#re = new Float64Array(this.#fft.length);
    this.#im = new Float64Array(this.#fft.length);
    let power = 0;
    for (let n = 0; n < this.#chirpSamples; n++) {
      const atS = n / rateHz;
      power += chirpLoudness(atS) ** 2;
      this.#re[n] = chirpLoudness(atS) * Math.cos(chirpPhase(atS));
      this.#im[n] = chirpLoudness(atS) * Math.sin(chirpPhase(atS));
    }
    this.#chirpPower = power;
    this.#fft.forward(this.#re, this.#im);
  }

  /** When the chirp begins, seconds after the first sample of the window. */
  find(samples: Float32Array | Float64Array): CueFinding {
    const heights = this.#correlate(samples);
    if (heights.length < 3) return absent("the sound is shorter than the chirp");
    const peak = this.#directPeak(heights, indexOfMax(heights));
    const rest = this.#rest(heights, peak);
    if (!(heights[peak]! > 0)) return absent("there is no sound");
    const confidence = Math.max(0, 1 - rest.highest / heights[peak]!);
    const isHigh = heights[peak]! >= LEAST_PROMINENCE * rest.mean && this.#share(samples, peak, heights) >= LEAST_SHARE;
    if (!isHigh || confidence < LEAST_CONFIDENCE)
      return absent("nothing in the sound stands out as the chirp", confidence);
    const shift = parabolicPeak(heights[peak - 1] ?? 0, heights[peak]!, heights[peak + 1] ?? 0);
    return { kind: "found", atS: (peak + shift) / this.#rateHz, boundS: 1 / this.#rateHz, confidence };
  }

  /** How well the chirp fits at each moment at which it lies whole in the window, whatever its phase. */
  #correlate(samples: Float32Array | Float64Array): Float64Array {
    const { length } = this.#fft;
    const [re, im] = [new Float64Array(length), new Float64Array(length)];
    re.set(samples.length > length ? samples.subarray(0, length) : samples);
    this.#fft.forward(re, im);
    for (let k = 0; k < length; k++) {
      const real = re[k]!;
      re[k] = real * this.#re[k]! + im[k]! * this.#im[k]!;
      im[k] = im[k]! * this.#re[k]! - real * this.#im[k]!;
    }
    this.#fft.inverse(re, im);
    const moments = Math.max(0, samples.length - Math.ceil(CHIRP.lengthS * this.#rateHz));
    return Float64Array.from({ length: moments }, (_, n) => Math.sqrt(re[n]! ** 2 + im[n]! ** 2));
  }

  /** The first sound that may be the same chirp on a shorter way: a peak shortly before the highest. */
  #directPeak(heights: Float64Array, highest: number): number {
    const from = Math.max(1, highest - Math.round(DIRECT_EARLIER_S * this.#rateHz));
    for (let n = from; n < highest; n++) {
      const isPeak = heights[n]! > heights[n - 1]! && heights[n]! >= heights[n + 1]!;
      if (isPeak && heights[n]! >= DIRECT_SHARE * heights[highest]!) return n;
    }
    return highest;
  }

  /** How much of the sound in which the chirp would lie is the chirp, 0 to 1. */
  #share(samples: Float32Array | Float64Array, peak: number, heights: Float64Array): number {
    let power = 0;
    for (let n = peak; n < peak + this.#chirpSamples; n++) power += (samples[n] ?? 0) ** 2;
    return (Math.SQRT2 * heights[peak]!) / Math.sqrt(this.#chirpPower * power);
  }

  #rest(heights: Float64Array, peak: number): { readonly mean: number; readonly highest: number } {
    const [from, to] = [peak - Math.round(FLANK_S * this.#rateHz), peak + Math.round(ECHO_S * this.#rateHz)];
    let [sum, count, highest] = [0, 0, 0];
    for (let n = 0; n < heights.length; n++) {
      if (n >= from && n <= to) continue;
      sum += heights[n]!;
      count += 1;
      highest = Math.max(highest, heights[n]!);
    }
    return { mean: count === 0 ? Infinity : sum / count, highest };
  }
}

function indexOfMax(values: Float64Array): number {
  let best = 0;
  for (let n = 1; n < values.length; n++) if (values[n]! > values[best]!) best = n;
  return best;
}
