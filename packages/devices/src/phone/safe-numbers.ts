/** Up to where each stream of one phone is safe: on the disk while it is recorded, else received. It only grows. */
export class SafeNumbers {
  readonly #safe = new Map<string, number>();
  readonly #received = new Map<string, number>();
  #isRecording = false;

  get isRecording(): boolean {
    return this.#isRecording;
  }

  /** While it is recorded only the disk counts; afterwards everything received is safe. */
  setRecording(isRecording: boolean): void {
    this.#isRecording = isRecording;
    if (!isRecording) for (const [stream, nextSeq] of this.#received) this.#raise(stream, nextSeq);
  }

  /** Returns whether what is safe has grown. */
  receive(stream: string, nextSeq: number): boolean {
    this.#received.set(stream, nextSeq);
    return !this.#isRecording && this.#raise(stream, nextSeq);
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

  #raise(stream: string, nextSeq: number): boolean {
    if (nextSeq <= this.of(stream)) return false;
    this.#safe.set(stream, nextSeq);
    return true;
  }
}
