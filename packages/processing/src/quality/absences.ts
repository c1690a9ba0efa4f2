import type { DeviceQuality } from "@polychron/session/format";
import { isTouching, lengthS, type Span } from "./spans.js";
import type { JudgedStream } from "./stream-quality.js";

type Absence = DeviceQuality["absences"][number];

/**
 * When a device was away while something was recorded, and for how long its tables have no samples there: of the regular
 * stream that lacks most, the whole of each stretch that touches the absence, for samples may end before a loss is noticed.
 * A stretch that touches two counts with the first.
 */
export function absencesOf(away: readonly Span[], streams: readonly JudgedStream[]): Absence[] {
  const known = streams.flatMap(({ silences }) => (silences === undefined ? [] : [silences]));
  return away.map((span, index) => {
    const earlier = away.slice(0, index);
    const lacking = known.map((silences) =>
      lengthS(silences.filter((each) => isTouching(each, span) && !earlier.some((other) => isTouching(each, other)))),
    );
    const withoutS = lacking.length === 0 ? null : Math.max(...lacking);
    return { from_t_s: span.fromS, to_t_s: span.toS, without_samples_s: withoutS };
  });
}

/** The stretches of a stream that no absence explains. */
export function outsideAbsences(
  silences: DeviceQuality["silences"],
  absences: readonly Absence[],
): DeviceQuality["silences"] {
  return silences.filter((silence) =>
    absences.every((away) => silence.to_t_s < away.from_t_s || silence.from_t_s > away.to_t_s),
  );
}
