/** What became of a sample on its way out: `sent` whole, never sent, or sent with wrong or missing bytes. */
export type Fate = "sent" | "dropped" | "damaged";

/** One sample as an emulator made it: what a receiver must have, or must know that it has not. */
export interface TrueSample {
  /** Counts the starts of the stream, from 1. */
  readonly start: number;
  /** Counts the power cycles, from 0: with each the counter begins anew. */
  readonly power: number;
  /** The counter, all its bits: it grows within one `power`; the wire carries the lowest 24 (or 16) bits. */
  readonly ticks: number;
  /** When that was, monotonic microseconds of this computer, which are the hub's where it runs on the same one. */
  readonly hubUs: number;
  /** The raw columns of this stream as a recording names them, such as `gsr_counts`, `gsr_range`; one array a stream. */
  readonly names: readonly string[];
  /** What the device put into each of them. */
  readonly words: readonly number[];
  readonly fate: Fate;
}

/** Told of every sample, in order, after it was sent or was not. */
export type TruthListener = (sample: TrueSample) => void;
