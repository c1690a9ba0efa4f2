import { CUES_FILE, joinPath, type QualityReport, type SessionMetadata } from "@polychron/session/format";
import { isMissing, readWhole, type FileSystem, type SessionReader } from "@polychron/session/store";
import { fitProbes, openTimedSession, surveyClock, type StreamTable, type TimedSession } from "../timed/index.js";
import type { SessionFacts } from "./build-report.js";
import type { ClockFacts } from "./clock-quality.js";
import { cueResiduals, type ReadResiduals } from "./cue-residuals.js";
import type { DeviceFacts, RecordingSpan } from "./device-quality.js";
import { LogTally } from "./log-tally.js";
import { RoundTrips } from "./round-trips.js";
import { startQualities } from "./start-quality.js";
import { streamQualities } from "./stream-quality.js";

/** What a report is made for and with. */
export interface GatherOptions {
  readonly software: { readonly name: string; readonly version: string };
  readonly signal: AbortSignal;
  /** How far the work is, from 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

/** Devices that are told of a start and confirm it. */
const CONFIRMING = "android_phone";

/** Reads all that a report says of a session from its tree; one device's clock at a time. Throws `STORAGE_*`, and the signal's reason. */
export async function gatherSession(
  files: FileSystem,
  reader: SessionReader,
  { software, signal, onProgress }: GatherOptions,
): Promise<SessionFacts> {
  const timed = await openTimedSession(reader, signal);
  onProgress?.(0.5);
  const log = new LogTally();
  for await (const event of reader.events()) log.take(event);
  const recordings = recordingSpans(reader.metadata, timed);
  const devices: DeviceFacts[] = [];
  for (const { deviceId, deviceType, simulated } of timed.devices) {
    signal.throwIfAborted();
    const own = timed.streams.filter((stream) => stream.deviceId === deviceId);
    devices.push({
      ...{ device: deviceId, deviceType, simulated },
      clock: await gatherClock(reader, deviceId, own),
      log: log.facts(deviceId),
      streams: streamQualities(deviceId, own, reader.metadata.recordings),
      starts: startQualities(deviceId, reader.metadata.recordings),
      files: filesOf(reader.metadata, deviceId),
      recordings: recordingsOf(reader.metadata, deviceId, recordings),
      confirmsStarts: deviceType === CONFIRMING,
    });
    onProgress?.(0.5 + (0.5 * devices.length) / timed.devices.length);
  }
  const cues = await readCues(files, reader.folder);
  const incomplete = timed.incomplete.map(({ target, reason }) => ({ target, reason }));
  if (cues.fault !== null) incomplete.push({ target: CUES_FILE, reason: cues.fault });
  return {
    ...{ metadata: reader.metadata, software, devices },
    recordings: recordings.map(({ number, fromS, toS }) => ({ number, start_t_s: fromS, stop_t_s: toS })),
    cues: cues.residuals,
    incomplete,
  };
}

/** Probes speak for a device's clock where its streams go by them (or it has none), else the timelines of its streams. */
async function gatherClock(
  reader: SessionReader,
  deviceId: string,
  streams: readonly StreamTable[],
): Promise<ClockFacts> {
  const fit = await fitProbes(reader, deviceId);
  const isByProbes = streams.length === 0 || streams.some(({ timeline }) => timeline.method === "two_way");
  if (isByProbes && fit.epochs.length > 0)
    return { kind: "two_way", fit, roundTrips: await countRoundTrips(reader, deviceId) };
  const epochs = (await surveyClock(reader, deviceId))?.timeline.epochs ?? [];
  const ratePpm = [...epochs].sort((a, b) => b.observations - a.observations)[0]?.ratePpm;
  const driftPpm = ratePpm === undefined ? null : -ratePpm;
  return { kind: "streams", timelines: streams.map(({ timeline }) => ({ ...timeline, driftPpm })) };
}

async function countRoundTrips(
  reader: SessionReader,
  deviceId: string,
): Promise<QualityReport["devices"][number]["clock"]["round_trips"]> {
  const trips = new RoundTrips();
  let lastS = -Infinity;
  for await (const { count, t1, t2, t3, t4 } of reader.probes(deviceId)) {
    for (let row = 0; row < count; row++) {
      // The clock files of two recordings overlap.
      if (!(t1[row]! > lastS)) continue;
      lastS = t1[row]!;
      trips.push(t4[row]! - t1[row]! - (t3[row]! - t2[row]!));
    }
  }
  return trips.summary();
}

/** A recording that a crash cut short ends where the session does, or at its last known time. */
function recordingSpans(metadata: SessionMetadata, timed: TimedSession): RecordingSpan[] {
  return metadata.recordings.map(({ number, start_t_s: fromS, stop_t_s: stopS }) => {
    const lengthsS = timed.streams
      .filter(({ recording, effectiveRateHz }) => recording === number && effectiveRateHz !== null)
      .map(({ rowCount, effectiveRateHz }) => (rowCount - 1) / effectiveRateHz!);
    return { number, fromS, toS: stopS ?? fromS + Math.max(0, ...lengthsS) };
  });
}

/** Those that name the device, whether at their start or by what was counted of it. */
function recordingsOf(metadata: SessionMetadata, device: string, spans: readonly RecordingSpan[]): RecordingSpan[] {
  const numbers = metadata.recordings.filter(
    ({ devices, streams }) => devices.includes(device) || streams.some((counts) => counts.device === device),
  );
  return spans.filter(({ number }) => numbers.some((entry) => entry.number === number));
}

function filesOf(metadata: SessionMetadata, device: string): { complete: number; total: number } {
  const own = metadata.files[device] ?? [];
  return { complete: own.filter(({ complete }) => complete).length, total: own.length };
}

async function readCues(files: FileSystem, folder: string): Promise<ReadResiduals> {
  try {
    return cueResiduals(new TextDecoder().decode(await readWhole(files, joinPath(folder, CUES_FILE))));
  } catch (thrown) {
    if (isMissing(thrown)) return { residuals: [], fault: null };
    throw thrown;
  }
}
