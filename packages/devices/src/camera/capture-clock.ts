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

/**
 * Turns the capture program's stamps, which are wall-clock time, into hub time. The offset between the two clocks is
 * taken when the frame is announced, milliseconds after its capture; it changes only when the wall clock is set.
 */
export class CaptureClock {
  readonly #baseUtcUs: number;
  readonly #source: TimeSource;
  #wallMinusHubUs = Number.NaN;
  #lastUs = Number.NEGATIVE_INFINITY;

  /** @param baseUtcUs what the program subtracts from the wall clock, so that a file's times begin near zero */
  constructor(baseUtcUs: number, source: TimeSource) {
    this.#baseUtcUs = baseUtcUs;
    this.#source = source;
  }

  /** The capture time of the next frame, whose stamp is `stampUs` after the base and which arrived at `now`. */
  next(stampUs: number, now: ClockReading): CaptureTime {
    this.#follow(now);
    const hubUs = this.#baseUtcUs + stampUs - this.#wallMinusHubUs;
    // Noise may put a frame upon the one before it: the order is kept, and nothing is wrong with its stamp.
    const offUs = offBy(hubUs, now.atUs) || (hubUs < this.#lastUs - NOISE_US ? this.#lastUs - hubUs : 0);
    const isGood = offUs === 0;
    const atUs = Math.max(isGood ? Math.min(hubUs, now.atUs) : now.atUs, this.#lastUs + 1);
    this.#lastUs = atUs;
    return { atUs, source: isGood ? this.#source : TIME_SOURCE.hubArrival, offUs };
  }

  #follow({ atUs, utcUs }: ClockReading): void {
    const offsetUs = utcUs - atUs;
    if (!(Math.abs(offsetUs - this.#wallMinusHubUs) <= NOISE_US)) this.#wallMinusHubUs = offsetUs;
  }
}

/** How far a time lies outside of what is possible for something that arrived at `arrivalUs`. */
function offBy(us: number, arrivalUs: number): number {
  if (us > arrivalUs + NOISE_US) return us - arrivalUs;
  return us < arrivalUs - OLDEST_US ? arrivalUs - OLDEST_US - us : 0;
}
