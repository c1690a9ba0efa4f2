import type { TruthRow } from "./truth.js";

/** Ticks a second of a Shimmer's counter. */
export const TICK_HZ = 32_768;
/** The hub unwraps a 24-bit counter from its first reading: both sides agree modulo one turn. */
const TURN_TICKS = 2 ** 24;

/** What lay between the samples that were found. */
export interface Passed {
  orderedLoss: number;
  unorderedLoss: number;
  notMade: number;
  /** Periods in which a device that was switched off and on made nothing: no counter tells, only the truth does. */
  notMadeWhileOff: number;
  hasRestarted: boolean;
}

/** Goes through an emulator's truth from one recorded sample to the next, and counts what it passes on the way. */
export class TruthCursor {
  readonly passed: Passed = { orderedLoss: 0, unorderedLoss: 0, notMade: 0, notMadeWhileOff: 0, hasRestarted: false };
  readonly #truth: AsyncIterator<TruthRow>;
  readonly #stepTicks: number;
  #before: TruthRow | undefined;

  constructor(truth: AsyncIterator<TruthRow>, stepTicks: number) {
    this.#truth = truth;
    this.#stepTicks = stepTicks;
  }

  /** The next made sample with this reading of the counter; undefined when there is none up to the end. */
  async find(ticks: number): Promise<TruthRow | undefined> {
    for (let step = await this.#truth.next(); !step.done; step = await this.#truth.next()) {
      const isFound = step.value.ticks % TURN_TICKS === ticks % TURN_TICKS;
      this.#pass(step.value, isFound);
      if (isFound) return step.value;
    }
    return undefined;
  }

  /** The next `samples` that were made, none of which was recorded: how many were lost by order, how many without one. */
  async tail(samples: number): Promise<{ ordered: number; unordered: number }> {
    const sum = { ordered: 0, unordered: 0 };
    for (let count = 0; count < samples; count++) {
      const step = await this.#truth.next();
      if (step.done) break;
      if (step.value.fate === "sent") sum.unordered += 1;
      else sum.ordered += 1;
    }
    return sum;
  }

  /** What came before the first recorded sample belongs to no recording. */
  #pass(row: TruthRow, isFound: boolean): void {
    const before = this.#before;
    if (before === undefined && !isFound) return;
    this.#before = row;
    if (before !== undefined) this.#passHole(before, row);
    if (isFound) return;
    if (row.fate === "sent") this.passed.unorderedLoss += 1;
    else this.passed.orderedLoss += 1;
  }

  #passHole(before: TruthRow, row: TruthRow): void {
    const ticks = row.ticks - before.ticks;
    if (ticks > 0) this.passed.notMade += this.#periodsIn(ticks);
    else {
      this.passed.hasRestarted = true;
      this.passed.notMadeWhileOff += this.#periodsIn(((row.hubUs - before.hubUs) / 1e6) * TICK_HZ);
    }
  }

  /** Sampling periods without a sample between two samples that are so far apart. */
  #periodsIn(ticks: number): number {
    return Math.max(0, Math.round(ticks / this.#stepTicks) - 1);
  }
}
