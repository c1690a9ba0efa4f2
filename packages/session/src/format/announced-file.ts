import { isClockType, isTakenExtension, SessionError } from "../model/index.js";
import { dataFile, dataFolder, finishedFile, type DataFolder, type DeviceRef } from "./layout.js";
import type { FileEntry } from "./metadata.js";
import { requireName } from "./names.js";

/** What a device says of a file that it holds. */
export interface FileFacts {
  readonly fileId: string;
  readonly fileType: string;
  readonly folder: DataFolder;
  /** Without the dot. */
  readonly ext: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly frames: number | null;
  readonly durationS: number | null;
  /** Its first sample or frame on the device's clock, seconds. */
  readonly firstDeviceTimeS?: number | null;
}

const FILE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const EXTENSION = /^[a-z0-9]{1,8}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Throws `NAME_INVALID` where what a device says cannot become a file of the session. */
export function requireLegalFile({ fileId, fileType, ext, sizeBytes, sha256 }: FileFacts): void {
  requireName("file type", fileType);
  requireMatch("file type of a device", fileType, !isClockType(fileType), 40);
  requireMatch("file id", fileId, FILE_ID.test(fileId), 64);
  requireMatch("file extension", ext, EXTENSION.test(ext) && !isTakenExtension(ext), 8);
  requireMatch("SHA-256", sha256, SHA256.test(sha256), 64);
  requireMatch("file size", String(sizeBytes), Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, 16);
}

/** Where an announced file will lie, relative to the session. A table beside videos holds their frame times. Throws `NAME_INVALID`. */
export function announcedPath(device: DeviceRef, file: FileFacts, stamp: string, part: number): string {
  const { fileType, folder, ext } = file;
  const frames = ext === "csv" && folder.endsWith("_videos");
  return dataFile(dataFolder(device, folder), { deviceId: device.deviceId, fileType, stamp, part, frames, ext });
}

/** An announced file as the metadata list it until it is here; `path` is its name by then. */
export function announcedEntry(
  file: FileFacts,
  place: { readonly path: string; readonly created: string; readonly recording: number },
): FileEntry {
  return {
    file_type: file.fileType,
    file_path: place.path,
    file_size: file.sizeBytes,
    created_time: place.created,
    sha256: file.sha256,
    ...(file.frames === null ? {} : { frames: file.frames }),
    duration: file.durationS,
    ...(typeof file.firstDeviceTimeS === "number" && { first_device_time_s: file.firstDeviceTimeS }),
    recording: place.recording,
    complete: false,
    announced: true,
    file_id: file.fileId,
  };
}

/** Whether an entry of the metadata is a file that its device still has to send. */
export function isAwaited(entry: FileEntry): boolean {
  return entry.announced === true && !entry.complete;
}

/** Which of a device's files an upload under this id is about: the one that is still to come, else the newest. */
export function fileOfId(entries: readonly FileEntry[], fileId: string): FileEntry | undefined {
  const own = entries.filter((entry) => entry.file_id === fileId);
  return own.find((entry) => !entry.complete) ?? own.at(-1);
}

/** The same file, whole and checked. */
export function receivedEntry(entry: FileEntry): FileEntry {
  return { ...entry, file_path: finishedFile(entry.file_path) ?? entry.file_path, complete: true };
}

function requireMatch(what: string, name: string, isLegal: boolean, maximum: number): void {
  if (!isLegal) throw new SessionError("NAME_INVALID", { name: name.slice(0, 80), what, maximum });
}
