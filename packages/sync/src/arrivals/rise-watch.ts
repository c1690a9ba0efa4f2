/** The least latency of so long, and of so many samples, is the present one; a link that stalls may hold it up. */
const WINDOW_S = 1;
const WINDOW_SAMPLES = 16;
/** Bins in a row that a stall of the link never fills. */
const CERTAIN_BINS = 3;
/** What exceeds the envelope by so much is another clock, however the excess changes. */
const FAR_S = 1;

/**
 * Tells when the least latency has risen above the envelope: the clock fell behind, the path became longer, or a queue
 * stands. Which of them cannot be seen; that the envelope no longer says where the clock is can. Constant memory.
 */
export class RiseWatch {
  #window = { fromS: Number.NaN, leastS: Infinity, samples: 0 };
  #presentS = -Infinity;
  #excessS: number[] = [];

  /** The least latency of the last full window; minus infinity before the first. */
  get presentS(): number {
    return this.#presentS;
  }

  /** Whether the last bins stayed above, and it is open whether for good. */
  get isOpen(): boolean {
    return this.#excessS.length > 0 && this.#excessS.length < CERTAIN_BINS;
  }

  /** Takes a sample's device time and latency, seconds from any origin. */
  push(atS: number, latencyS: number): void {
    const { fromS, leastS, samples } = this.#window;
    const isFull = atS - fromS >= WINDOW_S && samples >= WINDOW_SAMPLES;
    if (isFull) this.#presentS = leastS;
    this.#window =
      isFull || Number.isNaN(fromS)
        ? { fromS: atS, leastS: latencyS, samples: 1 }
        : { fromS, leastS: Math.min(leastS, latencyS), samples: samples + 1 };
  }

  /**
   * Takes how far a whole bin stayed above the envelope, seconds. Whether the last ones prove that it rose for good: by
   * the same in each, for a rate that is not known yet raises them more and more.
   */
  endBin(excessS: number, limitS: number): boolean {
    if (excessS <= limitS) this.#excessS = [];
    else this.#excessS = [...this.#excessS, excessS].slice(-CERTAIN_BINS);
    if (this.#excessS.length < CERTAIN_BINS) return false;
    const [most, least] = [Math.max(...this.#excessS), Math.min(...this.#excessS)];
    return least > FAR_S || most - least <= limitS;
  }
}
