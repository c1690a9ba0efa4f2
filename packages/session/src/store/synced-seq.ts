/** Which sample numbers are on the disk: from the rows that were queued, and how many of them a sync has confirmed. */
export class SyncedSeq {
  #value = -1;
  #queuedRows = 0;
  readonly #listeners = new Set<() => void>();
  #waiting: { readonly rows: number; readonly nextSeq: number }[] = [];

  /** One behind the last sample that is on the disk; -1 before any. */
  get value(): number {
    return this.#value;
  }

  /** `rows` samples, the last of them one before number `nextSeq`, were queued behind all those before. */
  queued(rows: number, nextSeq: number): void {
    this.#queuedRows += rows;
    this.#waiting.push({ rows: this.#queuedRows, nextSeq });
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
