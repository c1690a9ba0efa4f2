import type { DeviceQuality, QualityFinding, QualityLevel, StreamQuality } from "@polychron/session/format";
import { coveredShare, rateOff, writtenShare } from "./device-quality.js";
import { startFindings } from "./start-findings.js";
import { syncFindings } from "./sync-findings.js";
import { countText, lengthText, listText, percentText, rateText } from "./words.js";

/** Limits from which something is worth saying, and from which it is bad. */
const LIMITS = {
  missing: { warning: 0.001, bad: 0.01 },
  rate: { warning: 0.01, bad: 0.1 },
  awayS: 2,
} as const;

type Unjudged = Omit<DeviceQuality, "level">;
type Told = Pick<QualityFinding, "area" | "severity" | "text">;

const RANK = { bad: 0, warning: 1, note: 2 } as const;

/** What must be said of a device, the worst first. */
export function deviceFindings(device: Unjudged, recordingS: number): QualityFinding[] {
  const told: Told[] = [
    ...awayFindings(device, recordingS),
    ...streamFindings(device, recordingS),
    ...fileFindings(device),
    ...startFindings(device),
  ];
  return worstFirst([...syncFindings(device), ...told.map((finding) => ({ device: device.device, ...finding }))]);
}

/** The worst first, else in their order. */
export function worstFirst(findings: readonly QualityFinding[]): QualityFinding[] {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** The worst of what was found. */
export function levelOf(findings: readonly QualityFinding[]): QualityLevel {
  if (findings.some(({ severity }) => severity === "bad")) return "poor";
  return findings.some(({ severity }) => severity === "warning") ? "fair" : "good";
}

/** Time for which its own numbering has no samples either, as a share that is worth saying. */
const SILENT_SHARE = 0.01;

function awayFindings({ absences, streams }: Unjudged, recordingS: number): Told[] {
  if (absences.length === 0) return [];
  const awayS = absences.reduce((sum, { from_t_s: fromS, to_t_s: toS }) => sum + toS - fromS, 0);
  const times = absences.length === 1 ? "once" : `${absences.length} times`;
  const isSilent = 1 - coveredShare(streams, recordingS, 1 - awayS / recordingS) > SILENT_SHARE;
  const what = isSilent ? "with nothing recorded of that time" : "its samples came later";
  const text = `It was away ${times}, ${lengthText(awayS)} of ${lengthText(recordingS)} in all, ${what}.`;
  return [{ area: "coordination", severity: isSilent && awayS > LIMITS.awayS ? "bad" : "warning", text }];
}

function streamFindings(device: Unjudged, recordingS: number): Told[] {
  if (device.streams.length === 0 && recordingS > 0)
    return [{ area: "data", severity: "bad", text: "Nothing was recorded of it." }];
  const present = 1 - device.absences.reduce((sum, away) => sum + away.to_t_s - away.from_t_s, 0) / recordingS;
  return device.streams.flatMap((stream) => [
    ...missingFinding(device, stream),
    ...rateFinding(stream, recordingS > 0 ? present : null),
  ]);
}

function missingFinding({ losses }: Unjudged, stream: StreamQuality): Told[] {
  const { expected, written } = stream;
  const missing = (expected ?? 0) - (written ?? 0);
  if (missing <= 0) return [];
  const causes = losses.filter((loss) => loss.stream === stream.stream && loss.samples > 0);
  const named = listText(causes.slice(0, 3).map(({ cause, samples }) => `${causeText(cause)} ${countText(samples)}`));
  const why = named === "" ? "" : ` (${named})`;
  const share = 1 - writtenShare(stream);
  const text = `${percentText(share)} of ${stream.stream} is missing: ${countText(missing)} of ${countText(expected!, "sample")}${why}.`;
  const severity = share >= LIMITS.missing.bad ? "bad" : share >= LIMITS.missing.warning ? "warning" : "note";
  return [{ area: "data", severity, text }];
}

/** A cause in the log's word, as people say it. */
export function causeText(cause: string): string {
  const words: Readonly<Record<string, string>> = {
    lost: "lost on the way",
    silent_tail: "silent at the end",
    device_restarted: "device restarted",
    STORAGE_TOO_SLOW: "disk too slow",
  };
  return words[cause] ?? cause.replaceAll("_", " ").toLowerCase();
}

function rateFinding(stream: StreamQuality, present: number | null): Told[] {
  const off = rateOff(stream, present);
  if (off === null || Math.abs(off) <= LIMITS.rate.warning) return [];
  const text = `${stream.stream} came at ${rateText(stream.effective_rate_hz!)} instead of ${rateText(stream.nominal_rate_hz)}.`;
  return [{ area: "data", severity: Math.abs(off) > LIMITS.rate.bad ? "bad" : "warning", text }];
}

function fileFindings({ files: { complete, total } }: Unjudged): Told[] {
  if (complete === total) return [];
  const text = `${total - complete} of ${countText(total, "file")} did not come in whole.`;
  return [{ area: "data", severity: "bad", text }];
}
