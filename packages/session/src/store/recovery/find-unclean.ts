import {
  isCreatingFolder,
  isSessionId,
  isTemporaryFile,
  joinPath,
  logFile,
  METADATA_FILE,
  parseClose,
  parseMetadata,
} from "../../format/index.js";
import { isFinal } from "../../model/index.js";
import { readWhole, type FileSystem, type FolderEntry } from "../files.js";
import { logParts } from "../log-reader.js";

/** Enough for the close of an ended log, bytes. */
const CLOSE_MAX_BYTES = 512;

/** Removes what interrupted writes left in the recordings folder itself. Returns the names. Throws `STORAGE_*`. */
export async function removeLeftovers(
  files: FileSystem,
  recordings: string,
  entries: readonly FolderEntry[],
): Promise<string[]> {
  const removed: string[] = [];
  for (const { name, kind } of entries) {
    const isLeft = kind === "folder" ? isCreatingFolder(name) : kind === "file" && isTemporaryFile(name);
    if (!isLeft) continue;
    await files.remove(joinPath(recordings, name));
    removed.push(name);
  }
  if (removed.length > 0) await files.syncFolder(recordings);
  return removed;
}

/** The sessions whose last state is not final, or cannot be told. Throws `STORAGE_*`. */
export async function findUnclean(
  files: FileSystem,
  recordings: string,
  entries: readonly FolderEntry[],
): Promise<string[]> {
  const unclean: string[] = [];
  for (const { name, kind } of entries) {
    if (kind === "folder" && isSessionId(name) && !(await isClean(files, recordings, name))) unclean.push(name);
  }
  return unclean;
}

async function isClean(files: FileSystem, recordings: string, id: string): Promise<boolean> {
  const path = joinPath(recordings, id, METADATA_FILE);
  if ((await files.facts(path)) === undefined) return false;
  const parsed = parseMetadata(new TextDecoder().decode(await readWhole(files, path)));
  if (parsed.kind === "broken" || parsed.value === undefined || !isFinal(parsed.value.status)) return false;
  if (parsed.kind === "newer" || parsed.value.status !== "completed") return true;
  // The log is the first to know: a session that was being reopened has one that goes on.
  return parsed.value.seal !== undefined && (await hasEnded(files, joinPath(recordings, id), id));
}

async function hasEnded(files: FileSystem, folder: string, sessionId: string): Promise<boolean> {
  const last = (await logParts(files, { folder, sessionId })).at(-1);
  if (last === undefined) return false;
  const file = await files.open(joinPath(folder, logFile(sessionId, last)), "read");
  try {
    const into = new Uint8Array(CLOSE_MAX_BYTES);
    const came = await file.read(into, Math.max(0, (await file.sizeBytes()) - CLOSE_MAX_BYTES));
    const line = new TextDecoder().decode(into.subarray(0, came)).trimEnd().split("\n").at(-1)!;
    return parseClose(line)?.end_time !== undefined;
  } finally {
    await file.close();
  }
}
