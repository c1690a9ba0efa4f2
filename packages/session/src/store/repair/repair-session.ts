import { isDeepStrictEqual } from "node:util";
import { joinPath, METADATA_FILE, type SessionMetadata } from "../../format/index.js";
import { SessionNotFoundError, type Clock } from "../../model/index.js";
import { replaceFile, type Fence } from "../atomic-file.js";
import type { FileSystem } from "../files.js";
import { encodeMetadata } from "../metadata-document.js";
import { listTree } from "../tree.js";
import { knownMetadata, readStored, type StoredMetadata } from "./known-metadata.js";
import { KEPT_TAIL_AT_MOST_S, lossOf, TAIL_AT_MOST_S, type StreamLossReport } from "./loss.js";
import { makeMissingFolders, removeTemporaryFiles } from "../tree-order.js";
import { bringUpToDate } from "./bring-up-to-date.js";
import { matchVideos, type ReadVideo } from "./matched-video.js";
import { salvageData, type DataSalvage, type SalvagedFile } from "./salvage-data.js";
import { salvageLog } from "./salvage-log.js";
import { setAside, type SetAside } from "./set-aside.js";
import { readSidecars } from "./sidecars.js";

/** Which session to repair, and what repairing needs; nobody else may write the session meanwhile (the hub's lock). */
export interface RepairOptions {
  readonly files: FileSystem;
  readonly recordingsFolder: string;
  readonly sessionId: string;
  readonly clock: Clock;
  /** Asked before anything is written. */
  readonly fence: Fence;
  /** Reads recorded videos; without it a video that a crash cut off stays as it is. */
  readonly readVideo?: ReadVideo;
}

/** What a repair did and found. */
export interface RepairReport {
  readonly session: string;
  /** The state in which the session was found and left. */
  readonly status: SessionMetadata["status"];
  /** Whether anything on disk is different now. */
  readonly changed: boolean;
  readonly metadata: "kept" | "updated" | "rebuilt";
  /** What interrupted writes had left behind, removed. */
  readonly removed: readonly string[];
  readonly foldersMade: readonly string[];
  readonly setAside: readonly SetAside[];
  /** Log parts whose head or close was made again. */
  readonly logParts: readonly string[];
  /** Files that were put right and registered. */
  readonly registered: readonly string[];
  /** Still unfinished: uploads to be resumed, media for their own repair. */
  readonly unfinished: readonly string[];
  /** Per stream that was cut off: exact where the device's numbers tell, else a bound. */
  readonly lost: readonly StreamLossReport[];
}

const NO_DATA: DataSalvage = { files: [], setAside: [], unfinished: [] };

/**
 * Makes a damaged or interrupted session readable and consistent: log, metadata and files say the same afterwards, what was cut
 * off lies in `recovered/`, and what was lost is said. Done twice it changes nothing the second time. What a completed session
 * recorded is never touched. Throws `SESSION_NOT_FOUND`, `METADATA_NEWER`, `STORAGE_*`.
 */
export async function repairSession({
  files,
  recordingsFolder,
  sessionId,
  clock,
  fence,
  readVideo,
}: RepairOptions): Promise<RepairReport> {
  const folder = joinPath(recordingsFolder, sessionId);
  if ((await files.facts(folder))?.kind !== "folder") throw new SessionNotFoundError(sessionId);
  const place = { folder, sessionId };
  const stored = await readStored(files, folder, sessionId);
  await fence();
  const removed = await removeTemporaryFiles(files, folder);
  const known = await knownMetadata(files, place, stored);
  const foldersMade = await makeMissingFolders(files, folder, known);
  const bad = await setBadMetadataAside(files, folder, stored);
  const log = await salvageLog(files, place, known);
  const data = await salvageRecorded(files, folder, known, readVideo);
  const sidecars = await readSidecars(files, folder, data.files);
  const lost = lossOf(data.files, tailBoundOf(known, clock), (file) => sidecars.get(file.path)?.nominal_rate_hz);
  const kept = [...bad, ...log.setAside, ...data.setAside];
  const found = { known, files: data.files, sidecars, setAside: kept, lost, rebuilt: stored.kind !== "good" };
  const final = await bringUpToDate(files, place, clock, found);
  const metadata = await saveMetadata(files, folder, stored, final);
  const registered = data.files.filter((file) => file.registered === undefined).map(({ path }) => path);
  const done = { removed, foldersMade, setAside: kept, logParts: [...log.closed, ...log.headed], registered };
  const changed = metadata !== "kept" || Object.values(done).some((list) => list.length > 0);
  return { session: sessionId, status: final.status, changed, metadata, ...done, unfinished: data.unfinished, lost };
}

/** What a completed session recorded is sealed; every other session's files are put right. */
async function salvageRecorded(
  files: FileSystem,
  folder: string,
  known: SessionMetadata,
  readVideo: ReadVideo | undefined,
): Promise<DataSalvage> {
  if (known.status === "completed") return NO_DATA;
  const found = await salvageData(files, folder, await listTree(files, folder), known);
  return readVideo === undefined ? found : matchVideos(files, folder, found, readVideo);
}

/** A hub that was killed on a PC that ran on lost less than one that went down with its PC. */
function tailBoundOf(known: SessionMetadata, clock: Clock): (file: SalvagedFile) => number {
  const isSameBoot = known.clock.epochs.at(-1)?.boot_id === clock.bootId;
  return ({ name }) => {
    const isPhone = known.devices[name.deviceId]?.device_type === "android_phone";
    const { hubKilled, powerCut } = isPhone ? KEPT_TAIL_AT_MOST_S : TAIL_AT_MOST_S;
    return isSameBoot ? hubKilled : powerCut;
  };
}

async function setBadMetadataAside(files: FileSystem, folder: string, stored: StoredMetadata): Promise<SetAside[]> {
  return stored.kind === "broken"
    ? [await setAside(files, folder, { path: METADATA_FILE, offset: 0, reason: "bad" })]
    : [];
}

async function saveMetadata(
  files: FileSystem,
  folder: string,
  stored: StoredMetadata,
  final: SessionMetadata,
): Promise<RepairReport["metadata"]> {
  if (stored.kind === "good" && isDeepStrictEqual(stored.value, final)) return "kept";
  await replaceFile(files, joinPath(folder, METADATA_FILE), encodeMetadata(final));
  return stored.kind === "good" ? "updated" : "rebuilt";
}
