import { createHash } from "node:crypto";
import { finishedFile, joinPath, nameOf, unfinishedFile } from "@polychron/session/format";
import { makeFolders, storageError, writeAll, type FileSystem, type OpenFile } from "@polychron/session/store";

/** One derived file; its path is relative to the session. */
export interface DerivedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Takes the next bytes of a file. */
export type Append = (bytes: Uint8Array) => Promise<void>;

/**
 * The files that one run of a processing step makes in one folder of a session: all are written beside their places and get
 * their names together at the end, so that what an earlier run made stays as it is until the new is whole.
 */
export class DerivedFiles {
  readonly #files: FileSystem;
  readonly #sessionFolder: string;
  readonly #folder: string;
  readonly #written: DerivedFile[] = [];

  /** @param folder relative to the session */
  constructor(files: FileSystem, sessionFolder: string, folder: string) {
    this.#files = files;
    this.#sessionFolder = sessionFolder;
    this.#folder = folder;
  }

  /** Makes the folder if it is not there, and removes what an interrupted run left in it. Throws `STORAGE_*`. */
  async open(): Promise<void> {
    await makeFolders(this.#files, this.#sessionFolder, this.#folder);
    await this.#removeUnfinished();
  }

  /** Writes and syncs one file (its path relative to the session) beside its place. Throws `STORAGE_*`, and what `produce` throws. */
  async write(path: string, produce: (append: Append) => Promise<void>): Promise<void> {
    const part = this.#at(unfinishedFile(path));
    const open = await this.#files.open(part, "create");
    try {
      this.#written.push({ path, ...(await fill(open, part, produce)) });
    } finally {
      await open.close();
    }
  }

  /** Gives all files their names and returns them. Throws `STORAGE_*`. */
  async finish(): Promise<readonly DerivedFile[]> {
    for (const { path } of this.#written) await this.#files.rename(this.#at(unfinishedFile(path)), this.#at(path));
    await this.#files.syncFolder(this.#at(this.#folder));
    return this.#written;
  }

  /** Removes what was not finished and returns the error to act on; what cannot be removed now is removed by the next run. */
  async discarded(error: unknown): Promise<unknown> {
    try {
      await this.#removeUnfinished();
    } catch (left) {
      if (error instanceof Error && error.cause === undefined) error.cause = left;
    }
    return error;
  }

  async #removeUnfinished(): Promise<void> {
    for (const { name, kind } of await this.#files.list(this.#at(this.#folder))) {
      if (kind === "file" && finishedFile(nameOf(name)) !== undefined)
        await this.#files.remove(this.#at(joinPath(this.#folder, name)));
    }
  }

  #at(path: string): string {
    return joinPath(this.#sessionFolder, path);
  }
}

async function fill(
  file: OpenFile,
  path: string,
  produce: (append: Append) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  await produce(async (chunk) => {
    hash.update(chunk);
    await writeAll(file, path, chunk, bytes);
    bytes += chunk.length;
  });
  const gotBytes = await file.sizeBytes();
  if (gotBytes !== bytes) throw storageError("write", path, new Error(`${gotBytes} of ${bytes} bytes arrived`));
  await file.sync();
  return { bytes, sha256: hash.digest("hex") };
}
