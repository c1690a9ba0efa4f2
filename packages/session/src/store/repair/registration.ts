import {
  finishedFile,
  groupStreams,
  receivedEntry,
  type DataFileName,
  type DeviceEntry,
  type FileEntry,
  type RecordingEntry,
  type SessionMetadata,
  type Sidecar,
  type StreamCounts,
} from "../../format/index.js";
import { isClockType, type JsonObject, type NewEvent } from "../../model/index.js";
import { missingSamples } from "./loss.js";
import { isBeside } from "./matched-video.js";
import type { SalvagedFile } from "./salvage-data.js";

/** What is needed to register what was found. */
export interface Findings {
  readonly metadata: SessionMetadata;
  readonly files: readonly SalvagedFile[];
  /** By path of the data file; only those that can be read. */
  readonly sidecars: ReadonlyMap<string, Sidecar>;
  /** A session second as ISO 8601. */
  readonly timestampAt: (tS: number) => string;
}

/**
 * The events that bring the log up to what lies on disk: devices and files that nobody registered, recordings that nobody
 * stopped. What is derived from files instead of having been said at the time carries `recovered: true`.
 */
export function registrationEvents(findings: Findings): NewEvent[] {
  const recordings = missingRecordings(findings);
  return [...deviceEvents(findings), ...fileEvents(findings, recordings), ...recordingEvents(findings, recordings)];
}

function deviceEvents({ metadata, files, sidecars, timestampAt }: Findings): NewEvent[] {
  const unknown = new Map<string, SalvagedFile[]>();
  for (const file of files) {
    const { deviceId } = file.name;
    if (metadata.devices[deviceId] === undefined) unknown.set(deviceId, [...(unknown.get(deviceId) ?? []), file]);
  }
  return [...unknown].map(([device, found]) => {
    const sidecar = found.map(({ path }) => sidecars.get(path)).find((known) => known !== undefined);
    const entry: DeviceEntry = {
      device_type: sidecar?.device_type ?? "unknown",
      capabilities: [],
      added_time: timestampAt(0),
      status: "disconnected",
      settings: {},
      calibration: null,
      firmware: sidecar?.firmware ?? null,
      simulated: sidecar?.simulated ?? false,
      recovered: true,
    };
    return { event: "device_connected", details: { device, entry: entry as JsonObject } };
  });
}

function fileEvents({ files, metadata }: Findings, derived: readonly RecordingEntry[]): NewEvent[] {
  const recordings = [...metadata.recordings, ...derived];
  return files
    .filter((file) => file.registered === undefined)
    .map((file) => {
      const recording = recordings.find(({ stamp }) => stamp === file.name.stamp);
      const entry = sentEntry(file) ?? fileEntry(file, files, recording, metadata.start_time);
      return { event: "file_received", details: { device: file.name.deviceId, entry: entry as JsonObject } };
    });
}

/** A file that a device announced and has sent: as it was announced, with what is in it. */
function sentEntry({ announced, measured, name }: SalvagedFile): FileEntry | undefined {
  if (announced === undefined) return undefined;
  return { ...receivedEntry(announced), ...counted(name, measured.csv?.tail.rows), recovered: true };
}

function fileEntry(
  { name, path, measured, wasUnfinished }: SalvagedFile,
  files: readonly SalvagedFile[],
  recording: RecordingEntry | undefined,
  sessionStart: string,
): FileEntry {
  // A video does not say how many frames it holds; the frame times beside it do.
  const times = name.ext === "csv" ? measured.csv : files.find((file) => isBeside(file.name, name))?.measured.csv;
  const samples = times?.samples;
  return {
    file_type: name.fileType,
    file_path: path,
    file_size: measured.sizeBytes,
    created_time: recording?.start_time ?? sessionStart,
    sha256: measured.sha256,
    ...counted(name, times?.tail.rows),
    duration: samples === undefined ? null : Math.max(0, samples.lastArrivalS - samples.firstArrivalS),
    recording: recording?.number ?? null,
    // Of a table the last whole line is a good end; what a cut video lacks is not known.
    complete: finishedFile(path) === undefined && !(wasUnfinished && name.ext !== "csv"),
    recovered: true,
  };
}

function counted({ ext, frames }: DataFileName, rows: number | undefined): Pick<FileEntry, "samples" | "frames"> {
  if (rows === undefined) return {};
  return frames || ext !== "csv" ? { frames: rows } : { samples: rows };
}

/** Recordings that only their files tell of. */
function missingRecordings({ metadata, files, timestampAt }: Findings): RecordingEntry[] {
  const known = new Set(metadata.recordings.map(({ stamp }) => stamp));
  const stamps = [...new Set(files.map(({ name }) => name.stamp))].filter((stamp) => !known.has(stamp)).sort();
  const last = Math.max(0, ...metadata.recordings.map(({ number }) => number));
  return stamps.map((stamp, index) => {
    const arrivals = files.flatMap(({ name, measured }) =>
      name.stamp === stamp ? (measured.csv?.samples?.firstArrivalS ?? []) : [],
    );
    const startS = arrivals.length === 0 ? 0 : Math.min(...arrivals);
    return {
      number: last + index + 1,
      kind: "live",
      stamp,
      start_time: timestampAt(startS),
      stop_time: null,
      start_t_s: startS,
      stop_t_s: null,
      devices: [...new Set(files.flatMap(({ name }) => (name.stamp === stamp ? name.deviceId : [])))],
      streams: [],
      recovered: true,
    };
  });
}

function recordingEvents(findings: Findings, derived: readonly RecordingEntry[]): NewEvent[] {
  const open = [...findings.metadata.recordings.filter(({ stop_time }) => stop_time === null), ...derived];
  return open.map((recording) => ({
    event: "stop_record",
    details: { entry: stopped(recording, findings) as JsonObject, interrupted: true },
  }));
}

/** A recording ended at its last good sample, with what its files hold. */
function stopped(recording: RecordingEntry, { files, sidecars, timestampAt }: Findings): RecordingEntry {
  const mine = files.filter(({ name }) => name.stamp === recording.stamp);
  const byPath = new Map(mine.map((file) => [file.path, file]));
  const groups = groupStreams([...byPath.keys()]).filter(({ fileType }) => !isClockType(fileType));
  const stopS = Math.max(
    recording.start_t_s,
    ...mine.flatMap(({ measured }) => measured.csv?.samples?.lastArrivalS ?? []),
  );
  const streams = groups.map((group) => {
    const parts = group.parts.map((path) => byPath.get(path)!);
    return countsOf(parts, sidecars.get(group.parts[0]!)?.nominal_rate_hz ?? 0);
  });
  return { ...recording, stop_time: timestampAt(stopS), stop_t_s: stopS, streams, recovered: true };
}

/** What arrived after the last good sample is unknown, so that expected ends there. */
function countsOf(parts: readonly SalvagedFile[], nominalRateHz: number): StreamCounts {
  const { deviceId, fileType, frames } = parts[0]!.name;
  const spans = parts.flatMap(({ measured }) => measured.csv?.samples ?? []);
  const written = parts.reduce((sum, { measured }) => sum + (measured.csv?.tail.rows ?? 0), 0);
  const [first, last] = [spans.at(0), spans.at(-1)];
  const deviceS = first && last ? last.lastDeviceTimeS - first.firstDeviceTimeS : 0;
  const arrivalS = first && last ? last.lastArrivalS - first.firstArrivalS : 0;
  return {
    device: deviceId,
    stream: fileType,
    expected: written + missingSamples(parts),
    received: written,
    written,
    expected_extrapolated: 0,
    nominal: Math.max(0, Math.round(nominalRateHz * arrivalS)),
    // Every video counts its frames from 0: over several there is no one rate.
    effective_rate_hz:
      first && last && deviceS > 0 && !(frames && parts.length > 1) ? (last.lastSeq - first.firstSeq) / deviceS : null,
    start_skew_s: null,
  };
}
