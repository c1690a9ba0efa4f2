import type { Timers } from "../../timing.js";

interface Wait {
  isTrue(): boolean;
  settle(isTrue: boolean): void;
}

/** Waits for something that the passing of time brings about, each with a limit. */
export class Waits {
  readonly #timers: Timers;
  readonly #waiting = new Set<Wait>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** True as soon as `isTrue` says so; false after the limit, or when everything was given up. */
  until(isTrue: () => boolean, withinMs: number): Promise<boolean> {
    if (isTrue()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const cancel = this.#timers.after(withinMs, () => wait.settle(false));
      const wait: Wait = {
        isTrue,
        settle: (outcome) => {
          cancel();
          this.#waiting.delete(wait);
          resolve(outcome);
        },
      };
      this.#waiting.add(wait);
    });
  }

  /** Looks whether something has come true. */
  check(): void {
    for (const wait of [...this.#waiting]) if (wait.isTrue()) wait.settle(true);
  }

  giveUp(): void {
    for (const wait of [...this.#waiting]) wait.settle(false);
  }
}
