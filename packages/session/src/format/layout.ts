import { isLegalName, requireName } from "./names.js";

/**
 * Every file and folder name of a session tree and of the hub's own folder; nobody else joins paths.
 * Paths use forward slashes. Those of a session are relative to its folder, the hub's own to the recordings folder.
 */
export const METADATA_FILE = "session_metadata.json";
/** What recovery sets aside: torn tails and unreadable documents, relative to the session. */
export const RECOVERED_FOLDER = "recovered";
/** Notes and markers added after the session, kept apart from those set live. */
export const ANNOTATIONS_FILE = "processing/annotations.json";
/** The quality report of a session, for programs and for people. */
export const QUALITY_REPORT_FILE = "processing/quality/report.json";
export const QUALITY_PAGE_FILE = "processing/quality/report.html";
/** The cues of a session, found again in its streams. */
export const CUES_FILE = "processing/quality/cues.json";
/** The hub's own folder in the recordings folder. */
export const HUB_FOLDER = ".polychron";
/** Discarded sessions, relative to the recordings folder. */
export const TRASH_FOLDER = ".polychron/trash";
/** The file whose lock is visible to other machines; relative to the recordings folder. */
export const LOCK_FILE = ".polychron/hub.lock";
/** Who holds the recordings folder: for people, and the fence of every Replace; relative to the recordings folder. */
export const OWNER_FILE = ".polychron/owner.json";

/** Tables of all streams on one time base. */
export const SYNCHRONIZED_FOLDER = "processing/synchronized_data";

/** The sub-folders of `processing/`, as in the session format. */
export const PROCESSING_FOLDERS = [
  "hand_segmentation",
  "synchronized_data",
  "transcripts",
  "narrative",
  "quality",
] as const;
/** The folders of data under `devices/<id>/`. */
export const DATA_FOLDERS = ["rgb_videos", "thermal_videos", "sensor_data", "audio", "calibration"] as const;
export type DataFolder = (typeof DATA_FOLDERS)[number];

/** The folders that every session has, parents first, relative to the session. */
export const SESSION_FOLDERS: readonly string[] = [
  "devices",
  "webcam",
  "processing",
  ...PROCESSING_FOLDERS.map((name) => `processing/${name}`),
  "exports",
  "exports/csv",
  "exports/matlab",
];

const CREATING = /^\.creating-[0-9a-z]+$/;
const TEMPORARY = /^\..+\.\d+\.[0-9a-z]+\.tmp$/;
const UNFINISHED = ".part";

const FOLDERS_OF_CAPABILITY: Readonly<Record<string, readonly DataFolder[]>> = {
  rgb_video: ["rgb_videos"],
  thermal_video: ["thermal_videos"],
  gsr_data: ["sensor_data"],
  motion_data: ["sensor_data"],
  audio_recording: ["audio"],
};

/** Two relative or absolute paths as one. */
export function joinPath(base: string, ...rest: readonly string[]): string {
  return [base.replace(/\/+$/, "") || "/", ...rest].join("/").replace(/^\/\//, "/");
}

/** The folder of a path; empty for a bare name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The session log, or its n-th part after a failed sync. */
export function logFile(sessionId: string, part = 1): string {
  return `${sessionId}_log${partSuffix(part)}.json`;
}

/** The part number of a log file of this session: 1, 2…; undefined for any other name. */
export function logPart(sessionId: string, name: string): number | undefined {
  const match = /^_log(?:_part([2-9]|[1-9]\d+))?\.json$/.exec(
    name.startsWith(sessionId) ? name.slice(sessionId.length) : "",
  );
  return match === null ? undefined : Number(match[1] ?? 1);
}

/** The name a session's folder has while its tree is built, relative to the recordings folder; `random` is `[0-9a-z]+`. */
export function creatingFolder(random: string): string {
  return `.creating-${random}`;
}

/** Whether a name in the recordings folder is a tree that was never finished. */
export function isCreatingFolder(name: string): boolean {
  return CREATING.test(name);
}

/** The file a Replace writes first, in the folder of its target; `random` is `[0-9a-z]+`. */
export function temporaryFile(target: string, pid: number, random: string): string {
  const name = `.${nameOf(target)}.${pid}.${random}.tmp`;
  return folderOf(target) === "" ? name : `${folderOf(target)}/${name}`;
}

/** Whether a file name is what an interrupted Replace left. */
export function isTemporaryFile(name: string): boolean {
  return TEMPORARY.test(name);
}

/** Where a discarded session goes, relative to the recordings folder; `stamp` is the time of discarding. */
export function trashedFolder(sessionId: string, stamp: string): string {
  return `${TRASH_FOLDER}/${sessionId}-${stamp}`;
}

/** What recovery sets aside of a file: `recovered/<name>.<reason>-<n>`, n = 1, 2… */
export function setAsideFile(path: string, reason: "tail" | "bad", n: number): string {
  return `${RECOVERED_FOLDER}/${nameOf(path)}.${reason}-${n}`;
}

/** The export folder of a format, relative to the session. Throws `NAME_INVALID`. */
export function exportFolder(format: string): string {
  return `exports/${requireName("folder name", format)}`;
}

/** The list of an export folder's files with their hashes. */
export function exportManifest(format: string): string {
  return `${exportFolder(format)}/export.json`;
}

/** The folder of one kind of data of a device; a PC camera's is `webcam`. Throws `NAME_INVALID`. */
export function dataFolder(device: DeviceRef, folder: DataFolder): string {
  return device.deviceType === "pc_webcam" ? "webcam" : `${deviceFolder(device.deviceId)}/${folder}`;
}

/** A device's folder under `devices/`. Throws `NAME_INVALID`. */
export function deviceFolder(deviceId: string): string {
  return `devices/${requireName("device id", deviceId)}`;
}

/** The folders a device gets when it joins, parents first. A phone gets its three whatever it announces. */
export function deviceFolders(device: DeviceRef & { readonly capabilities: readonly string[] }): string[] {
  if (device.deviceType === "pc_webcam") return [];
  const wanted = new Set<DataFolder>(
    device.deviceType === "android_phone" ? ["rgb_videos", "thermal_videos", "sensor_data"] : [],
  );
  for (const capability of device.capabilities)
    FOLDERS_OF_CAPABILITY[capability]?.forEach((folder) => wanted.add(folder));
  if (wanted.size === 0) wanted.add("sensor_data");
  const parent = deviceFolder(device.deviceId);
  return [parent, ...DATA_FOLDERS.filter((folder) => wanted.has(folder)).map((folder) => `${parent}/${folder}`)];
}

/** A device as names need it. */
export interface DeviceRef {
  readonly deviceId: string;
  readonly deviceType: string;
}

/** One recorded file, as its name tells. */
export interface DataFileName {
  readonly deviceId: string;
  /** `gsr`, `rgb`, `clock`…; a webcam's only file type, `rgb`, is left out of the name. */
  readonly fileType: string;
  /** Start of its recording, `YYYYMMDD_HHMMSS` local time. */
  readonly stamp: string;
  /** 1, or 2, 3… for a further file of the same kind within one recording. */
  readonly part: number;
  /** True for the `_frames.csv` beside a video. */
  readonly frames: boolean;
  /** Without the dot: `csv`, `json`, `mp4`. */
  readonly ext: string;
}

/** The path of a recorded file, relative to the session. Throws `NAME_INVALID`. */
export function dataFile(folder: string, name: DataFileName): string {
  const deviceId = requireName("device id", name.deviceId);
  const fileType = folder === "webcam" && name.fileType === "rgb" ? "" : `_${requireName("file type", name.fileType)}`;
  const frames = name.frames ? "_frames" : "";
  return `${folder}/${deviceId}${fileType}_${name.stamp}${frames}${partSuffix(name.part)}.${name.ext}`;
}

/** The first CSV file of one stream in one recording. Throws `NAME_INVALID`. */
export function streamFile(device: DeviceRef, folder: DataFolder, fileType: string, stamp: string, part = 1): string {
  const name = { deviceId: device.deviceId, fileType, stamp, part, frames: false, ext: "csv" };
  return dataFile(dataFolder(device, folder), name);
}

/** A recorded video, or sound. Throws `NAME_INVALID`. */
export function mediaFile(device: DeviceRef, media: MediaName, stamp: string, part = 1): string {
  const { folder, fileType, ext } = media;
  return dataFile(dataFolder(device, folder), { deviceId: device.deviceId, fileType, stamp, part, frames: false, ext });
}

/** The frame times beside a video of the same part number. Throws `NAME_INVALID`. */
export function framesFile(device: DeviceRef, media: Omit<MediaName, "ext">, stamp: string, part = 1): string {
  const { folder, fileType } = media;
  const name = { deviceId: device.deviceId, fileType, stamp, part, frames: true, ext: "csv" };
  return dataFile(dataFolder(device, folder), name);
}

/** A file of media in the names of its recording. */
export interface MediaName {
  readonly folder: DataFolder;
  readonly fileType: string;
  /** Without the dot. */
  readonly ext: string;
}

/** The clock observations of a device, from one moment on. Throws `NAME_INVALID`. */
export function clockFile(device: DeviceRef, stamp: string, part = 1): string {
  return streamFile(device, "sensor_data", "clock", stamp, part);
}

/** The readings of a device's clock while it streams, from one moment on. Throws `NAME_INVALID`. */
export function clockReadingsFile(device: DeviceRef, stamp: string, part = 1): string {
  return streamFile(device, "sensor_data", "clock_readings", stamp, part);
}

/** The table of one recording on a common time base; `rate` as in file names, such as `100hz`. */
export function synchronizedFile(rate: string, stamp: string): string {
  return `${SYNCHRONIZED_FOLDER}/synchronized_${rate}_${stamp}.csv`;
}

/** What a path is without its extension and `.part`: files that share it share one sidecar. */
export function stemOf(path: string): string {
  return (finishedFile(path) ?? path).replace(/\.[a-z0-9]+$/, "");
}

/** The sidecar beside a recorded file. */
export function sidecarFile(path: string): string {
  return path.replace(/\.[a-z0-9]+$/, ".json");
}

/** The name a file has while it is written or uploaded. */
export function unfinishedFile(path: string): string {
  return path + UNFINISHED;
}

/** The name a file gets once it is whole; undefined if it has it already. */
export function finishedFile(path: string): string | undefined {
  return path.endsWith(UNFINISHED) ? path.slice(0, -UNFINISHED.length) : undefined;
}

const DATA_NAME = /^(.+?)_(\d{8}_\d{6})(_frames)?(?:_part([2-9]|[1-9]\d+))?\.([a-z0-9]{1,8})$/;
const DATA_FOLDER = /^(?:webcam|devices\/([^/]+)\/(rgb_videos|thermal_videos|sensor_data|audio))$/;

/** What the path of a recorded file says, with or without `.part`; undefined where no such file may lie or be named so. */
export function parseDataFile(path: string): DataFileName | undefined {
  const whole = finishedFile(path) ?? path;
  const folder = DATA_FOLDER.exec(folderOf(whole));
  const name = DATA_NAME.exec(nameOf(whole));
  if (folder === null || name === null) return undefined;
  const owner = splitOwner(name[1]!, folder[1]);
  if (owner === undefined || !isLegalName(owner.deviceId) || !isLegalName(owner.fileType)) return undefined;
  return { ...owner, stamp: name[2]!, part: Number(name[4] ?? 1), frames: name[3] !== undefined, ext: name[5]! };
}

function splitOwner(
  text: string,
  folderDevice: string | undefined,
): { deviceId: string; fileType: string } | undefined {
  if (folderDevice !== undefined) {
    return text.startsWith(`${folderDevice}_`)
      ? { deviceId: folderDevice, fileType: text.slice(folderDevice.length + 1) }
      : undefined;
  }
  const clock = /^(.+)_clock$/.exec(text);
  return clock === null ? { deviceId: text, fileType: "rgb" } : { deviceId: clock[1]!, fileType: "clock" };
}

function partSuffix(part: number): string {
  return part > 1 ? `_part${part}` : "";
}
