/** Intervals that the usual one is the median of; a second at 30 frames a second. */
const MEDIAN_OF = 31;
/** Before so many intervals are known nothing is judged. */
const LEAST_KNOWN = 15;
/** An interval is suspicious beyond so many usual ones. */
const LONG_PERIODS = 1.5;
/** A suspicion is settled after so many frames without another one, or after so many in all. */
const QUIET_FRAMES = 31;
const LONGEST_SUSPICION = 300;
/** Frames among which at least one is on time, however busy the computer is. */
const FLOOR_OF = 15;
/** Frames that the period is the mean of, and how many of them make a better period than the nominal one. */
const HISTORY = 300;
const LEAST_HISTORY = 150;
/** Rates that differ by more are different rates. */
const SAME_RATE = 0.2;

interface NumberedFrame {
  readonly us: number;
  /** Missing frames are counted as well. */
  number: number;
}

/**
 * Counts frames that a camera failed to deliver, from capture times alone. A long interval is only a suspicion: frames
 * that were merely late follow each other faster. So it is settled later, by how far the earliest frames behind it have
 * moved against the earliest before it, in whole periods.
 *
 * It sees frames lost on the bus, in the camera's driver or in a capture program that could not keep up. It cannot see
 * frames lost before the rate settled or while it changes, a frame replaced by a copy of the one before, or a camera
 * that drops every second frame throughout: that is a camera at half the rate.
 */
export class FrameGaps {
  readonly #nominalUs: number;
  readonly #intervalsUs: number[] = [];
  #frames: NumberedFrame[] = [];
  #suspicion: { readonly from: number; readonly usualUs: number; quiet: number; frames: number } | undefined;

  constructor(nominalRateHz: number) {
    this.#nominalUs = 1e6 / nominalRateHz;
  }

  /** Frames that are known to be missing since the last answer; `us` grows from frame to frame. */
  push(us: number): number {
    const last = this.#frames.at(-1);
    this.#frames.push({ us, number: last === undefined ? 0 : last.number + 1 });
    if (last === undefined) return 0;
    this.#suspect(last, us - last.us);
    this.#intervalsUs.push(us - last.us);
    if (this.#intervalsUs.length > MEDIAN_OF) this.#intervalsUs.shift();
    const suspicion = this.#suspicion;
    if (suspicion === undefined) {
      if (this.#frames.length > HISTORY) this.#frames.shift();
      return 0;
    }
    suspicion.quiet += 1;
    suspicion.frames += 1;
    return suspicion.quiet >= QUIET_FRAMES || suspicion.frames >= LONGEST_SUSPICION ? this.end() : 0;
  }

  /** Settles what is still open; no frame follows, or enough have. */
  end(): number {
    const suspicion = this.#suspicion;
    this.#suspicion = undefined;
    if (suspicion === undefined) return 0;
    if (!isSame(this.#usualUs(), suspicion.usualUs)) {
      this.#frames = this.#frames.slice(-1);
      return 0;
    }
    const before = this.#frames.filter(({ number }) => number <= suspicion.from);
    const after = this.#frames.filter(({ number }) => number > suspicion.from);
    const periodUs = this.#periodUs(before, suspicion.usualUs);
    const movedUs =
      floorUs(after.slice(-Math.min(FLOOR_OF, suspicion.quiet)), periodUs) - floorUs(before.slice(-FLOOR_OF), periodUs);
    const missing = Math.max(0, Math.round(movedUs / periodUs));
    for (const frame of after) frame.number += missing;
    this.#frames = this.#frames.slice(-HISTORY);
    return missing;
  }

  #suspect(last: NumberedFrame, intervalUs: number): void {
    const usualUs = this.#usualUs();
    if (this.#intervalsUs.length < LEAST_KNOWN || intervalUs <= LONG_PERIODS * usualUs) return;
    this.#suspicion ??= { from: last.number, usualUs, quiet: 0, frames: 0 };
    this.#suspicion.quiet = 0;
  }

  #usualUs(): number {
    const sorted = [...this.#intervalsUs].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
  }

  /** Jitter moves the median by some per cent, which is a whole frame in 31: a long mean is better, and so is the nominal rate. */
  #periodUs(frames: readonly NumberedFrame[], usualUs: number): number {
    const [first, last] = [frames[0]!, frames.at(-1)!];
    const meanUs = (last.us - first.us) / (last.number - first.number);
    if (frames.length > LEAST_HISTORY && isSame(meanUs, usualUs)) return meanUs;
    return isSame(this.#nominalUs, usualUs) ? this.#nominalUs : usualUs;
  }
}

/** The earliest of some frames, against frames that come exactly in their period. */
function floorUs(frames: readonly NumberedFrame[], periodUs: number): number {
  return Math.min(...frames.map(({ us, number }) => us - number * periodUs));
}

function isSame(us: number, otherUs: number): boolean {
  return Math.abs(us / otherUs - 1) <= SAME_RATE;
}
