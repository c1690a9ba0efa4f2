import type { ClockQuality, DeviceQuality, StreamQuality } from "@polychron/session/format";
import { absencesOf } from "./absences.js";
import type { DeviceLogFacts } from "./log-tally.js";
import { coveredShare, missedRuns, unnumberedSilentS } from "./sample-coverage.js";
import { coordinationScore, dataScore, syncScore } from "./scores.js";
import { cut, lengthS, without, type Span } from "./spans.js";
import { skewsOf } from "./start-quality.js";
import type { JudgedStream } from "./stream-quality.js";

/** One recording, on session time. */
export interface RecordingSpan extends Span {
  readonly number: number;
}

/** All that is known of one device before it is judged. */
export interface DeviceFacts {
  readonly device: string;
  readonly deviceType: string;
  readonly simulated: boolean;
  readonly clock: ClockQuality;
  readonly log: DeviceLogFacts;
  readonly streams: readonly JudgedStream[];
  readonly starts: DeviceQuality["starts"];
  readonly files: DeviceQuality["files"];
  /** Those that it was to take part in, whether it did or not. */
  readonly recordings: readonly RecordingSpan[];
  /** Whether it was connected in any recording, by the log. */
  readonly wasThere: boolean;
  /** Whether it confirms a start at all. */
  readonly confirmsStarts: boolean;
}

/** One device with its three scores; its level is that of its findings, which come later. */
export function deviceQuality(facts: DeviceFacts): Omit<DeviceQuality, "level"> {
  const { device, deviceType, simulated, clock, log, recordings } = facts;
  const streams = facts.streams.map(({ quality }) => quality);
  const absences = absencesOf(cut(log.away, recordings), facts.streams);
  const confirmed = recordings.filter(({ number }) => hasConfirmed(facts, number)).length;
  const startAcks = { received: confirmed, expected: facts.confirmsStarts ? recordings.length : 0 };
  return {
    device,
    device_type: deviceType,
    simulated,
    scores: scoresOf(facts, { streams, present: presentShare(facts, streams), startAcks }),
    clock,
    streams,
    losses: [...log.losses],
    largest_gaps: [...log.largestGaps],
    silences: largestSilences(facts.streams),
    absences,
    files: facts.files,
    starts: [...facts.starts],
    start_acks: startAcks,
  };
}

/** Of the recorded time, how much it was there; null for a recording that a crash ended before its first sample. */
function presentShare({ log, recordings }: DeviceFacts, streams: readonly StreamQuality[]): number | null {
  const recordedS = lengthS(recordings);
  const there = without(recordings, [...log.away, ...missedRuns(recordings, streams)]);
  return recordedS > 0 ? lengthS(there) / recordedS : null;
}

function hasConfirmed({ log, starts }: DeviceFacts, recording: number): boolean {
  return (
    log.acknowledged.has(recording) ||
    starts.some((start) => start.recording === recording && start.own_status !== null)
  );
}

/** Silences are listed one by one up to so many a device, the longest. */
const SILENCES_LISTED = 200;

function largestSilences(streams: readonly JudgedStream[]): DeviceQuality["silences"] {
  const all = streams.flatMap(({ quality, silences = [] }) =>
    silences.map(({ fromS, toS }) => ({ stream: quality.stream, from_t_s: fromS, to_t_s: toS })),
  );
  const longest = all.sort((a, b) => b.to_t_s - b.from_t_s - (a.to_t_s - a.from_t_s)).slice(0, SILENCES_LISTED);
  return longest.sort((a, b) => a.from_t_s - b.from_t_s);
}

/** The share of the expected samples that was written; 1 where nothing was expected. */
export function writtenShare({ written, expected }: Pick<StreamQuality, "written" | "expected">): number {
  return expected === null || expected === 0 ? 1 : Math.min(1, (written ?? 0) / expected);
}

/** A stream as far as its rate is judged. */
type RatedStream = Pick<StreamQuality, "effective_rate_hz" | "nominal_rate_hz" | "written" | "expected">;

/**
 * The rate against the nominal one, less 1; null where one of them is not known. Samples that were lost, and times in which
 * the device had none, make no rate wrong: they are counted elsewhere.
 */
export function rateOff(stream: RatedStream, present: number | null): number | null {
  const { effective_rate_hz: effectiveHz, nominal_rate_hz: nominalHz } = stream;
  if (effectiveHz === null || nominalHz === 0) return null;
  if (effectiveHz >= nominalHz) return effectiveHz / nominalHz - 1;
  const explained = writtenShare(stream) * (present ?? 1);
  return explained === 0 ? 0 : Math.min(0, effectiveHz / (nominalHz * explained) - 1);
}

/** As `rateOff`; the times without samples are those of its table. */
export function streamRateOff(stream: StreamQuality, recordings: readonly RecordingSpan[]): number | null {
  const runs = recordings.filter(({ number }) => number === stream.recording);
  const recordedS = lengthS(runs);
  return rateOff(stream, recordedS > 0 ? Math.max(0, 1 - unnumberedSilentS(stream) / recordedS) : null);
}

function scoresOf(
  { clock, starts, files, recordings }: DeviceFacts,
  found: Pick<DeviceQuality, "streams"> & {
    readonly present: number | null;
    readonly startAcks: DeviceQuality["start_acks"];
  },
): DeviceQuality["scores"] {
  const { streams, present, startAcks } = found;
  const counted = streams.filter(({ expected }) => expected !== null);
  const isSilent = recordings.length > 0 && streams.length === 0;
  return {
    data: dataScore({
      written: isSilent ? [0] : counted.map(writtenShare),
      present: coveredShare(recordings, streams, present),
      rateOff: streams.flatMap((stream) => streamRateOff(stream, recordings) ?? []),
      files: files.total === 0 ? null : files.complete / files.total,
    }),
    synchronization: syncScore({
      method: clock.method,
      boundS: clock.bound99_s,
      outside: clock.bursts === 0 ? 0 : clock.outside / clock.bursts,
    }),
    coordination: coordinationScore({
      startSkewsS: isSilent ? [Infinity] : skewsOf(starts, streams),
      acknowledged: startAcks.expected === 0 ? null : startAcks.received / startAcks.expected,
      present,
      answered: clock.asked === 0 ? null : clock.answered / clock.asked,
    }),
  };
}
