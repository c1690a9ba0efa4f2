/** What an emulator has to do, in order, each at a reading of its own counter. */
export class Agenda {
  #entries: { readonly atTicks: number; readonly run: (atTicks: number) => void }[] = [];

  /** @param run gets the reading it was due at, which may be a little ago */
  at(atTicks: number, run: (atTicks: number) => void): void {
    // Behind everything that is due no later: equal times keep their order.
    const place = this.#entries.findIndex((entry) => entry.atTicks > atTicks);
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, { atTicks, run });
  }

  /** Runs the first entry, if it is due at `ticks`. */
  runNext(ticks: number): void {
    if (this.nextTicks > ticks) return;
    const { atTicks, run } = this.#entries.shift()!;
    run(atTicks);
  }

  /** When the first entry is due; infinite when there is none. */
  get nextTicks(): number {
    return this.#entries[0]?.atTicks ?? Number.POSITIVE_INFINITY;
  }

  /** The counter was set: what is still to come keeps its distance. */
  shift(byTicks: number): void {
    this.#entries = this.#entries.map(({ atTicks, run }) => ({ atTicks: atTicks + byTicks, run }));
  }
}
