import type { ClockQuality } from "@polychron/session/format";
import type { ProbeEpoch, ProbeFit } from "@polychron/sync";
import { curveColumns, offsetCurve, type CurveColumns } from "./offset-curve.js";
import { holdsTime, type Span } from "./spans.js";

/** What a device's clock was seen by. */
export type ClockFacts =
  | { readonly kind: "two_way"; readonly fit: ProbeFit; readonly roundTrips: ClockQuality["round_trips"] }
  /** Timelines of its streams, none of them fitted to probes. */
  | { readonly kind: "streams"; readonly timelines: readonly StreamClock[] };

/** How one stream got its times. */
export interface StreamClock {
  readonly method: string;
  readonly boundS: number | null;
  readonly boundNote: string;
  readonly driftPpm: number | null;
}

/** When something was recorded, session seconds. */
export interface RecordedTimes {
  readonly recordings: readonly Span[];
  /** The parts of them for which there are samples: a bound counts where a sample needs it. */
  readonly sampled: readonly Span[];
}

/** Violations listed by time are at most so many; they are counted without limit. */
const OUTSIDE_LISTED = 200;

const TWO_WAY_NOTE =
  "The bound holds in 99 of 100 cases if one direction's best delay is at most three times the other's; the hard bound holds whatever the two directions are.";

const NOTHING: ClockQuality = {
  method: "none",
  note: "Nothing was recorded of this device that tells of its clock.",
  bound99_s: null,
  bound99_median_s: null,
  hard_s: null,
  hard_median_s: null,
  drift_ppm: null,
  drift_bound_ppm: null,
  asked: 0,
  answered: 0,
  bursts: 0,
  outside: 0,
  outside_t_s: [],
  longest_silence_s: null,
  epochs: [],
  offset: null,
  round_trips: null,
};

/** What is known of a device's clock, judged over the times in which something was recorded (all, where nothing was). */
export function clockQuality(facts: ClockFacts, times: RecordedTimes): ClockQuality {
  return facts.kind === "two_way" ? probedClock(facts, times) : streamClock(facts.timelines);
}

function probedClock(
  { fit, roundTrips }: Extract<ClockFacts, { kind: "two_way" }>,
  { recordings, sampled }: RecordedTimes,
): ClockQuality {
  const curve = curveColumns(fit, [...recordings, ...sampled]);
  const bounds = judged(curve, curve.bound99S, sampled).sort();
  const hard = judged(curve, curve.hardS, sampled).sort();
  const main = longest(fit.epochs);
  const outside = fit.bursts.filter(({ isOutside }) => isOutside);
  return {
    method: "two_way",
    note: TWO_WAY_NOTE,
    bound99_s: bounds.at(-1) ?? null,
    bound99_median_s: bounds[bounds.length >> 1] ?? null,
    hard_s: hard.at(-1) ?? null,
    hard_median_s: hard[hard.length >> 1] ?? null,
    drift_ppm: main?.driftPpm ?? null,
    drift_bound_ppm: main?.driftWithinPpm ?? null,
    asked: fit.asked,
    answered: fit.answered,
    bursts: fit.bursts.length,
    outside: fit.outside,
    outside_t_s: outside.slice(0, OUTSIDE_LISTED).map(({ atS }) => atS),
    longest_silence_s: longestSilenceS(fit, recordings),
    epochs: fit.epochs.map(asEpoch),
    offset: offsetCurve(curve),
    round_trips: roundTrips,
  };
}

/** The values at times for which there are samples; all, where there are none. */
function judged({ atS }: CurveColumns, values: Float64Array, sampled: readonly Span[]): Float64Array {
  return values.filter((_, index) => sampled.length === 0 || holdsTime(sampled, atS[index]!));
}

/** The weakest of the streams speaks for the device. */
function streamClock(timelines: readonly StreamClock[]): ClockQuality {
  const [first] = [...timelines].sort((a, b) => (b.boundS ?? Infinity) - (a.boundS ?? Infinity));
  if (first === undefined) return NOTHING;
  const method = METHODS[first.method] ?? "none";
  const { boundS, boundNote: note, driftPpm } = first;
  // An interval between edges holds whatever the ways were.
  const hardS = method === "joint" ? boundS : null;
  const bounds = { bound99_s: boundS, bound99_median_s: boundS, hard_s: hardS, hard_median_s: hardS };
  return { ...NOTHING, method, note, ...bounds, drift_ppm: driftPpm };
}

const METHODS: Readonly<Record<string, ClockQuality["method"]>> = {
  hub_clock: "hub",
  lower_envelope: "one_way",
  joint: "joint",
  two_way: "two_way",
};

function asEpoch(epoch: ProbeEpoch): ClockQuality["epochs"][number] {
  const { cause, fromS, toS, jumpS, bursts, driftPpm, driftWithinPpm } = epoch;
  const drift = { drift_ppm: driftPpm, drift_bound_ppm: driftWithinPpm };
  return { cause, from_t_s: fromS, to_t_s: toS, jump_s: jumpS, bursts, ...drift };
}

function longest(epochs: readonly ProbeEpoch[]): ProbeEpoch | undefined {
  return epochs.reduce<ProbeEpoch | undefined>(
    (best, next) => (best === undefined || next.toS - next.fromS > best.toS - best.fromS ? next : best),
    undefined,
  );
}

/** Of the times without a burst, the longest part within a recording; from its start to its end where there is none. */
function longestSilenceS({ bursts }: ProbeFit, recordings: readonly Span[]): number | null {
  let longestS = 0;
  for (let next = 0; next <= bursts.length; next++) {
    const sinceS = bursts[next - 1]?.atS ?? -Infinity;
    const untilS = bursts[next]?.atS ?? Infinity;
    for (const { fromS, toS } of recordings)
      longestS = Math.max(longestS, Math.min(untilS, toS) - Math.max(sinceS, fromS));
  }
  return longestS > 0 ? longestS : null;
}
