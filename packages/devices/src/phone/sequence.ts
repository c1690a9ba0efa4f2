/** What a block is, by its sequence number, for a stream of which everything before `next` is known. */
export type SequenceStep =
  /** New, but for its first `known` samples; `gap` was lost on the phone. */
  | {
      readonly kind: "new";
      readonly known: number;
      readonly gap?: { readonly fromSeq: number; readonly toSeq: number };
    }
  | { readonly kind: "known" }
  /** Something before it is still to come; `isAsked` when that was asked for a short while ago. */
  | { readonly kind: "early"; readonly fromSeq: number; readonly isAsked: boolean };

/** What was asked for may be lost or refused on its way: after so many more early blocks it is asked for again. */
const ASKED_EVERY_BLOCKS = 50;

/** A block by its place alone. */
export interface BlockPlace {
  readonly firstSeq: number;
  readonly count: number;
  readonly skips: boolean;
}

/**
 * Where one stream of one phone stands since its start: what it sends again is known, what is missing is asked for.
 * A phone that no longer holds what is missing says that the block skips it.
 */
export class StreamSequence {
  #next = 0;
  /** Nothing was taken: what the phone does not hold may have been stored by a hub that ran before. */
  #isFresh = true;
  /** Blocks that came too early since the stream moved. */
  #early = 0;

  place({ firstSeq, count, skips }: BlockPlace): SequenceStep {
    const next = this.#next;
    if (firstSeq + count <= next) return { kind: "known" };
    if (firstSeq <= next) return { kind: "new", known: next - firstSeq };
    if (skips) return { kind: "new", known: 0, ...(!this.#isFresh && { gap: { fromSeq: next, toSeq: firstSeq } }) };
    const isAsked = this.#early % ASKED_EVERY_BLOCKS !== 0;
    this.#early += 1;
    return { kind: "early", fromSeq: next, isAsked };
  }

  /** Everything before `nextSeq` was taken. */
  moveTo(nextSeq: number): void {
    this.#next = nextSeq;
    this.#isFresh = false;
    this.#early = 0;
  }

  /** A new connection: what was asked for on the old one may never have been heard. */
  reconnect(): void {
    this.#early = 0;
  }
}
