import { folderOf } from "../format/layout.js";
import { SessionError } from "../model/index.js";
import { writeAll, type FileSystem, type OpenFile } from "./files.js";

/**
 * A file that only grows, with one writer and a known good length. What a failed write left behind the good length is
 * cut off before anything else is written. After a failed sync the file is finished for good: a second sync may
 * succeed although the data never arrived.
 */
export class AppendFile {
  readonly path: string;
  readonly #file: OpenFile;
  #goodBytes: number;
  #mustCut: boolean;
  #isFinished = false;

  private constructor(file: OpenFile, path: string, goodBytes: number, mustCut: boolean) {
    this.#file = file;
    this.path = path;
    this.#goodBytes = goodBytes;
    this.#mustCut = mustCut;
  }

  /** A new file that is on the disk, name and all, with its first bytes when this resolves. Throws `STORAGE_*`. */
  static async create(files: FileSystem, path: string, bytes: Uint8Array, trailerBytes = 0): Promise<AppendFile> {
    const file = await files.open(path, "create");
    const created = new AppendFile(file, path, 0, false);
    try {
      await created.append(bytes, trailerBytes);
      await created.datasync();
      await files.syncFolder(folderOf(path));
    } catch (error) {
      throw await withoutFile(files, created, error);
    }
    return created;
  }

  /** A file to go on with behind its good length; what lies beyond is cut off before the first append. */
  static async resume(files: FileSystem, path: string, goodBytes: number): Promise<AppendFile> {
    return new AppendFile(await files.open(path, "update"), path, goodBytes, true);
  }

  /** Bytes that stand, the trailer not counted. */
  get goodBytes(): number {
    return this.#goodBytes;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /**
   * Writes behind the good length. The last `trailerBytes` of `bytes` are not counted: the next append overwrites them.
   * Throws `STORAGE_*`; then nothing of `bytes` but the trailer is in the file, or will be at the next append.
   */
  async append(bytes: Uint8Array, trailerBytes = 0): Promise<void> {
    this.#requireOpen();
    const trailer = bytes.subarray(bytes.length - trailerBytes);
    if (this.#mustCut) await this.#cut(trailer);
    this.#mustCut = true;
    try {
      const taken = await this.#file.write(bytes, this.#goodBytes);
      if (taken < bytes.length) await writeAll(this.#file, this.path, bytes.subarray(taken), this.#goodBytes + taken);
    } catch (error) {
      throw await this.#afterFailure(trailer, error);
    }
    this.#mustCut = false;
    this.#goodBytes += bytes.length - trailerBytes;
  }

  /** Everything appended is on the disk when this resolves; a failure finishes the file. Throws `STORAGE_*`. */
  async datasync(): Promise<void> {
    this.#requireOpen();
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#isFinished = true;
      throw error;
    }
  }

  /** Cuts a finished file back to what an earlier sync had confirmed. Throws `STORAGE_*`. */
  async cutBackTo(goodBytes: number): Promise<void> {
    await this.#file.truncate(goodBytes);
    this.#goodBytes = goodBytes;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #cut(trailer: Uint8Array): Promise<void> {
    await this.#file.truncate(this.#goodBytes);
    if (trailer.length > 0) await writeAll(this.#file, this.path, trailer, this.#goodBytes);
    this.#mustCut = false;
  }

  /** The document is made whole at once if the disk lets us; else before the next append. */
  async #afterFailure(trailer: Uint8Array, error: unknown): Promise<unknown> {
    try {
      await this.#cut(trailer);
    } catch {
      this.#mustCut = true;
    }
    return error;
  }

  #requireOpen(): void {
    if (!this.#isFinished) return;
    const reason = "an earlier sync failed, so nothing more is written to this file";
    throw new SessionError("STORAGE_WRITE_FAILED", { operation: "write", path: this.path, errno: "", reason });
  }
}

/** Nothing was promised of a file that could not be created whole; its name is freed if the disk lets us. */
async function withoutFile(files: FileSystem, created: AppendFile, error: unknown): Promise<unknown> {
  try {
    await created.close();
    await files.remove(created.path);
  } catch {
    return error;
  }
  return error;
}
