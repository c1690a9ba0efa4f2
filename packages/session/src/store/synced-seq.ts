/** Sample numbers from `firstSeq` to `nextSeq` (excluded). */
export interface SeqRun {
  readonly firstSeq: number;
  readonly nextSeq: number;
}

/** Which sample numbers are on the disk: from the rows that were queued, and how many of them a sync has confirmed. */
export class SyncedSeq {
  #value = -1;
  #queuedRows = 0;
  readonly #listeners = new Set<() => void>();
  #waiting: (SeqRun & { readonly rows: number })[] = [];

  /** One behind the last sample that is on the disk; -1 before any. */
  get value(): number {
    return this.#value;
  }

  /** The samples from number `firstSeq` to `nextSeq` (excluded) were queued behind all those before. */
  queued(firstSeq: number, nextSeq: number): void {
    this.#queuedRows += nextSeq - firstSeq;
    this.#waiting.push({ rows: this.#queuedRows, firstSeq, nextSeq });
  }

  /** The numbers of the `rows` samples that were queued last, none of them confirmed: in order, as few runs as there are. */
  newest(rows: number): readonly SeqRun[] {
    const runs: { firstSeq: number; nextSeq: number }[] = [];
    let left = rows;
    for (let place = this.#waiting.length - 1; place >= 0 && left > 0; place--) {
      const { firstSeq, nextSeq } = this.#waiting[place]!;
      const from = Math.max(firstSeq, nextSeq - left);
      left -= nextSeq - from;
      if (runs[0]?.firstSeq === nextSeq) runs[0].firstSeq = from;
      else runs.unshift({ firstSeq: from, nextSeq });
    }
    return runs;
  }

  /** Called whenever `value` has changed; must not throw. The answer ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** `rows` of all that were queued are on the disk. */
  confirm(rows: number): void {
    const firstOpen = this.#waiting.findIndex((block) => block.rows > rows);
    const done = firstOpen === -1 ? this.#waiting.length : firstOpen;
    if (done === 0) return;
    this.#value = this.#waiting[done - 1]!.nextSeq;
    this.#waiting = this.#waiting.slice(done);
    for (const listener of this.#listeners) listener();
  }
}
