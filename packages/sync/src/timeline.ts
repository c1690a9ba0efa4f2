import { EnvelopePoints, type Envelope } from "./envelope.js";

/** One latency never differs from the next by more, unless the clock itself jumped or the link stood still. */
const JUMP_S = 1;
/** After a stall the latency comes back to this much of what it was. */
const LEVEL_TOLERANCE_S = 0.5;
/** A link does not stand still for longer without being lost. */
const STALL_MAX_S = 10;

/** One run of a device clock without a restart or a jump. */
export interface TimelineEpoch {
  /** Device clock at its first observation, seconds. */
  readonly fromDeviceS: number;
  /** Session time at which that observation arrived. */
  readonly fromArrivalS: number;
  /** Clock observations it rests on. */
  readonly observations: number;
  /** Rate of session time against device time, less 1. */
  readonly ratePpm: number;
  /** Half width within which the times of this epoch are right (an envelope's against each other); null where nothing tells. */
  readonly boundS: number | null;
}

/** The fitted map from device time to session time, with its bound. */
export interface Timeline {
  /**
   * `hub_clock`: stamped by the hub itself, taken as it is. `two_way`: fitted to answered probes of the device's clock, see
   * `probedTimeline`.
   * `lower_envelope`: fitted below the arrivals.
   * `arrival`: nothing to fit, each sample has the time of its arrival.
   */
  readonly method: "hub_clock" | "two_way" | "lower_envelope" | "arrival";
  /** The widest bound of all epochs, seconds; null where it cannot be stated. */
  readonly boundS: number | null;
  /** What the bound covers and what it does not, for people. */
  readonly boundNote: string;
  readonly epochs: readonly TimelineEpoch[];
  /**
   * Session seconds of a sample: never later than its arrival (where that is a number), and never running back inside an
   * epoch. A sample without device time gets its arrival.
   */
  toSessionS(deviceS: number, arrivalS: number): number;
  /** The bound at a session time, seconds, where it is known better than the widest. */
  boundAtS?(sessionS: number): number;
}

const NOTES = {
  hub_clock: "Stamped with the hub's own clock; nothing was fitted.",
  lower_envelope:
    "Relative within the stream: how far the fitted envelope may be off. The constant latency of the link, which one-way arrivals cannot show, comes on top.",
  arrival:
    "No clock observations: each sample has the time of its arrival, late by the whole latency of the link; no bound can be stated.",
} as const;

/** Less than this of a beat is not worth a sentence, seconds. */
const NOTED_BEAT_S = 1e-3;

function envelopeNote(beatS: number): string {
  if (beatS < NOTED_BEAT_S) return NOTES.lower_envelope;
  const ms = (beatS * 1000).toFixed(1);
  return `${NOTES.lower_envelope} It holds ${ms} ms because the samples keep step with the radio's schedule: which part of its interval they wait for hardly changes for minutes.`;
}

/** The timeline of a stream that the hub stamped itself: device time is session time. */
export function hubTimeline(): Timeline {
  return {
    method: "hub_clock",
    boundS: 0,
    boundNote: NOTES.hub_clock,
    epochs: [],
    toSessionS: (deviceS, arrivalS) => (Number.isNaN(deviceS) ? arrivalS : deviceS),
  };
}

/**
 * Collects a device's clock observations after the session, in the order they arrived, and fits its timeline.
 * Memory grows with the minutes observed, not with the observations.
 */
export class TimelineBuilder {
  #runs: EnvelopePoints[] = [];
  #lastDeviceS = 0;
  #lastArrivalS = -Infinity;

  /**
   * One observation: device clock and session time of arrival, seconds. Left out unless both are finite, and when it was
   * taken before: files of observations may overlap, and what is repeated is no restart of the clock.
   */
  push(deviceS: number, arrivalS: number): void {
    if (!Number.isFinite(deviceS) || !Number.isFinite(arrivalS) || this.#isRepeated(deviceS, arrivalS)) return;
    const run = this.#runs.at(-1);
    const aheadS = deviceS - this.#lastDeviceS;
    const goesOn = aheadS >= 0 && Math.abs(arrivalS - this.#lastArrivalS - aheadS) <= JUMP_S;
    if (run !== undefined && goesOn) run.push(deviceS, arrivalS);
    else this.#runs.push(new EnvelopePoints(deviceS, arrivalS));
    this.#lastDeviceS = deviceS;
    this.#lastArrivalS = arrivalS;
  }

  /** The timeline of all observations so far. */
  build(): Timeline {
    this.#runs = joinRuns(this.#runs);
    const epochs = this.#runs.map((points) => ({ points, envelope: points.fit() }));
    if (epochs.length === 0) return arrivalTimeline();
    const bounds = epochs.map(({ envelope }) => envelope.boundS);
    return {
      method: "lower_envelope",
      boundS: bounds.includes(null) ? null : Math.max(...(bounds as number[])),
      boundNote: envelopeNote(Math.max(...epochs.map(({ envelope }) => envelope.beatS))),
      epochs: epochs.map(({ points, envelope }) => describe(points, envelope)),
      toSessionS: mapper(epochs),
    };
  }

  #isRepeated(deviceS: number, arrivalS: number): boolean {
    return arrivalS < this.#lastArrivalS || (arrivalS === this.#lastArrivalS && deviceS <= this.#lastDeviceS);
  }
}

interface FittedEpoch {
  readonly points: EnvelopePoints;
  readonly envelope: Envelope;
}

/** Where nothing is known of a clock each sample has the time of its arrival. */
export function arrivalTimeline(): Timeline {
  return {
    method: "arrival",
    boundS: null,
    boundNote: NOTES.arrival,
    epochs: [],
    toSessionS: (deviceS, arrivalS) => (Number.isNaN(arrivalS) ? deviceS : arrivalS),
  };
}

function describe(points: EnvelopePoints, envelope: Envelope): TimelineEpoch {
  const { fromDeviceS, fromArrivalS, count } = points;
  return { fromDeviceS, fromArrivalS, observations: count, ratePpm: envelope.ratePpm, boundS: envelope.boundS };
}

/** A link that stood still looks like a jump at first; its latency comes back, that of a clock that jumped does not. */
function joinRuns(runs: readonly EnvelopePoints[]): EnvelopePoints[] {
  const joined: EnvelopePoints[] = [];
  for (const run of runs) {
    const before = joined.at(-1);
    if (before !== undefined && sameClock(before, run)) before.append(run);
    else joined.push(run);
  }
  return joined;
}

function sameClock(before: EnvelopePoints, after: EnvelopePoints): boolean {
  if (after.fromDeviceS < before.fromDeviceS + before.spanS) return false;
  const riseS = after.levelS("first") - before.levelS("last");
  return Math.abs(riseS) <= LEVEL_TOLERANCE_S || (riseS > 0 && after.spanS < STALL_MAX_S);
}

function mapper(epochs: readonly FittedEpoch[]): (deviceS: number, arrivalS: number) => number {
  const mapped = (epoch: FittedEpoch, deviceS: number) => deviceS + epoch.envelope.offsetS(deviceS);
  return (deviceS, arrivalS) => {
    if (Number.isNaN(deviceS)) return arrivalS;
    const timeS = mapped(epochs.length === 1 ? epochs[0]! : epochFor(epochs, deviceS, arrivalS), deviceS);
    return timeS > arrivalS ? arrivalS : timeS;
  };
}

/** Without an arrival: the epoch whose span of device time lies nearest. */
function epochOfDeviceTime(epochs: readonly FittedEpoch[], deviceS: number): FittedEpoch {
  const awayS = ({ points }: FittedEpoch): number =>
    Math.max(0, points.fromDeviceS - deviceS, deviceS - points.fromDeviceS - points.spanS);
  return epochs.reduce((best, epoch) => (awayS(epoch) < awayS(best) ? epoch : best));
}

/** The epoch that was running when the sample arrived, or its neighbour where only that one explains the arrival. */
function epochFor(epochs: readonly FittedEpoch[], deviceS: number, arrivalS: number): FittedEpoch {
  if (Number.isNaN(arrivalS)) return epochOfDeviceTime(epochs, deviceS);
  let running = 0;
  while (running + 1 < epochs.length && epochs[running + 1]!.points.fromArrivalS <= arrivalS) running++;
  const misfit = (epoch: FittedEpoch) => Math.abs(arrivalS - deviceS - epoch.envelope.offsetS(deviceS));
  let best = epochs[running]!;
  if (misfit(best) <= JUMP_S) return best;
  for (const neighbour of [epochs[running - 1], epochs[running + 1]]) {
    if (neighbour !== undefined && misfit(neighbour) < misfit(best)) best = neighbour;
  }
  return best;
}
