import { creatingFolder, folderOf, joinPath, METADATA_FILE, SESSION_FOLDERS } from "../format/layout.js";
import type { SessionMetadata } from "../format/metadata.js";
import { replaceFile } from "./atomic-file.js";
import { isNameTaken, type FileSystem } from "./files.js";
import { encodeMetadata } from "./metadata-document.js";
import { nextRandomName } from "./random-name.js";

/** The first metadata under an id. */
export type MetadataFor = (id: string) => SessionMetadata;

/**
 * Makes a session's tree under the first of the ids that is free: built beside, synced, renamed into place, which is the
 * exclusion; a session folder is never seen half made. Throws `STORAGE_*`; then no session is there.
 */
export async function createTree(
  files: FileSystem,
  recordings: string,
  ids: Iterable<string>,
  metadataFor: MetadataFor,
): Promise<SessionMetadata> {
  const tree = { files, recordings, at: joinPath(recordings, creatingFolder(nextRandomName())) };
  try {
    await files.makeFolder(tree.at);
    for (const folder of SESSION_FOLDERS) await files.makeFolder(joinPath(tree.at, folder));
    const metadata = await moveIntoPlace(tree, ids, metadataFor);
    await files.syncFolder(recordings);
    return metadata;
  } catch (error) {
    throw await withoutTree(files, tree.at, error);
  }
}

/** A tree being made, and where it is by now. */
interface TreeUnderWay {
  readonly files: FileSystem;
  readonly recordings: string;
  at: string;
}

async function moveIntoPlace(
  tree: TreeUnderWay,
  ids: Iterable<string>,
  metadataFor: MetadataFor,
): Promise<SessionMetadata> {
  const { files, recordings } = tree;
  const taken = await namesTaken(files, recordings);
  for (const id of ids) {
    if (taken.has(id.toLowerCase())) continue;
    const metadata = metadataFor(id);
    await replaceFile(files, joinPath(tree.at, METADATA_FILE), encodeMetadata(metadata));
    await syncTree(files, tree.at);
    try {
      await files.rename(tree.at, joinPath(recordings, id));
    } catch (error) {
      if (isNameTaken(error)) continue;
      throw error;
    }
    tree.at = joinPath(recordings, id);
    return metadata;
  }
  throw new RangeError("the ids ran out");
}

/** In lower case: on some disks two names that differ in case alone are one. */
async function namesTaken(files: FileSystem, recordings: string): Promise<Set<string>> {
  return new Set((await files.list(recordings)).map(({ name }) => name.toLowerCase()));
}

async function syncTree(files: FileSystem, building: string): Promise<void> {
  const parents = new Set(SESSION_FOLDERS.map((folder) => folderOf(folder)));
  for (const parent of parents) await files.syncFolder(parent === "" ? building : joinPath(building, parent));
}

async function withoutTree(files: FileSystem, building: string, error: unknown): Promise<unknown> {
  try {
    await files.remove(building);
  } catch {
    // The first error is the one to act on; recovery removes what is left of the attempt.
    return error;
  }
  return error;
}
