import { AWAY_MOST_S, JUMP_S } from "./arrivals/other-run.js";
import { EnvelopePoints } from "./envelope.js";

/** After a stall the latency comes back to this much of what it was. */
const LEVEL_TOLERANCE_S = 0.5;
/** A link does not stand still for longer without being lost. */
const STALL_MAX_S = 10;

/** Cuts the arrivals of a device's samples into runs of its clock: where it runs back, or leaves the arrivals by more than a second. */
export class ClockRuns {
  #runs: EnvelopePoints[] = [];
  /** Runs that begin with a jump that is proven: they are never of the run before. */
  readonly #begun = new WeakSet<EnvelopePoints>();
  #lastDeviceS = 0;
  #lastArrivalS = -Infinity;

  /** When the last observation arrived, session seconds; minus infinity before the first. */
  get lastArrivalS(): number {
    return this.#lastArrivalS;
  }

  /**
   * One observation: device clock and session time of arrival, seconds. False, and left out, unless both are finite, and when
   * it was taken before: files of observations may overlap, and what is repeated is no restart of the clock.
   */
  push(deviceS: number, arrivalS: number): boolean {
    if (!Number.isFinite(deviceS) || !Number.isFinite(arrivalS) || this.#isRepeated(deviceS, arrivalS)) return false;
    const run = this.#runs.at(-1);
    const aheadS = deviceS - this.#lastDeviceS;
    const goesOn = aheadS >= 0 && aheadS <= AWAY_MOST_S && Math.abs(arrivalS - this.#lastArrivalS - aheadS) <= JUMP_S;
    if (run !== undefined && goesOn) run.push(deviceS, arrivalS);
    else this.#runs.push(new EnvelopePoints(deviceS, arrivalS));
    this.#lastDeviceS = deviceS;
    this.#lastArrivalS = arrivalS;
    return true;
  }

  /** The clock jumped: the next observation begins a run, however near it is. */
  begin(deviceS: number, arrivalS: number): void {
    const run = new EnvelopePoints(deviceS, arrivalS);
    this.#begun.add(run);
    this.#runs.push(run);
    this.#lastDeviceS = deviceS;
    this.#lastArrivalS = arrivalS;
  }

  /** The runs so far; a link that stood still has made no new one. */
  joined(): readonly EnvelopePoints[] {
    const joined: EnvelopePoints[] = [];
    for (const run of this.#runs) {
      const before = joined.at(-1);
      if (before !== undefined && !this.#begun.has(run) && sameClock(before, run)) before.append(run);
      else joined.push(run);
    }
    this.#runs = joined;
    return this.#runs;
  }

  #isRepeated(deviceS: number, arrivalS: number): boolean {
    return arrivalS < this.#lastArrivalS || (arrivalS === this.#lastArrivalS && deviceS <= this.#lastDeviceS);
  }
}

/** A link that stood still looks like a jump at first; its latency comes back, that of a clock that jumped does not. */
function sameClock(before: EnvelopePoints, after: EnvelopePoints): boolean {
  const awayS = after.fromDeviceS - before.fromDeviceS - before.spanS;
  if (awayS < 0 || awayS > AWAY_MOST_S) return false;
  const riseS = after.levelS("first") - before.levelS("last");
  return Math.abs(riseS) <= LEVEL_TOLERANCE_S || (riseS > 0 && after.spanS < STALL_MAX_S);
}
