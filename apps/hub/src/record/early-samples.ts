/** Samples of a stream by their numbers, from one (included) to another (excluded), and the hub time of the last. */
export interface EarlySpan {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly lastUs: number;
  /** The device's time of the last, seconds. */
  readonly lastDeviceS: number;
}

/**
 * What a device offered of a stream before its turn. Mostly it comes again in its turn; what never does was made, and is
 * missing with all that lies before it.
 */
export class EarlySamples {
  #offered: EarlySpan | undefined;

  offer(span: EarlySpan): void {
    const before = this.#offered;
    if (before === undefined) this.#offered = span;
    else {
      const newest = span.toSeq > before.toSeq ? span : before;
      this.#offered = { ...newest, fromSeq: Math.min(before.fromSeq, span.fromSeq) };
    }
  }

  /** All that was offered, of a stream of which nothing was taken. */
  get all(): EarlySpan | undefined {
    return this.#offered;
  }

  /** What is missing behind the last sample that was taken; nothing where the stream has gone on beyond what was offered. */
  behind(nextSeq: number, lastUs: number): EarlySpan | undefined {
    const offered = this.#offered;
    // A number far ahead with a time that has passed since was no true number.
    if (offered === undefined || offered.toSeq <= nextSeq || offered.lastUs <= lastUs) return undefined;
    return { ...offered, fromSeq: nextSeq };
  }
}
