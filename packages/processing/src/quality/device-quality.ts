import type { ClockQuality, DeviceQuality, StreamQuality } from "@polychron/session/format";
import type { DeviceLogFacts } from "./log-tally.js";
import { coordinationScore, dataScore, syncScore } from "./scores.js";
import { skewsOf } from "./start-quality.js";
import { cut, lengthS, type Span } from "./spans.js";

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
  readonly streams: readonly StreamQuality[];
  readonly starts: DeviceQuality["starts"];
  readonly files: DeviceQuality["files"];
  /** Those that it was to take part in. */
  readonly recordings: readonly RecordingSpan[];
  /** Whether it confirms a start at all. */
  readonly confirmsStarts: boolean;
}

/** One device with its three scores; its level is that of its findings, which come later. */
export function deviceQuality(facts: DeviceFacts): Omit<DeviceQuality, "level"> {
  const { device, deviceType, simulated, clock, log, recordings } = facts;
  const absences = cut(log.away, recordings);
  // A recording that a crash ended before its first sample has no length.
  const recordedS = lengthS(recordings);
  const present = recordedS > 0 ? 1 - lengthS(absences) / recordedS : null;
  const confirmed = recordings.filter(({ number }) => hasConfirmed(facts, number)).length;
  const startAcks = { received: confirmed, expected: facts.confirmsStarts ? recordings.length : 0 };
  return {
    device,
    device_type: deviceType,
    simulated,
    scores: scoresOf(facts, { clock, present, startAcks }),
    clock,
    streams: [...facts.streams],
    losses: [...log.losses],
    largest_gaps: [...log.largestGaps],
    absences: absences.map(({ fromS, toS }) => ({ from_t_s: fromS, to_t_s: toS })),
    files: facts.files,
    starts: [...facts.starts],
    start_acks: startAcks,
  };
}

function hasConfirmed({ log, starts }: DeviceFacts, recording: number): boolean {
  return (
    log.acknowledged.has(recording) ||
    starts.some((start) => start.recording === recording && start.own_status !== null)
  );
}

/** The share of the expected samples that was written; 1 where nothing was expected. */
export function writtenShare({ written, expected }: Pick<StreamQuality, "written" | "expected">): number {
  return expected === null || expected === 0 ? 1 : Math.min(1, (written ?? 0) / expected);
}

/**
 * The share of the recorded time for which a device's own numbering has samples: what it delivered later is not missing. A
 * device whose streams have no rate is believed to have been silent while it was away.
 */
export function coveredShare(streams: readonly StreamQuality[], recordingS: number, present: number): number {
  const coveredS = new Map<string, number>();
  for (const { stream, expected, nominal_rate_hz: nominalHz } of streams)
    if (expected !== null && nominalHz > 0) coveredS.set(stream, (coveredS.get(stream) ?? 0) + expected / nominalHz);
  const shares = [...coveredS.values()].map((seconds) => seconds / recordingS);
  return shares.length === 0 ? present : Math.max(present, Math.min(1, ...shares));
}

/** A stream as far as its rate is judged. */
type RatedStream = Pick<StreamQuality, "effective_rate_hz" | "nominal_rate_hz" | "written" | "expected">;

/**
 * The rate against the nominal one, less 1; null where one of them is not known. Samples that were lost, and times in which
 * the device was away, make no rate wrong: they are counted elsewhere.
 */
export function rateOff(stream: RatedStream, present: number | null): number | null {
  const { effective_rate_hz: effectiveHz, nominal_rate_hz: nominalHz } = stream;
  if (effectiveHz === null || nominalHz === 0) return null;
  if (effectiveHz >= nominalHz) return effectiveHz / nominalHz - 1;
  const explained = writtenShare(stream) * (present ?? 1);
  return explained === 0 ? 0 : Math.min(0, effectiveHz / (nominalHz * explained) - 1);
}

function scoresOf(
  { streams, starts, files, recordings }: DeviceFacts,
  found: {
    readonly clock: ClockQuality;
    readonly present: number | null;
    readonly startAcks: DeviceQuality["start_acks"];
  },
): DeviceQuality["scores"] {
  const { clock, present, startAcks } = found;
  const counted = streams.filter(({ expected }) => expected !== null);
  const isSilent = recordings.length > 0 && streams.length === 0;
  return {
    data: dataScore({
      written: isSilent ? [0] : counted.map(writtenShare),
      present: present === null ? null : coveredShare(streams, lengthS(recordings), present),
      rateOff: streams.flatMap((stream) => rateOff(stream, present) ?? []),
      files: files.total === 0 ? null : files.complete / files.total,
    }),
    synchronization: syncScore({
      method: clock.method,
      boundS: clock.bound99_s,
      outside: clock.bursts === 0 ? 0 : clock.outside / clock.bursts,
    }),
    coordination: coordinationScore({
      startSkewsS: isSilent
        ? [Infinity]
        : skewsOf(
            starts,
            streams.map(({ start_skew_s: skewS }) => skewS),
          ),
      acknowledged: startAcks.expected === 0 ? null : startAcks.received / startAcks.expected,
      present,
      answered: clock.asked === 0 ? null : clock.answered / clock.asked,
    }),
  };
}
