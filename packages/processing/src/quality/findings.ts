import type { DeviceQuality, QualityFinding, QualityLevel, StreamQuality } from "@polychron/session/format";
import { awayFindings, silenceFindings } from "./away-findings.js";
import { streamRateOff, writtenShare, type RecordingSpan } from "./device-quality.js";
import { missedRuns } from "./sample-coverage.js";
import { lengthS } from "./spans.js";
import { startFindings } from "./start-findings.js";
import { syncFindings } from "./sync-findings.js";
import { countText, listText, percentText, rateText } from "./words.js";

/** Limits from which something is worth saying, and from which it is bad. */
const LIMITS = {
  missing: { warning: 0.001, bad: 0.01 },
  rate: { warning: 0.01, bad: 0.1 },
} as const;

type Unjudged = Omit<DeviceQuality, "level">;
type Told = Pick<QualityFinding, "area" | "severity" | "text">;

const RANK = { bad: 0, warning: 1, note: 2 } as const;

/** What must be said of a device, the worst first; of the same weight causes before what comes of them. */
export function deviceFindings(device: Unjudged, recordings: readonly RecordingSpan[]): QualityFinding[] {
  const isSilent = device.streams.length === 0;
  // Of times that are not there nothing can be said.
  const told = isSilent ? silentFindings(device) : recordedFindings(device, recordings);
  const sync = isSilent ? [] : syncFindings(device);
  return worstFirst([...sync, ...told.map((finding) => ({ device: device.device, ...finding }))]);
}

function recordedFindings(device: Unjudged, recordings: readonly RecordingSpan[]): Told[] {
  return [
    ...awayFindings(device, lengthS(recordings)),
    ...missedFindings(device, recordings),
    ...streamFindings(device, recordings),
    ...silenceFindings(device, recordings),
    ...fileFindings(device),
    ...startFindings(device),
  ];
}

/** Why it never began comes first. */
function silentFindings(device: Unjudged): Told[] {
  const { files, starts } = device;
  const hasOwn = files.complete > 0 && starts.every(({ status }) => status !== "never");
  const nothing: Told = hasOwn
    ? { area: "data", severity: "warning", text: "There are files of it, but no samples and no times to be aligned." }
    : { area: "data", severity: "bad", text: "Nothing was recorded of it: no samples, and no times to be aligned." };
  return [...startFindings({ ...device, start_acks: NO_ACKS }), nothing, ...fileFindings(device)];
}

/** Who never began confirms nothing; that need not be told as well. */
const NO_ACKS = { received: 0, expected: 0 } as const;

/** Recordings without a stream of it; where the start says that it never began, that is told there. */
function missedFindings({ streams, starts }: Unjudged, recordings: readonly RecordingSpan[]): Told[] {
  const never = starts.filter(({ status }) => status === "never").map(({ recording }) => recording);
  const missed = missedRuns(recordings, streams).filter(({ number }) => !never.includes(number));
  return missed.map(({ number }) => ({
    area: "data",
    severity: "bad",
    text: `Nothing was recorded of it in recording ${number}.`,
  }));
}

/** What must be said of a device of the session that no recording names. */
export function idleFinding(device: string, wasThere: boolean): QualityFinding {
  const [severity, what] = wasThere
    ? (["warning", "It was connected, but"] as const)
    : (["note", "It was not there, and"] as const);
  return { device, area: "data", severity, text: `${what} took part in no recording.` };
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

function streamFindings(device: Unjudged, recordings: readonly RecordingSpan[]): Told[] {
  return device.streams.flatMap((stream) => [
    ...missingFinding(device, stream),
    ...rateFinding(stream, streamRateOff(stream, recordings)),
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

function rateFinding(stream: StreamQuality, off: number | null): Told[] {
  if (off === null || Math.abs(off) <= LIMITS.rate.warning) return [];
  const text = `${stream.stream} came at ${rateText(stream.effective_rate_hz!)} instead of ${rateText(stream.nominal_rate_hz)}.`;
  return [{ area: "data", severity: Math.abs(off) > LIMITS.rate.bad ? "bad" : "warning", text }];
}

function fileFindings({ files: { complete, total } }: Unjudged): Told[] {
  if (complete === total) return [];
  const text = `${total - complete} of ${countText(total, "file")} did not come in whole.`;
  return [{ area: "data", severity: "bad", text }];
}
