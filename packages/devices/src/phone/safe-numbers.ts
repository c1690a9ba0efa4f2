/** Up to where each stream of one phone is safe: on the disk while phone or hub record it, else received. It only grows. */
export class SafeNumbers {
  readonly #safe = new Map<string, number>();
  readonly #received = new Map<string, number>();
  /** Streams that the hub records, and by how many of its recordings. */
  readonly #kept = new Map<string, number>();
  #isRecording = false;

  /** While the phone records only the disk counts; afterwards what was received is safe. Returns whether that is more. */
  setRecording(isRecording: boolean): boolean {
    this.#isRecording = isRecording;
    return [...this.#received.keys()].map((stream) => this.#settle(stream)).includes(true);
  }

  /** While the hub records a stream only the disk counts, until `letGo`. */
  keep(stream: string): void {
    this.#kept.set(stream, (this.#kept.get(stream) ?? 0) + 1);
  }

  /** A recording of the stream has ended, and nothing of it is under way any more. Returns whether what is safe has grown. */
  letGo(stream: string): boolean {
    this.#kept.set(stream, (this.#kept.get(stream) ?? 1) - 1);
    return this.#settle(stream);
  }

  /** Returns whether what is safe has grown. */
  receive(stream: string, nextSeq: number): boolean {
    this.#received.set(stream, nextSeq);
    return this.#settle(stream);
  }

  /** Samples before `nextSeq` are on the disk or not wanted. Returns whether what is safe has grown. */
  acknowledge(stream: string, nextSeq: number): boolean {
    // A number that was never received belongs to a file from before a restart of the phone.
    if (nextSeq > (this.#received.get(stream) ?? 0)) return false;
    return this.#raise(stream, nextSeq);
  }

  /** Per stream, the first number that is not safe. */
  get next(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#safe);
  }

  of(stream: string): number {
    return this.#safe.get(stream) ?? 0;
  }

  /** The phone numbers anew. */
  clear(): void {
    this.#safe.clear();
    this.#received.clear();
  }

  /** Where nothing is recorded, what was received is safe. */
  #settle(stream: string): boolean {
    if (this.#isRecording || (this.#kept.get(stream) ?? 0) > 0) return false;
    return this.#raise(stream, this.#received.get(stream) ?? 0);
  }

  #raise(stream: string, nextSeq: number): boolean {
    if (nextSeq <= this.of(stream)) return false;
    this.#safe.set(stream, nextSeq);
    return true;
  }
}
