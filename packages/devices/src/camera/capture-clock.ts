import type { StampBase } from "./capture-arguments.js";

/** How a frame's capture time was obtained; the values stand in the channel `time_source`. */
export const TIME_SOURCE = { driver: 1, captureProgram: 2, hubArrival: 3 } as const;

/** One of `TIME_SOURCE`. */
export type TimeSource = (typeof TIME_SOURCE)[keyof typeof TIME_SOURCE];

/** One reading of the hub's two clocks; `atUs` monotonic, `utcUs` wall clock. */
export interface ClockReading {
  readonly atUs: number;
  readonly utcUs: number;
}

/** The capture time of one frame. */
export interface CaptureTime {
  /** Hub microseconds; grows from frame to frame. */
  readonly atUs: number;
  readonly source: TimeSource;
  /** How far the stamp was off what is possible, microseconds; 0 for a good one. */
  readonly offUs: number;
}

/**
 * The wall clock is read in whole milliseconds, or to the microsecond from an origin that is itself a millisecond or two
 * off (measured: up to 1.5 in the hub's clock): less than this is noise, and the bound of what a capture time is worth.
 */
const NOISE_US = 4_000;
/** How far a capture time may be from the moment that its source means, seconds. */
export const CAPTURE_BOUND_S = NOISE_US / 1e6;
/** No camera and encoder keep a frame longer; a stamp that says so was made before the wall clock was set. */
const OLDEST_US = 5e6;
/** How far the arrival of a frame without a good stamp may lie behind its capture, seconds: a run that says nothing for longer is ended. */
export const ARRIVAL_BOUND_S = OLDEST_US / 1e6;
/** No frame is so old, and no two clocks of a computer (since its start; since 1970) are so close. */
const OTHER_CLOCK_US = 60e6;

/**
 * Turns the capture program's stamps into hub time. Steady ones count from an instant of it. With those of the wall clock the
 * offset between the two clocks is taken when the frame is announced, milliseconds after its capture; it changes only when the
 * wall clock is set.
 */
export class CaptureClock {
  readonly #base: StampBase;
  readonly #source: TimeSource;
  #wallMinusHubUs: number;
  #lastUs = Number.NEGATIVE_INFINITY;
  #wallStepUs = 0;

  constructor(base: StampBase, source: TimeSource) {
    this.#base = base;
    this.#source = source;
    this.#wallMinusHubUs = base.kind === "steady" ? base.utcUs - base.hubUs : Number.NaN;
  }

  /** By how much the wall clock was set between the last frame and the one before it, microseconds; 0 where nobody looks at it. */
  get wallStepUs(): number {
    return this.#wallStepUs;
  }

  /** The stamp is so far from the present that it must count on another clock. */
  isOfAnotherClock(stampUs: number, { atUs }: ClockReading): boolean {
    return this.#base.kind === "steady" && Math.abs(this.#base.hubUs + stampUs - atUs) > OTHER_CLOCK_US;
  }

  /** The capture time of the next frame, whose stamp is `stampUs` after the base and which arrived at `now`. */
  next(stampUs: number, now: ClockReading): CaptureTime {
    this.#wallStepUs = this.#base.kind === "wall" ? this.#follow(now) : 0;
    const hubUs = this.#base.utcUs + stampUs - this.#wallMinusHubUs;
    // Noise may put a frame upon the one before it: the order is kept, and nothing is wrong with its stamp.
    const offUs = offBy(hubUs, now.atUs) || (hubUs < this.#lastUs - NOISE_US ? this.#lastUs - hubUs : 0);
    const isGood = offUs === 0;
    const atUs = Math.max(isGood ? Math.min(hubUs, now.atUs) : now.atUs, this.#lastUs + 1);
    this.#lastUs = atUs;
    return { atUs, source: isGood ? this.#source : TIME_SOURCE.hubArrival, offUs };
  }

  /** Returns by how much the wall clock was set. */
  #follow({ atUs, utcUs }: ClockReading): number {
    const offsetUs = utcUs - atUs;
    const stepUs = offsetUs - this.#wallMinusHubUs;
    if (Math.abs(stepUs) <= NOISE_US) return 0;
    this.#wallMinusHubUs = offsetUs;
    return Number.isNaN(stepUs) ? 0 : stepUs;
  }
}

/** How far a time lies outside of what is possible for something that arrived at `arrivalUs`. */
function offBy(us: number, arrivalUs: number): number {
  if (us > arrivalUs + NOISE_US) return us - arrivalUs;
  return us < arrivalUs - OLDEST_US ? arrivalUs - OLDEST_US - us : 0;
}
