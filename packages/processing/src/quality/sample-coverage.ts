import type { StreamQuality } from "@polychron/session/format";
import { leastHoleS } from "../timed/index.js";
import { lengthS, type Span } from "./spans.js";

type CountedStream = Pick<
  StreamQuality,
  "stream" | "recording" | "silent_s" | "nominal_rate_hz" | "expected" | "written"
>;

/** A recording, on session time. */
interface Run extends Span {
  readonly number: number;
}

/** Samples that the device's own numbering shows missing. */
export function missingSamples({ expected, written }: Pick<StreamQuality, "expected" | "written">): number {
  return Math.max(0, (expected ?? 0) - (written ?? 0));
}

/**
 * Seconds without samples of which no number tells: a device that began anew, slept, or came late. What the numbering counts
 * as missing is missing once, not twice. 0 for less than a hole, or where nothing tells.
 */
export function unnumberedSilentS(stream: CountedStream): number {
  const { silent_s: silentS, nominal_rate_hz: rateHz } = stream;
  if (silentS === null || rateHz <= 0) return 0;
  const restS = silentS - missingSamples(stream) / rateHz;
  return restS > leastHoleS(rateHz) ? restS : 0;
}

/** The recordings of which a device has no stream at all. */
export function missedRuns<Recorded extends Run>(
  runs: readonly Recorded[],
  streams: readonly CountedStream[],
): Recorded[] {
  return runs.filter(({ number }) => streams.every(({ recording }) => recording !== null && recording !== number));
}

/**
 * The share of the recorded time for which a device has samples, on the way or delivered later, by the stream that lacks
 * most; what its numbering counts as missing is not looked at here. Null without recorded time.
 */
export function coveredShare(
  runs: readonly Run[],
  streams: readonly CountedStream[],
  present: number | null,
): number | null {
  const recordedS = lengthS(runs);
  if (recordedS <= 0) return null;
  const missedS = lengthS(missedRuns(runs, streams));
  const bySilence = new Map<string, number>();
  for (const stream of streams)
    if (stream.silent_s !== null)
      bySilence.set(stream.stream, (bySilence.get(stream.stream) ?? 0) + unnumberedSilentS(stream));
  // Streams without a rate cannot tell: then it is believed to have been silent while it was away.
  if (bySilence.size === 0) return Math.min(present ?? 1, 1 - missedS / recordedS);
  return Math.max(0, 1 - (missedS + Math.max(...bySilence.values())) / recordedS);
}
