import { finishedFile, parseDataFile, type FileEntry, type SessionMetadata } from "@polychron/session/format";

const VIDEO = ["mp4", "mkv"];
const SOUND = ["wav", "m4a", "aac", "flac", "ogg", "opus", "mp3"];

/** A media file that a device recorded on itself and sent: its beginning is known on the device's clock. */
export interface OwnMedia {
  readonly deviceId: string;
  readonly path: string;
  readonly fileType: string;
  readonly kind: "video" | "sound";
  readonly firstDeviceS: number;
}

/** The video to which a table of frame times belongs; undefined where it is not there, or not whole. */
export function videoOf({ files }: SessionMetadata, framesPath: string): FileEntry | undefined {
  const frames = parseDataFile(framesPath);
  if (frames === undefined || finishedFile(framesPath) !== undefined) return undefined;
  return (files[frames.deviceId] ?? []).find((entry) => {
    const name = parseDataFile(entry.file_path);
    if (name === undefined || !entry.complete || !VIDEO.includes(name.ext)) return false;
    return name.fileType === frames.fileType && name.stamp === frames.stamp && name.part === frames.part;
  });
}

/** Everything that devices recorded on themselves and that has a time. */
export function ownMedia({ files }: SessionMetadata): OwnMedia[] {
  return Object.entries(files).flatMap(([deviceId, entries]) =>
    entries.flatMap((entry): OwnMedia[] => {
      const ext = parseDataFile(entry.file_path)?.ext ?? "";
      const { file_path: path, file_type: fileType, first_device_time_s: firstDeviceS, complete } = entry;
      const kind = VIDEO.includes(ext) ? "video" : SOUND.includes(ext) ? "sound" : undefined;
      if (kind === undefined || firstDeviceS === undefined || !complete) return [];
      return [{ deviceId, path, fileType, kind, firstDeviceS }];
    }),
  );
}
