import type { SessionReader, StreamFile } from "@polychron/session/store";
import {
  surveyProbes,
  surveyStream,
  timedDevice,
  timedStream,
  type ClockSurvey,
  type DeviceClock,
  type Incompleteness,
  type StreamSurvey,
  type TimedStream,
} from "../timed/index.js";
import { clockQuality, type ClockFacts, type RecordedTimes } from "./clock-quality.js";
import type { DeviceFacts, RecordingSpan } from "./device-quality.js";
import type { DeviceLogFacts } from "./log-tally.js";
import { recordingsOf } from "./recording-spans.js";
import { RoundTripCount } from "./round-trips.js";
import { missedRuns } from "./sample-coverage.js";
import { cut, lengthS, without, type Span } from "./spans.js";
import { startQualities } from "./start-quality.js";
import { streamQualities, type JudgedStream, type TableFacts } from "./stream-quality.js";

/** Devices that are told of a start and confirm it. */
const CONFIRMING = "android_phone";

/** What is known of a device besides its own files. */
export interface DeviceContext {
  readonly deviceId: string;
  /** The files of all devices. */
  readonly files: readonly StreamFile[];
  readonly log: DeviceLogFacts;
  readonly recordings: readonly RecordingSpan[];
  readonly signal: AbortSignal;
}

/**
 * Reads all that a report says of one device. Its clock is fitted once and judged here: the fit, which is all that grows with
 * the session, is gone when this returns. Throws `STORAGE_*`, and the signal's reason.
 */
export async function gatherDevice(
  reader: SessionReader,
  { deviceId, files, log, recordings: spans, signal }: DeviceContext,
): Promise<{ readonly facts: DeviceFacts; readonly incomplete: readonly Incompleteness[] }> {
  const { metadata } = reader;
  const trips = new RoundTripCount();
  const clock = await surveyProbes(reader, deviceId, (exchange) => trips.push(exchange));
  const tables: SurveyedTable[] = [];
  const incomplete: Incompleteness[] = [];
  for (const file of files.filter((each) => each.deviceId === deviceId)) {
    const survey = await surveyStream(reader, file, clock.clock, signal);
    incomplete.push(...survey.incomplete);
    tables.push(surveyedTable(timedStream(metadata, { file, survey }), survey));
  }
  const { deviceType, simulated } = timedDevice(metadata, deviceId, tables);
  const recordings = recordingsOf(metadata, deviceId, spans);
  const runs = metadata.recordings.map((entry, index) => ({ entry, span: spans[index]! }));
  const streams = streamQualities(deviceId, tables, runs);
  const facts = {
    ...{ device: deviceId, deviceType, simulated, log, recordings, streams },
    clock: clockQuality(clockFacts(clock, tables, trips), recordedTimes(recordings, streams)),
    starts: startQualities(deviceId, metadata.recordings, log),
    files: fileCounts(metadata.files[deviceId] ?? []),
    wasThere: lengthS(without(spans, [...log.away, { fromS: -Infinity, toS: log.connectedS }])) > 0,
    confirmsStarts: deviceType === CONFIRMING,
  };
  return { facts, incomplete };
}

type SurveyedTable = TimedStream & TableFacts;

function surveyedTable(stream: TimedStream, { span, holes, beginS, timeline }: StreamSurvey): SurveyedTable {
  const beginBoundS = beginS === null ? null : (timeline.boundAtS?.(beginS) ?? timeline.boundS);
  return { ...stream, span, holes, beginS, beginBoundS };
}

/**
 * When it was recorded, and when of that it has samples: unless all streams that can tell have none. A device without any
 * stream is judged over all of its recordings.
 */
function recordedTimes(recordings: readonly RecordingSpan[], streams: readonly JudgedStream[]): RecordedTimes {
  const missed =
    streams.length === 0
      ? []
      : missedRuns(
          recordings,
          streams.map(({ quality }) => quality),
        );
  const taken = recordings.filter((recording) => !missed.includes(recording));
  const sampled = taken.flatMap((recording) => {
    const own = streams.filter(({ quality }) => quality.recording === recording.number);
    const silences = own.flatMap(({ silences: known }) => (known === undefined ? [] : [known]));
    const [first = [], ...others] = silences;
    return without(
      [recording],
      others.reduce<readonly Span[]>((common, next) => cut(common, next), first),
    );
  });
  return { recordings: taken, sampled };
}

/** Probes speak for a device's clock where its streams go by them (or it has none), else the timelines of its streams. */
function clockFacts(
  { clock, fit }: ClockSurvey,
  streams: readonly Pick<TimedStream, "timeline">[],
  trips: RoundTripCount,
): ClockFacts {
  const isByProbes = streams.length === 0 || streams.some(({ timeline }) => timeline.method === "two_way");
  if (isByProbes && fit !== undefined) return { kind: "two_way", fit, roundTrips: trips.summary() };
  const driftPpm = clock === undefined ? null : longestDriftPpm(clock);
  return { kind: "streams", timelines: streams.map(({ timeline }) => ({ ...timeline, driftPpm })) };
}

/** The drift of the epoch that lasted longest. */
function longestDriftPpm({ timeline: { epochs }, toS }: DeviceClock): number | null {
  const lengthOf = (index: number): number => (epochs[index + 1]?.fromArrivalS ?? toS) - epochs[index]!.fromArrivalS;
  const [longest] = [...epochs.keys()].sort((a, b) => lengthOf(b) - lengthOf(a));
  return longest === undefined ? null : -epochs[longest]!.ratePpm;
}

function fileCounts(files: readonly { readonly complete: boolean }[]): DeviceFacts["files"] {
  return { complete: files.filter(({ complete }) => complete).length, total: files.length };
}
