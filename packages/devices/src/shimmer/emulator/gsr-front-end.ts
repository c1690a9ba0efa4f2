import { GSR_AUTO_RANGE, GSR_PLUS } from "../../formulas/gsr.js";

/** Converter counts below which the firmware goes to the next range, by range (protocol reference, section 9). */
const UP_BELOW = [1120, 1490, 1630, Number.NEGATIVE_INFINITY] as const;
/** Converter counts above which it goes back to the range before. */
const DOWN_ABOVE = [Number.POSITIVE_INFINITY, 3960, 3700, 3930] as const;
/** After a switch the old word is repeated for 80 ms. */
const SETTLE_TICKS = 2621;
/** Samples after the start that carry 0 in automatic mode. */
const BLIND_SAMPLES = 6;

/** The GSR+ board's front end: conductance in, words with range bits out, switching its range as the firmware does. */
export class GsrFrontEnd {
  readonly #setting: number;
  readonly #settleSamples: number;
  #range: number;
  #word = 0;
  #repeats = 0;
  #samples = 0;

  /** @param setting 0-3 fixed, 4 automatic, which begins at range 0 */
  constructor(setting: number, stepTicks: number) {
    this.#setting = setting;
    this.#settleSamples = Math.floor(SETTLE_TICKS / stepTicks);
    this.#range = setting === GSR_AUTO_RANGE ? 0 : setting;
  }

  /** The word of the next sample. */
  word(microSiemens: number): number {
    if (this.#setting !== GSR_AUTO_RANGE) return gsrWord(microSiemens, this.#range);
    this.#samples += 1;
    if (this.#samples <= BLIND_SAMPLES) return 0;
    if (this.#repeats > 0) {
      this.#repeats -= 1;
      return this.#word;
    }
    this.#word = gsrWord(microSiemens, this.#range);
    this.#switch(this.#word & 0x0fff);
    return this.#word;
  }

  #switch(counts: number): void {
    const move = counts < UP_BELOW[this.#range]! ? 1 : counts > DOWN_ABOVE[this.#range]! ? -1 : 0;
    if (move === 0) return;
    this.#range += move;
    this.#repeats = this.#settleSamples;
  }
}

/** What the converter reads for a conductance in a range, with the range in bits 14-15. */
export function gsrWord(microSiemens: number, range: number): number {
  const volts = GSR_PLUS.bias_V * (1 + (microSiemens * GSR_PLUS.feedback_kohm[range]!) / 1000);
  const counts = Math.round((volts * GSR_PLUS.full_scale_counts) / GSR_PLUS.vref_V);
  return (range << 14) | Math.min(GSR_PLUS.full_scale_counts, Math.max(0, counts));
}
