import type { StreamRows } from "@polychron/session/format";
import type { Timeline } from "@polychron/sync";

/** A stretch of session time, seconds. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

/** Less than this is no hole: jitter of stamps, a lost packet, which the device's own numbering counts. */
const LEAST_S = 0.1;
const LEAST_PERIODS = 3;
/** A link holds samples back for so long; where nothing but arrivals tells the time, less is no hole. */
const HELD_BACK_S = 1;
/** So many steps are kept at most; then the longer half stays. */
const STEPS_KEPT = 20_000;

/** How long a stretch without samples of a regular stream must be to count, seconds. */
export function leastHoleS(nominalRateHz: number): number {
  return Math.max(LEAST_S, LEAST_PERIODS / nominalRateHz);
}

/** Two rows, one behind the other, between which time may lie that has no samples. */
interface Step {
  readonly deviceS: readonly [before: number, after: number];
  readonly arrivalS: readonly [before: number, after: number];
}

/**
 * Watches the rows of a regular stream for steps of the device's clock or of the arrivals. Which of them are holes only the
 * timeline tells: a jump of the clock is none, and neither is a link that was silent for a while.
 */
export class HoleWatch {
  readonly #periodS: number;
  readonly #leastS: number;
  #steps: Step[] = [];
  #deviceS = Number.NaN;
  #arrivalS = Number.NaN;

  /** @param nominalRateHz above 0 */
  constructor(nominalRateHz: number) {
    this.#periodS = 1 / nominalRateHz;
    this.#leastS = leastHoleS(nominalRateHz);
  }

  take({ count, deviceTimeS, arrivalS }: StreamRows): void {
    const heldBackS = Math.max(HELD_BACK_S, this.#leastS);
    for (let row = 0; row < count; row++) {
      const [deviceS, atS] = [deviceTimeS[row]!, arrivalS[row]!];
      const stepS = deviceS - this.#deviceS;
      // What is not a number is no step: the first row, a table of the device's own.
      if (stepS > this.#leastS || stepS < 0 || atS - this.#arrivalS > heldBackS) this.#note(deviceS, atS);
      this.#deviceS = deviceS;
      if (!Number.isNaN(atS)) this.#arrivalS = atS;
    }
  }

  /** The holes on session time, in order: each from when a sample was due until the next one came. */
  holes(timeline: Timeline): Stretch[] {
    const found: Stretch[] = [];
    let reachedS = Number.NEGATIVE_INFINITY;
    for (const { deviceS, arrivalS } of this.#steps) {
      reachedS = Math.max(reachedS, timeline.toSessionS(deviceS[0], arrivalS[0]));
      const hole = { fromS: reachedS + this.#periodS, toS: timeline.toSessionS(deviceS[1], arrivalS[1]) };
      if (hole.toS - hole.fromS > this.#tellingS(timeline, hole)) found.push(hole);
    }
    return found;
  }

  /** What is shorter may be an error of the two times. */
  #tellingS(timeline: Timeline, { fromS, toS }: Stretch): number {
    if (timeline.method === "arrival") return Math.max(HELD_BACK_S, this.#leastS);
    const boundS = (atS: number): number => timeline.boundAtS?.(atS) ?? 0;
    return Math.max(this.#leastS, boundS(fromS) + boundS(toS));
  }

  #note(deviceS: number, atS: number): void {
    this.#steps.push({ deviceS: [this.#deviceS, deviceS], arrivalS: [this.#arrivalS, atS] });
    if (this.#steps.length === STEPS_KEPT) this.#steps = longest(this.#steps, STEPS_KEPT >> 1);
  }
}

/** The longest of them, in their order. */
function longest(steps: readonly Step[], count: number): Step[] {
  const ranked = [...steps.keys()].sort((a, b) => sizeS(steps[b]!) - sizeS(steps[a]!) || 0).slice(0, count);
  return ranked.sort((a, b) => a - b).map((index) => steps[index]!);
}

/** How long a step may be at most, seconds: a clock that ran back tells nothing of it. */
function sizeS({ deviceS: [before, after], arrivalS: [heard, nextHeard] }: Step): number {
  const stepS = after - before;
  return stepS < 0 ? Number.POSITIVE_INFINITY : Math.max(stepS, nextHeard - heard || 0);
}
