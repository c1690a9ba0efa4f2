import type { DeviceQuality, QualityFinding, StreamQuality } from "@polychron/session/format";
import { outsideAbsences } from "./absences.js";
import { BAD_WITHOUT_S } from "./sync-findings.js";
import { missingSamples, unnumberedSilentS } from "./sample-coverage.js";
import { lengthText, listText, momentText, timesText } from "./words.js";

type Unjudged = Omit<DeviceQuality, "level">;
type Told = Pick<QualityFinding, "area" | "severity" | "text">;

/** So much of a recording without samples is worth a warning, and bad. */
const SHARE = { warning: 0.001, bad: 0.01 } as const;
/** Absences and silences are named one by one up to so many. */
const NAMED = 3;

/** What must be said of the times for which a device was away, by what its tables have of them. */
export function awayFindings({ absences, streams }: Unjudged, recordingS: number): Told[] {
  if (absences.length === 0) return [];
  const awayS = absences.reduce((sum, { from_t_s: fromS, to_t_s: toS }) => sum + toS - fromS, 0);
  const all = absences.length === 1 ? "" : " in all";
  const head = `It was away ${timesText(absences.length)}, ${lengthText(awayS)} of ${lengthText(recordingS)}${all}`;
  const told = absences.flatMap(({ without_samples_s: withoutS }) => withoutS ?? []);
  if (told.length === 0) {
    const text = `${head}; nothing tells whether samples are missing of that time.`;
    return [{ area: "coordination", severity: awayS > BAD_WITHOUT_S ? "bad" : "warning", text }];
  }
  const withoutS = told.reduce((sum, seconds) => sum + seconds, 0);
  const text = `${head}, ${withoutS > 0 ? lackText(absences, withoutS) : wholeText(streams)}.`;
  return [{ area: "coordination", severity: withoutS > BAD_WITHOUT_S ? "bad" : "warning", text }];
}

function lackText(absences: Unjudged["absences"], withoutS: number): string {
  const lacking = absences.filter(({ without_samples_s: seconds }) => (seconds ?? 0) > 0);
  const named = lacking
    .slice(0, NAMED)
    .map(({ from_t_s: atS, without_samples_s: seconds }) => `${lengthText(seconds!)} at ${momentText(atS)}`);
  const more = lacking.length > NAMED ? [`${lacking.length - NAMED} more`] : [];
  return `and has no samples for ${lengthText(withoutS)}${absences.length === 1 ? "" : ` (${listText([...named, ...more])})`}`;
}

/** A lost sample or two are no stretch without samples, and missing all the same. */
function wholeText(streams: readonly StreamQuality[]): string {
  return streams.some((stream) => missingSamples(stream) > 0)
    ? "with samples of all that time but for those counted as missing"
    : "with samples of all that time";
}

/** What must be said of stretches without samples that neither an absence nor a lost number explains. */
export function silenceFindings(
  device: Unjudged,
  recordings: readonly { number: number; fromS: number; toS: number }[],
): Told[] {
  return device.streams.flatMap((stream) => {
    const run = recordings.find(({ number }) => number === stream.recording);
    if (run === undefined || unnumberedSilentS(stream) === 0 || isLateJoiner(device, run.number)) return [];
    const own = device.silences.filter(
      (each) => each.stream === stream.stream && each.from_t_s >= run.fromS && each.to_t_s <= run.toS,
    );
    const silent = outsideAbsences(own, device.absences);
    const silentS = silent.reduce((sum, each) => sum + each.to_t_s - each.from_t_s, 0);
    const restS = unnumberedSilentS({ ...stream, silent_s: silentS });
    return restS === 0 ? [] : [silenceFinding(stream.stream, silent, restS / (run.toS - run.fromS))];
  });
}

/** That it was not there at the start is told with the start. */
function isLateJoiner({ starts }: Unjudged, recording: number): boolean {
  return starts.some((start) => start.recording === recording && start.joined_late_s !== null);
}

function silenceFinding(stream: string, silent: DeviceQuality["silences"], share: number): Told {
  const longest = [...silent].sort((a, b) => b.to_t_s - b.from_t_s - (a.to_t_s - a.from_t_s)).slice(0, NAMED);
  const named = longest.map(({ from_t_s: fromS, to_t_s: toS }) => `${lengthText(toS - fromS)} at ${momentText(fromS)}`);
  const more = silent.length > NAMED ? [`${silent.length - NAMED} more`] : [];
  const text = `${stream} has no samples for ${listText([...named, ...more])}, and its numbering does not count them.`;
  return { area: "data", severity: share >= SHARE.bad ? "bad" : share >= SHARE.warning ? "warning" : "note", text };
}
