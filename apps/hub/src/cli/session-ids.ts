import { SessionIndex, type FileSystem } from "@polychron/session/store";

/** The ids of every session in a recordings folder, newest first. Throws `STORAGE_*`. */
export async function everyId(files: FileSystem, folder: string): Promise<readonly string[]> {
  return new SessionIndex({ files, folder, nowMs: Date.now }).ids();
}
