import type { ClockEstimate } from "./clock-estimate.js";
import type { BurstOutcome } from "./live-clock.js";

/** One question to a device's clock as the session keeps it: t1, t4 hub seconds, t2, t3 device seconds; not a number = no answer. */
export interface RawExchange {
  readonly t1S: number;
  readonly t2S: number;
  readonly t3S: number;
  readonly t4S: number;
  /** Changes when the clock may have been reset or stopped; not a number where it was not recorded. */
  readonly clockId: number;
  /** The clock's resolution, seconds. */
  readonly quantS: number;
}

/** Rows of a recording that tell nothing, by cause. */
export interface LeftOutRows {
  /** Were here before (clock files of one session overlap), or were asked more than 5 s before rows above them. */
  readonly repeated: number;
  /** Were followed by rows that run back behind the time to which they had jumped. */
  readonly refuted: number;
  /** A time that is no number, or beyond any clock. */
  readonly implausible: number;
  /** An answer before its question, or a round trip shorter than the stay at the device. */
  readonly backwards: number;
}

/** One run of a clock over which its offset is one smooth line. */
export interface ProbeEpoch {
  readonly clockId: number;
  /** Why it began: the first burst, another clock, a proven step, a suspected one. */
  readonly cause: "first" | "clock" | "step" | "squeeze";
  /** Hub seconds of its first burst and its last. */
  readonly fromS: number;
  readonly toS: number;
  /** How far theta jumped against the epoch before, seconds; null for the first and for another clock. */
  readonly jumpS: number | null;
  readonly bursts: number;
  /** Mean gain of the device clock, parts per million. */
  readonly driftPpm: number;
  /** The gain is right within this, parts per million, in 99 of 100 cases; null for a single burst. */
  readonly driftWithinPpm: number | null;
}

/** One complete burst: what it said, what was thought before it, and what is known afterwards. */
export interface BurstPoint {
  readonly atS: number;
  /** Number of its epoch in `ProbeFit.epochs`. */
  readonly epoch: number;
  readonly outcome: BurstOutcome;
  /** Theta lies between these, seconds; their distance is the shortest round trip of the burst. */
  readonly upperS: number;
  readonly lowerS: number;
  /** Answers of the burst, and questions. */
  readonly answered: number;
  readonly asked: number;
  /** The live estimate just before the burst was taken; null before the first. */
  readonly predicted: ClockEstimate | null;
  /** The estimate after the session. */
  readonly smoothed: ClockEstimate;
  /** The burst's interval misses the prediction by more than its 99 % bound: must not happen. */
  readonly isOutside: boolean;
}

/** A clock after the session: what all its probes together say (reference: clock synchronisation, section 4). */
export interface ProbeFit {
  readonly epochs: readonly ProbeEpoch[];
  /** In the order in which they were made; memory grows with bursts (one each 2.5 s), not with samples. */
  readonly bursts: readonly BurstPoint[];
  readonly asked: number;
  /** Answers that could be. */
  readonly answered: number;
  /** Rows that were here before (clock files of one session overlap), or came far too late. */
  readonly repeated: number;
  /** Answers that cannot be: no number, running backwards in time, beyond any clock. */
  readonly absurd: number;
  readonly leftOut: LeftOutRows;
  /** Bursts that missed their prediction by more than the stated bound. */
  readonly outside: number;
  /** The largest 99 % bound of a device time mapped to hub time, over the whole span; undefined without a single answer. */
  readonly largestBoundS: number | undefined;
  /** Theta with both bounds at a hub time; undefined without a single answer. */
  estimate(atS: number): ClockEstimate | undefined;
  /**
   * The 99 % bound of a device time mapped to this hub time. Less than the estimate's around a step: the step's instant is
   * open, but a device time before a long jump cannot be taken for one after it. That is of a sample that came within a
   * second, or of one in the order of its stream. Told an arrival that was later (not a number: none is known), it adds how
   * far apart the hub times are that fit the sample. Undefined without a single answer.
   */
  mappedBoundS(atS: number, arrivalS?: number): number | undefined;
  /**
   * Hub seconds of a device time. `nearS` (an arrival) and `afterS` (the hub time of the sample before it in its stream)
   * choose the epoch where several hold that device time; both may be not a number.
   */
  hubS(deviceS: number, nearS: number, afterS?: number): number;
}
