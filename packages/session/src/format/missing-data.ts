import { isFinal } from "../model/index.js";
import { isAwaited } from "./announced-file.js";
import type { DeviceStop, OwnStart } from "./coordination.js";
import type { FileEntry, RecordingEntry, SessionMetadata } from "./metadata.js";

/** A recording that a device made on itself, and of which it never said what came of it. */
export interface UnheardRecording {
  readonly device: string;
  readonly recording: number;
}

/** What a closed session lacks. */
export interface MissingData {
  /** Files that devices announced and never sent; a recording of a device's own that nobody heard the end of counts as one. */
  readonly files: number;
  /** Streams of which fewer samples or frames were written than their devices made, and that no file of the device makes up for. */
  readonly streams: number;
}

/** Errors of an order that may have been obeyed all the same: nobody heard an answer, or it was a yes that could not be believed. */
const MAY_HAVE_OBEYED: readonly (string | null)[] = ["PHONE_AWAY", "PHONE_NO_ANSWER", "PHONE_ANSWER_INVALID"];

/** What devices recorded on themselves, as far as is known, and nobody has heard the end of: they may hold files that nobody knows of. */
export function unheardRecordings({ recordings, files }: SessionMetadata): UnheardRecording[] {
  return recordings.flatMap(({ number, coordination = [] }) =>
    coordination
      .filter(({ start: { own }, stop }) => mayHold(own, stop) && !isAnswered(stop))
      .filter(({ device }) => !(files[device] ?? []).some((file) => isOwn(file, number)))
      .map(({ device }) => ({ device, recording: number })),
  );
}

/** What a session lacks that is closed; an open one lacks nothing yet. */
export function missingData(metadata: SessionMetadata): MissingData {
  if (!isFinal(metadata.status)) return { files: 0, streams: 0 };
  const awaited = Object.values(metadata.files).flat().filter(isAwaited).length;
  const lossy = metadata.recordings.flatMap((recording) => lossyStreams(recording, metadata.files));
  return { files: awaited + unheardRecordings(metadata).length, streams: new Set(lossy).size };
}

/** As `device stream`. */
function lossyStreams({ number, streams }: RecordingEntry, files: SessionMetadata["files"]): string[] {
  return streams
    .filter(({ expected, written }) => written < expected)
    .filter(({ device, stream }) => !(files[device] ?? []).some((file) => isWhole(file, number, stream)))
    .map(({ device, stream }) => `${device} ${stream}`);
}

/** Whether a device records on itself: it said so, or it was told to and nobody knows what it did. */
function mayHold(own: OwnStart | null, stop: DeviceStop | null): boolean {
  if (own === null) return stop?.reason === "no_answer";
  return own.status !== "never" || MAY_HAVE_OBEYED.includes(own.code);
}

function isAnswered(stop: { readonly answered_t_s: number | null } | null): boolean {
  return stop !== null && stop.answered_t_s !== null;
}

/** Whether a device made the file itself, in that recording. */
function isOwn({ file_id, recording }: FileEntry, number: number): boolean {
  return file_id !== undefined && recording === number;
}

/** Whether it is the device's own, whole copy of a stream. */
function isWhole(file: FileEntry, number: number, stream: string): boolean {
  return isOwn(file, number) && file.file_type === stream && file.complete;
}
