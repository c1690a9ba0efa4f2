import { leastHoleS, type Stretch } from "../timed/index.js";
import { cut, type Span } from "./spans.js";

/** What a stream's table says of when it has samples. */
export interface SampledTimes {
  /** 0 = irregular. */
  readonly nominalRateHz: number;
  /** Session times of the first row and the last; null without a row. */
  readonly span: Stretch | null;
  /** Stretches between them without samples. */
  readonly holes: readonly Stretch[];
}

/**
 * The stretches of a recording for which a stream's table has no samples: before its first, between two, behind its last.
 * Undefined for an irregular stream, which owes none.
 */
export function silencesIn(recording: Span, { nominalRateHz, span, holes }: SampledTimes): Span[] | undefined {
  if (nominalRateHz <= 0) return undefined;
  const { fromS, toS } = recording;
  if (span === null) return toS > fromS ? [{ fromS, toS }] : [];
  const periodS = 1 / nominalRateHz;
  const leastS = leastHoleS(nominalRateHz);
  const ends = [
    { fromS, toS: span.fromS },
    { fromS: span.toS + periodS, toS },
  ].filter((end) => end.toS - end.fromS > leastS);
  return cut([...ends, ...holes], [recording]).sort((a, b) => a.fromS - b.fromS);
}
