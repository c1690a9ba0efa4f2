import type { StreamQuality } from "@polychron/session/format";
import type { Span } from "./spans.js";
import type { SampledTimes } from "./stream-silence.js";

/** What of a stream tells when it began. */
export interface BegunStream
  extends SampledTimes, Pick<StreamQuality, "method" | "effective_rate_hz" | "expected" | "written" | "silent_s"> {
  readonly beginS: number | null;
  readonly beginBoundS: number | null;
}

type StreamStart = Pick<
  StreamQuality,
  "period_s" | "first_t_s" | "start_distance_s" | "start_bound_s" | "start_skew_s"
>;

/**
 * The first kept sample against the scheduled start, by the timeline fitted after the session. The live figure is no proof: the
 * same estimate that makes the cut measures it.
 */
export function startOf(stream: BegunStream, run: Span | undefined): StreamStart {
  const periodS = periodOf(stream);
  const firstS = stream.beginS;
  const distanceS = firstS === null || run === undefined || periodS === null ? null : firstS - run.fromS;
  return {
    period_s: periodS,
    first_t_s: firstS,
    start_distance_s: distanceS,
    start_bound_s: firstS !== null && isAgainstHub(stream) ? stream.beginBoundS : null,
    start_skew_s: distanceS === null || periodS === null ? null : lessPeriod(distanceS, periodS),
  };
}

/** Any sample within one period of the start is the one that was due. */
function lessPeriod(distanceS: number, periodS: number): number {
  return distanceS < 0 ? distanceS : Math.max(0, distanceS - periodS);
}

/** As measured where nothing is missing, else as announced. */
function periodOf({ nominalRateHz, effective_rate_hz: effectiveHz, ...stream }: BegunStream): number | null {
  if (nominalRateHz <= 0) return null;
  const isWhole = stream.silent_s === 0 && stream.written === stream.expected;
  return 1 / (isWhole && effectiveHz !== null ? effectiveHz : nominalRateHz);
}

/** A bound of times among themselves says nothing of the start, which is the hub's. */
function isAgainstHub({ method }: BegunStream): boolean {
  return method === "two_way" || method === "joint" || method === "hub_clock";
}
