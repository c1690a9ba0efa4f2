import type { Timers } from "../model/index.js";

/** Waits that end together. */
interface Round {
  readonly waiting: Set<() => void>;
}

/**
 * Timers for many files that flush alike: whoever waits as long as somebody before ends with him, earlier than asked and
 * never later. The files of a recording are then written in one go: waking the disk's threads for each of them alone costs
 * the process more than the writing.
 */
export class SharedTimers implements Timers {
  readonly #timers: Timers;
  readonly #rounds = new Map<number, Round>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  after(ms: number, run: () => void): () => void {
    const round = this.#rounds.get(ms) ?? this.#begin(ms);
    // One object for each wait, for two may have the same function.
    const wait = (): void => run();
    round.waiting.add(wait);
    return () => round.waiting.delete(wait);
  }

  #begin(ms: number): Round {
    const round = { waiting: new Set<() => void>() };
    this.#rounds.set(ms, round);
    this.#timers.after(ms, () => {
      this.#rounds.delete(ms);
      for (const run of round.waiting) run();
    });
    return round;
  }
}
