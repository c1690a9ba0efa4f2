/** What was started and how each part is stopped: in reverse order, once, and every part whatever became of the others. */
export class Life {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #stopping: Promise<void> | undefined;

  onStop(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  /** Rejects with what the first part that failed to stop threw, once all have been tried; idempotent. */
  readonly stop = (): Promise<void> => (this.#stopping ??= this.#stop());

  async #stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join("; "));
  }
}
