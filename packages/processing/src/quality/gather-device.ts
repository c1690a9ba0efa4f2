import type { SessionReader, StreamFile } from "@polychron/session/store";
import {
  surveyProbes,
  surveyStream,
  timedDevice,
  timedStream,
  type ClockSurvey,
  type Incompleteness,
  type TimedStream,
} from "../timed/index.js";
import { clockQuality, type ClockFacts } from "./clock-quality.js";
import type { DeviceFacts, RecordingSpan } from "./device-quality.js";
import type { DeviceLogFacts } from "./log-tally.js";
import { recordingsOf } from "./recording-spans.js";
import { RoundTripCount } from "./round-trips.js";
import { startQualities } from "./start-quality.js";
import { streamQualities } from "./stream-quality.js";

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
  const streams: TimedStream[] = [];
  const incomplete: Incompleteness[] = [];
  for (const file of files.filter((each) => each.deviceId === deviceId)) {
    const survey = await surveyStream(reader, file, clock.clock, signal);
    incomplete.push(...survey.incomplete);
    streams.push(timedStream(metadata, { file, survey }));
  }
  const { deviceType, simulated } = timedDevice(metadata, deviceId, streams);
  const recordings = recordingsOf(metadata, deviceId, spans);
  const facts = {
    ...{ device: deviceId, deviceType, simulated, log, recordings },
    clock: clockQuality(clockFacts(clock, streams, trips), recordings),
    streams: streamQualities(deviceId, streams, metadata.recordings),
    starts: startQualities(deviceId, metadata.recordings),
    files: fileCounts(metadata.files[deviceId] ?? []),
    confirmsStarts: deviceType === CONFIRMING,
  };
  return { facts, incomplete };
}

/** Probes speak for a device's clock where its streams go by them (or it has none), else the timelines of its streams. */
function clockFacts(
  { clock, fit }: ClockSurvey,
  streams: readonly Pick<TimedStream, "timeline">[],
  trips: RoundTripCount,
): ClockFacts {
  const isByProbes = streams.length === 0 || streams.some(({ timeline }) => timeline.method === "two_way");
  if (isByProbes && fit !== undefined) return { kind: "two_way", fit, roundTrips: trips.summary() };
  const epochs = clock?.timeline.epochs ?? [];
  const ratePpm = [...epochs].sort((a, b) => b.observations - a.observations)[0]?.ratePpm;
  const driftPpm = ratePpm === undefined ? null : -ratePpm;
  return { kind: "streams", timelines: streams.map(({ timeline }) => ({ ...timeline, driftPpm })) };
}

function fileCounts(files: readonly { readonly complete: boolean }[]): DeviceFacts["files"] {
  return { complete: files.filter(({ complete }) => complete).length, total: files.length };
}
