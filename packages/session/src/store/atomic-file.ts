import { folderOf, temporaryFile } from "../format/layout.js";
import { SessionError } from "../model/index.js";
import { writeAll, type FileSystem, type OpenFile } from "./files.js";
import { nextRandomName } from "./random-name.js";

/** Asked before anything is replaced: throws `STORAGE_FENCED` when another hub has taken the recordings folder. */
export type Fence = () => Promise<void>;

/**
 * Replaces a small document as a whole: written beside, synced, renamed over, the folder synced. After an error at
 * any step the old document is there, or the new one; never a mixture. Throws the `STORAGE_*` codes.
 */
export async function replaceFile(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryFile(path, process.pid, nextRandomName());
  const file = await files.open(temporary, "create");
  try {
    await fill(file, temporary, bytes);
    await files.rename(temporary, path);
  } catch (error) {
    throw await withoutTemporary(files, temporary, error);
  }
  await files.syncFolder(folderOf(path));
}

/** A document that is replaced again and again: while one state is being written, only the latest of the others waits. */
export class ReplacedFile {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #fence: Fence;
  /** Ends, always well, when no write is under way. */
  #idle: Promise<void> = Promise.resolve();
  #next: { bytes: Uint8Array; readonly saved: Promise<void> } | undefined;

  constructor(files: FileSystem, path: string, fence: Fence) {
    this.#files = files;
    this.#path = path;
    this.#fence = fence;
  }

  /** Resolves when this state, or a later one, is on the disk. Throws `STORAGE_*`. */
  save(bytes: Uint8Array): Promise<void> {
    if (this.#next !== undefined) {
      this.#next.bytes = bytes;
      return this.#next.saved;
    }
    const saved = this.#idle.then(() => this.#saveNext());
    this.#next = { bytes, saved };
    // Whoever asked for that state hears of its failure; the next state is written all the same.
    this.#idle = saved.catch(() => undefined);
    return saved;
  }

  async #saveNext(): Promise<void> {
    const { bytes } = this.#next!;
    this.#next = undefined;
    await this.#fence();
    await replaceFile(this.#files, this.#path, bytes);
  }
}

async function fill(file: OpenFile, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeAll(file, path, bytes, 0);
    const gotBytes = await file.sizeBytes();
    if (gotBytes !== bytes.length) {
      const reason = `${gotBytes} of ${bytes.length} bytes arrived`;
      throw new SessionError("STORAGE_WRITE_FAILED", { operation: "write", path, errno: "", reason });
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function withoutTemporary(files: FileSystem, temporary: string, error: unknown): Promise<unknown> {
  try {
    await files.remove(temporary);
  } catch (left) {
    // The first error is the one to act on; recovery removes what is left.
    return error instanceof Error && error.cause === undefined ? Object.assign(error, { cause: left }) : error;
  }
  return error;
}
