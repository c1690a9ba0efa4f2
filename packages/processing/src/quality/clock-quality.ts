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
  drift_ppm: null,
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
export function clockQuality(facts: ClockFacts, recordings: readonly Span[]): ClockQuality {
  return facts.kind === "two_way" ? probedClock(facts, recordings) : streamClock(facts.timelines);
}

function probedClock(
  { fit, roundTrips }: Extract<ClockFacts, { kind: "two_way" }>,
  recordings: readonly Span[],
): ClockQuality {
  const curve = curveColumns(fit, recordings);
  const bounds = judged(curve, curve.bound99S, recordings).sort();
  const outside = fit.bursts.filter(({ isOutside }) => isOutside);
  return {
    method: "two_way",
    note: TWO_WAY_NOTE,
    bound99_s: bounds.at(-1) ?? null,
    bound99_median_s: bounds[bounds.length >> 1] ?? null,
    hard_s: judged(curve, curve.hardS, recordings).sort().at(-1) ?? null,
    drift_ppm: longest(fit.epochs)?.driftPpm ?? null,
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

/** The values at times in which something was recorded; all, where nothing was. */
function judged({ atS }: CurveColumns, values: Float64Array, recordings: readonly Span[]): Float64Array {
  return values.filter((_, index) => recordings.length === 0 || holdsTime(recordings, atS[index]!));
}

/** The weakest of the streams speaks for the device. */
function streamClock(timelines: readonly StreamClock[]): ClockQuality {
  const [first] = [...timelines].sort((a, b) => (b.boundS ?? Infinity) - (a.boundS ?? Infinity));
  if (first === undefined) return NOTHING;
  const method = METHODS[first.method] ?? "none";
  const { boundS, boundNote: note, driftPpm } = first;
  // An interval between edges holds whatever the ways were.
  const hardS = method === "joint" ? boundS : null;
  return { ...NOTHING, method, note, bound99_s: boundS, bound99_median_s: boundS, hard_s: hardS, drift_ppm: driftPpm };
}

const METHODS: Readonly<Record<string, ClockQuality["method"]>> = {
  hub_clock: "hub",
  lower_envelope: "one_way",
  joint: "joint",
  two_way: "two_way",
};

function asEpoch({ cause, fromS, toS, jumpS, bursts, driftPpm }: ProbeEpoch): ClockQuality["epochs"][number] {
  return { cause, from_t_s: fromS, to_t_s: toS, jump_s: jumpS, bursts, drift_ppm: driftPpm };
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
