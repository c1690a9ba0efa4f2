import {
  deviceFolders,
  folderOf,
  isLegalName,
  isTemporaryFile,
  joinPath,
  nameOf,
  SESSION_FOLDERS,
  type SessionMetadata,
} from "../format/index.js";
import { makeFolders, type FileSystem } from "./files.js";
import { listTree } from "./tree.js";

/** Removes what interrupted replacements left behind; the documents they were for are whole. Returns their paths. */
export async function removeTemporaryFiles(files: FileSystem, folder: string): Promise<string[]> {
  const tree = await listTree(files, folder);
  const removed = tree
    .filter(({ path, kind }) => kind === "file" && isTemporaryFile(nameOf(path)))
    .map(({ path }) => path);
  for (const path of removed) {
    await files.remove(joinPath(folder, path));
    await files.syncFolder(folderOf(joinPath(folder, path)));
  }
  return removed;
}

/** The folders that every session has, and those of its devices. */
export function expectedFolders(metadata: SessionMetadata): string[] {
  const devices = Object.entries(metadata.devices).filter(([deviceId]) => isLegalName(deviceId));
  const folders = devices.flatMap(([deviceId, { device_type, capabilities }]) => {
    return deviceFolders({ deviceId, deviceType: device_type, capabilities });
  });
  return [...SESSION_FOLDERS, ...folders];
}

/** Makes the folders that should be there and are not. Returns their paths. */
export async function makeMissingFolders(
  files: FileSystem,
  folder: string,
  metadata: SessionMetadata,
): Promise<string[]> {
  const made: string[] = [];
  for (const path of expectedFolders(metadata)) {
    if ((await files.facts(joinPath(folder, path))) !== undefined) continue;
    await makeFolders(files, folder, path);
    made.push(path);
  }
  return made;
}
