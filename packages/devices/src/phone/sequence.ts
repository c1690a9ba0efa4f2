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
  | { readonly kind: "early"; readonly fromSeq: number; readonly isAsked: boolean }
  /** What was asked for again and again never came: the earliest of what did come begins at `toSeq`. */
  | { readonly kind: "never"; readonly toSeq: number };

/** What was asked for may be lost or refused on its way: after so many more early blocks it is asked for again. */
const ASKED_EVERY_BLOCKS = 50;
/**
 * After so many early blocks in a row, and twenty requests, what is missing will not come: the phone sends it in blocks that cannot
 * be read. More than what may be on its way at once (`PHONE_LIMITS.max_messages_per_s`, for 5 s).
 */
const NEVER_AFTER_BLOCKS = 1_000;

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
  /** The lowest number among them. */
  #earliestSeq = Number.POSITIVE_INFINITY;

  /** The number that is waited for. */
  get nextSeq(): number {
    return this.#next;
  }

  /** Nothing was taken yet: what lies before the first block may have been stored by a hub that ran before. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  place({ firstSeq, count, skips }: BlockPlace): SequenceStep {
    const next = this.#next;
    if (firstSeq + count <= next) return { kind: "known" };
    if (firstSeq <= next) return { kind: "new", known: next - firstSeq };
    if (skips) return { kind: "new", known: 0, ...(!this.#isFresh && { gap: { fromSeq: next, toSeq: firstSeq } }) };
    const isAsked = this.#early % ASKED_EVERY_BLOCKS !== 0;
    this.#early += 1;
    this.#earliestSeq = Math.min(this.#earliestSeq, firstSeq);
    if (this.#early > NEVER_AFTER_BLOCKS) return { kind: "never", toSeq: this.#earliestSeq };
    return { kind: "early", fromSeq: next, isAsked };
  }

  /** Everything before `nextSeq` was taken. */
  moveTo(nextSeq: number): void {
    this.#next = nextSeq;
    this.#isFresh = false;
    this.#forgetEarly();
  }

  /** What was asked for was not heard (a new connection), or was refused: the next early block asks for it again. */
  askAgain(): void {
    this.#forgetEarly();
  }

  #forgetEarly(): void {
    this.#early = 0;
    this.#earliestSeq = Number.POSITIVE_INFINITY;
  }
}
