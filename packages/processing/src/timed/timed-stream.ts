import { nameOf, type SessionMetadata } from "@polychron/session/format";
import type { StreamFile } from "@polychron/session/store";
import type { StreamSurvey } from "./survey-stream.js";
import type { TimedDevice, TimedStream } from "./timed-session.js";

/** A stream's file with what one pass over it told. */
export interface SurveyedStream {
  readonly file: StreamFile;
  readonly survey: StreamSurvey;
}

/** A surveyed stream as exports and reports name it. */
export function timedStream(metadata: SessionMetadata, { file, survey }: SurveyedStream): TimedStream {
  const { method, boundS, boundNote } = survey.timeline;
  return {
    name: nameOf(file.path).replace(/\.csv$/, ""),
    deviceId: file.deviceId,
    fileType: file.frames ? `${file.fileType}_frames` : file.fileType,
    recording: file.recording ?? null,
    simulated: file.sidecar?.simulated ?? metadata.devices[file.deviceId]?.simulated ?? false,
    nominalRateHz: file.sidecar?.nominal_rate_hz ?? 0,
    // Not the sidecar's: that one is on the device's own clock, which finds itself exact, and which may jump.
    effectiveRateHz: survey.effectiveRateHz,
    rowCount: survey.rowCount,
    timeline: { method, boundS, boundNote },
  };
}

/** A device as exports and reports name it; `streams` are its own. */
export function timedDevice(
  metadata: SessionMetadata,
  deviceId: string,
  streams: readonly Pick<TimedStream, "simulated">[],
): TimedDevice {
  const entry = metadata.devices[deviceId];
  return {
    deviceId,
    deviceType: entry?.device_type ?? "",
    firmware: entry?.firmware ?? "",
    simulated: (entry?.simulated ?? false) || streams.some(({ simulated }) => simulated),
  };
}

/** Every device that the metadata or a file name, in order. */
export function deviceIds(metadata: SessionMetadata, files: readonly Pick<StreamFile, "deviceId">[]): string[] {
  return [...new Set([...Object.keys(metadata.devices), ...files.map(({ deviceId }) => deviceId)])].sort();
}
