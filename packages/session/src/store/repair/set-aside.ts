import { folderOf, joinPath, RECOVERED_FOLDER, setAsideFile } from "../../format/index.js";
import { makeFolders, readChunks, writeAll, type FileSystem } from "../files.js";

/** What was kept of a file before it was cut or replaced. */
export interface SetAside {
  /** Where it lies now, relative to the session. */
  readonly path: string;
  /** Where it was, relative to the session. */
  readonly from: string;
  readonly sizeBytes: number;
}

/** Copies a file's bytes from `offset` on into `recovered/`, synced, before anything is cut. Throws `STORAGE_*`. */
export async function setAside(
  files: FileSystem,
  folder: string,
  source: { readonly path: string; readonly offset: number; readonly reason: "tail" | "bad" },
): Promise<SetAside> {
  await makeFolders(files, folder, RECOVERED_FOLDER);
  const path = await freeName(files, folder, source);
  const copy = await files.open(joinPath(folder, path), "create");
  let sizeBytes = 0;
  try {
    for await (const chunk of readChunks(files, joinPath(folder, source.path), source.offset)) {
      await writeAll(copy, path, chunk, sizeBytes);
      sizeBytes += chunk.length;
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  await files.syncFolder(joinPath(folder, RECOVERED_FOLDER));
  return { path, from: source.path, sizeBytes };
}

/** Moves a whole file into `recovered/`. Throws `STORAGE_*`. */
export async function moveAside(files: FileSystem, folder: string, path: string): Promise<SetAside> {
  await makeFolders(files, folder, RECOVERED_FOLDER);
  const sizeBytes = (await files.facts(joinPath(folder, path)))?.sizeBytes ?? 0;
  const to = await freeName(files, folder, { path, reason: "bad" });
  await files.rename(joinPath(folder, path), joinPath(folder, to));
  await files.syncFolder(joinPath(folder, RECOVERED_FOLDER));
  await files.syncFolder(joinPath(folder, folderOf(path)));
  return { path: to, from: path, sizeBytes };
}

/** Cuts a file to its good length, writes `ending` there if there is one, and syncs it. Throws `STORAGE_*`. */
export async function cutTo(
  files: FileSystem,
  path: string,
  goodBytes: number,
  ending: Uint8Array = new Uint8Array(0),
): Promise<void> {
  const file = await files.open(path, "update");
  try {
    await file.truncate(goodBytes);
    await writeAll(file, path, ending, goodBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function freeName(
  files: FileSystem,
  folder: string,
  { path, reason }: { path: string; reason: "tail" | "bad" },
): Promise<string> {
  for (let n = 1; ; n++) {
    const name = setAsideFile(path, reason, n);
    if ((await files.facts(joinPath(folder, name))) === undefined) return name;
  }
}
