/** Steps of decimal clocks and of texts with few digits, seconds, coarse ones first. */
const DECIMAL_STEPS_S: readonly number[] = [
  ...[1, 0.5, 0.25, 0.2, 0.1, 0.05, 0.04, 0.03, 0.025, 0.02, 0.016, 0.015, 0.01, 0.008, 0.005, 0.004, 0.003, 0.002],
  ...[1e-3, 5e-4, 2.5e-4, 2e-4, 1.25e-4, 1e-4, 5e-5, 2e-5, 1e-5, 5e-6, 2e-6, 1e-6],
];
/** Ticks of screens, of operating systems and of watch crystals, in Hz, slow ones first. */
const TICKS_HZ: readonly number[] = [
  ...[24, 30, 60, 64, 72, 75, 90, 120, 128, 144, 240, 256, 300, 512, 600, 1024, 2048, 4096, 8192],
  ...[16_384, 32_768, 65_536],
];
/** A double near the value of a stamp is off by half its last place; a difference of two, computed, by less than so many. */
const PLACES = 4 * Number.EPSILON;
/** A tick shows through the text's own steps where it is at least so many of them: by chance one distance in ten would fit. */
const TICK_TO_TEXT = 20;
/** One row off a step is forgiven for so many: a row that is wrong itself is off, and the next one against it. */
const ROWS_A_PARDON = 64;

/** One step that stamps may lie on, and how many of the rows so far are not on it. */
interface Candidate {
  readonly stepS: number;
  misses: number;
}

/**
 * Sees from the stamps of one clock how coarse they are: the coarsest step on which the stamps so far lie. What it says
 * rests on the rows so far alone; with few of them it says too coarse a step rather than too fine a one. Rows that are wrong
 * themselves, up to one in 128, change nothing for long.
 */
export class StampGrid {
  readonly #decimals = DECIMAL_STEPS_S.map((stepS): Candidate => ({ stepS, misses: 0 }));
  readonly #ticks = TICKS_HZ.map((hz): Candidate => ({ stepS: 1 / hz, misses: 0 }));
  #lastS = Number.NaN;
  #rows = 0;

  /** Two stamps of one row, seconds. */
  push(firstS: number, secondS: number): void {
    const sinceS = Number.isNaN(this.#lastS) ? 0 : firstS - this.#lastS;
    const spanS = secondS - firstS;
    const slackS = PLACES * Math.max(Math.abs(firstS), Math.abs(secondS), Math.abs(firstS - sinceS));
    this.#lastS = firstS;
    if (!Number.isFinite(sinceS + spanS) || (sinceS === 0 && spanS === 0)) return;
    this.#rows += 1;
    for (const decimal of this.#decimals) judge(decimal, { sinceS, spanS, slackS });
    // A tick that is written down with few digits is off by up to one of their steps.
    const textS = slackS + this.#textS;
    for (const tick of this.#ticks) judge(tick, { sinceS, spanS, slackS: Math.min(textS, tick.stepS / TICK_TO_TEXT) });
  }

  /** The step of the stamps, seconds; 0 where it is finer than 1 us, and before the first row. */
  get stepS(): number {
    if (Number.isNaN(this.#lastS)) return 0;
    const textS = this.#textS;
    const tickS = this.#coarsest(this.#ticks);
    return tickS >= TICK_TO_TEXT * textS ? tickS + textS : textS;
  }

  /** The coarsest decimal step. */
  get #textS(): number {
    return this.#coarsest(this.#decimals);
  }

  #coarsest(candidates: readonly Candidate[]): number {
    return candidates.find(({ misses }) => misses * ROWS_A_PARDON <= this.#rows)?.stepS ?? 0;
  }
}

/** A row is on a step when both its distances are whole numbers of it. */
function judge(
  candidate: Candidate,
  { sinceS, spanS, slackS }: { readonly sinceS: number; readonly spanS: number; readonly slackS: number },
): void {
  const isOn = offS(sinceS, candidate.stepS) <= slackS && offS(spanS, candidate.stepS) <= slackS;
  if (!isOn) candidate.misses += 1;
}

function offS(spanS: number, stepS: number): number {
  return Math.abs(spanS - Math.round(spanS / stepS) * stepS);
}
