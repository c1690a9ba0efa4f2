import { ClockRuns } from "./clock-runs.js";
import { SampleScreen, type LeftOutSamples } from "./arrivals/sample-screen.js";
import type { Envelope, EnvelopePoints } from "./envelope.js";
import { placedBy, type PlacedEpoch } from "./epoch-choice.js";

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
   * `joint`: shaped by the arrivals, placed by readings of the device's clock while it streamed, see `JointTimelineBuilder`.
   * `lower_envelope`: fitted below the arrivals.
   * `arrival`: nothing to fit, each sample has the time of its arrival.
   */
  readonly method: "hub_clock" | "two_way" | "joint" | "lower_envelope" | "arrival";
  /** The widest bound of all epochs, seconds; null where it cannot be stated. */
  readonly boundS: number | null;
  /** What the bound covers and what it does not, for people. */
  readonly boundNote: string;
  readonly epochs: readonly TimelineEpoch[];
  /** Arrivals that were left out. */
  readonly leftOut?: LeftOutSamples;
  /**
   * Session seconds of a sample: never later than its arrival (where that is a number), and never running back inside an
   * epoch. A sample without device time gets its arrival.
   */
  toSessionS(deviceS: number, arrivalS: number): number;
  /**
   * The same for the samples of one stream, to be called for each in its order: by that a sample of before a jump that was
   * sent long after it is told from one of after it, where a clock that was set back shows the same time twice.
   */
  inOrder?(): Timeline["toSessionS"];
  /**
   * The bound at a session time, seconds, where it is known better than the widest. Told when the sample arrived, it counts
   * that a sample which came late, and not in the order of its stream, may be of another epoch.
   */
  boundAtS?(sessionS: number, arrivalS?: number): number;
}

/** Session time of a stream's samples, called in their order: by that order where the timeline heeds it. */
export function streamTimes(timeline: Timeline): Timeline["toSessionS"] {
  return timeline.inOrder?.() ?? ((deviceS, arrivalS) => timeline.toSessionS(deviceS, arrivalS));
}

const NOTES = {
  hub_clock:
    "Stamped on the hub's own clock; nothing was fitted. How far a stamp may be from the moment that it names: what a camera needs between light and stamp comes on top.",
  lower_envelope:
    "Relative within the stream: how far the fitted envelope may be off. The constant latency of the link, which one-way arrivals cannot show, comes on top.",
  arrival:
    "No clock observations: each sample has the time of its arrival, late by the whole latency of the link; no bound can be stated.",
} as const;

/** Less than this of a beat is not worth a sentence, seconds. */
const NOTED_BEAT_S = 1e-3;

/** The sentence that a bound needs where samples keep step with the radio; empty elsewhere. */
export function beatNote(beatS: number): string {
  if (beatS < NOTED_BEAT_S) return "";
  const ms = (beatS * 1000).toFixed(1);
  return ` It holds ${ms} ms because the samples keep step with the radio's schedule: which part of its interval they wait for hardly changes for minutes.`;
}

/** The timeline of a stream that the hub stamped itself: device time is session time, right within `boundS` where that is known. */
export function hubTimeline(boundS: number | null): Timeline {
  return {
    method: "hub_clock",
    boundS,
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
  readonly #runs = new ClockRuns();
  readonly #screen = new SampleScreen((deviceS, arrivalS, fell) => {
    if (fell) this.#runs.begin(deviceS, arrivalS);
    else if (!this.#runs.push(deviceS, arrivalS)) this.#repeated += 1;
  });
  #repeated = 0;

  /** When the last observation arrived that was used, session seconds; minus infinity before the first. */
  get lastArrivalS(): number {
    return this.#runs.lastArrivalS;
  }

  /** One observation: device clock and session time of arrival, seconds. What cannot be is left out and counted. */
  push(deviceS: number, arrivalS: number): void {
    this.#screen.push(deviceS, arrivalS);
  }

  /** The timeline of all observations so far. */
  build(): Timeline {
    this.#screen.flush();
    const epochs = this.#runs.joined().map((points) => ({ points, envelope: points.fit() }));
    if (epochs.length === 0) return arrivalTimeline();
    const bounds = epochs.map(({ envelope }) => envelope.boundS);
    const beatS = Math.max(...epochs.map(({ envelope }) => envelope.beatS));
    return {
      method: "lower_envelope",
      boundS: bounds.includes(null) ? null : Math.max(...(bounds as number[])),
      boundNote: NOTES.lower_envelope + beatNote(beatS),
      epochs: epochs.map(({ points, envelope }) => describe(points, envelope)),
      leftOut: { ...this.#screen.leftOut, repeated: this.#screen.leftOut.repeated + this.#repeated },
      toSessionS: placedBy(epochs.map(placed)),
    };
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

function placed({ points, envelope }: FittedEpoch): PlacedEpoch {
  const { fromDeviceS, fromArrivalS, spanS } = points;
  return { fromDeviceS, fromArrivalS, spanS, offsetS: (deviceS) => envelope.offsetS(deviceS) };
}
