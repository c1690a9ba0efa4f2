import type { ClockView } from "@polychron/protocol";
import type { ClockEstimate } from "@polychron/sync";
import type { ClockCounts } from "./clock-tally.js";

/** What is known of a clock that answers probes; seconds. */
export interface ProbedState {
  readonly estimate: (ClockEstimate & { readonly driftPpm: number }) | undefined;
  /** False for a clock that is none: it stands still, leaps about, counts something else than seconds. */
  readonly isUsable: boolean;
  readonly roundTripS: number;
  /** Since the last answer; null before the first. */
  readonly probeAgeS: number | null;
  readonly counts: ClockCounts;
}

/** Below these a bound is good, or fair. */
const GOOD_BELOW_MS = 1;
const FAIR_BELOW_MS = 5;

const NOTHING = { bursts: 0, epochs: 0, steps: 0, outside: 0, glitches: 0, lost: 0 };

/** The view of a clock that answers probes. */
export function probedView({ estimate, isUsable, roundTripS, probeAgeS, counts }: ProbedState): ClockView {
  const bound99Ms = rounded((estimate?.bound99S ?? Number.NaN) * 1e3, 3);
  return {
    method: "two_way",
    offset_s: rounded(-(estimate?.thetaS ?? Number.NaN), 6),
    drift_ppm: rounded(estimate?.driftPpm ?? Number.NaN, 2),
    bound99_ms: bound99Ms,
    hard_ms: rounded((estimate?.hardS ?? Number.NaN) * 1e3, 3),
    relative_ms: null,
    round_trip_ms: rounded(roundTripS * 1e3, 3),
    quality: isUsable ? qualityOf(bound99Ms) : "poor",
    probe_age_s: probeAgeS === null ? null : rounded(probeAgeS, 1),
    ...counts,
  };
}

/** What is known of a clock that is seen in what arrives, and perhaps read now and then; seconds. */
export interface ArrivalState {
  readonly offsetS: number;
  /** Hub seconds gained per device second. */
  readonly rate: number;
  /** Null where it was never read. */
  readonly hardS: number | null;
  readonly relativeS: number | null;
  /** How often it began anew. */
  readonly starts: number;
  readonly readings: number;
  /** Readings without an answer. */
  readonly lost: number;
  /** Not a number before the first. */
  readonly readingAgeS: number;
}

/** The view of a clock that is seen in what arrives, read now and then or not. */
export function arrivalView({ offsetS, rate, hardS, relativeS, starts, ...read }: ArrivalState): ClockView {
  const relativeMs = relativeS === null ? null : rounded(relativeS * 1e3, 3);
  const hardMs = hardS === null ? null : rounded(hardS * 1e3, 3);
  return {
    // By a reading its times are known against the hub, by arrivals alone among themselves.
    method: hardS === null ? "one_way" : "joint",
    offset_s: rounded(offsetS, 6),
    // Before a bound is known the rate is a guess.
    drift_ppm: relativeMs === null ? null : rounded(-rate * 1e6, 2),
    // What holds however the ways are split holds in 99 of 100 cases, too.
    ...{ bound99_ms: hardMs, hard_ms: hardMs, relative_ms: relativeMs, round_trip_ms: null },
    quality: qualityOf(hardMs ?? relativeMs),
    probe_age_s: rounded(read.readingAgeS, 1),
    ...{ ...NOTHING, bursts: read.readings, lost: read.lost, epochs: starts },
  };
}

/** The view of the hub's own clock; `boundS`: how far a stamp may be from its moment, where that is known. */
export function hubClockView(boundS: number | undefined): ClockView {
  const boundMs = boundS === undefined ? null : boundS * 1e3;
  const exact = { offset_s: 0, drift_ppm: 0, bound99_ms: boundMs, hard_ms: boundMs, relative_ms: null };
  const quality = boundMs === null ? "unknown" : "good";
  return { method: "hub", ...exact, round_trip_ms: null, probe_age_s: null, quality, ...NOTHING };
}

function qualityOf(bound99Ms: number | null): ClockView["quality"] {
  if (bound99Ms === null) return "unknown";
  if (bound99Ms < GOOD_BELOW_MS) return "good";
  return bound99Ms < FAIR_BELOW_MS ? "fair" : "poor";
}

function rounded(value: number, decimals: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(decimals)) : null;
}
