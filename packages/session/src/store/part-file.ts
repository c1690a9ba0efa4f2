import { createHash, type Hash } from "node:crypto";
import { folderOf } from "../format/layout.js";
import { firstOf } from "./first-error.js";
import { readChunks, writeAll, type FileSystem, type OpenFile } from "./files.js";

/**
 * A file that comes in pieces, over connections and runs of the hub: it grows from its first byte to its last, and its hash
 * with it. One writer at a time. A failed write leaves what stood before it; after a failed sync the file is doubtful for
 * good, and whoever owns it begins another.
 */
export class PartFile {
  readonly path: string;
  readonly #files: FileSystem;
  #file: OpenFile | undefined;
  /** Of the first `#goodBytes` bytes; undefined until it was made from what an earlier run of the hub has written. */
  #hash: Hash | undefined;
  #goodBytes: number;
  #syncedBytes: number;
  #mustCut = false;
  #isDoubtful = false;
  /** The write that is under way; it never rejects, because it is left in `#failure`. */
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(files: FileSystem, path: string, sizeBytes: number) {
    this.#files = files;
    this.path = path;
    this.#goodBytes = sizeBytes;
    this.#syncedBytes = sizeBytes;
    if (sizeBytes === 0) this.#hash = createHash("sha256");
  }

  /** The file as an earlier run of the hub has left it, synced, or none yet. Throws `STORAGE_*`. */
  static async find(files: FileSystem, path: string): Promise<PartFile> {
    const facts = await files.facts(path);
    if (facts === undefined) return new PartFile(files, path, 0);
    const file = await files.open(path, "update");
    try {
      // A hub that was killed may have written more than it had synced.
      await file.datasync();
    } finally {
      await file.close();
    }
    return new PartFile(files, path, facts.sizeBytes);
  }

  /** On the disk, synced. */
  get syncedBytes(): number {
    return this.#syncedBytes;
  }

  /** In the file, or being written there. */
  get sizeBytes(): number {
    return this.#goodBytes;
  }

  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  /** Makes ready to write: name, length and hash are in order. Throws `STORAGE_*`. */
  async prepare(): Promise<void> {
    this.#file ??= await this.#open();
    if (this.#mustCut) await this.#file.truncate(this.#goodBytes);
    this.#mustCut = false;
    this.#hash ??= await this.#rehash();
  }

  /** Begins to write, once the write before has ended; hashes meanwhile. Throws `STORAGE_*` of the write before. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#settle();
    const [file, hash, from] = [this.#file!, this.#hash!, this.#goodBytes];
    const before = hash.copy();
    this.#goodBytes += bytes.length;
    this.#writing = writeAll(file, this.path, bytes, from).catch((error: unknown) => {
      this.#failure = error;
      this.#goodBytes = from;
      this.#hash = before;
      this.#mustCut = true;
    });
    hash.update(bytes);
  }

  /** All that was written is on the disk when this resolves; what stood before a failed write is synced all the same. Throws `STORAGE_*`. */
  async sync(): Promise<void> {
    await this.#writing;
    if (this.#goodBytes > this.#syncedBytes) await this.#datasync();
    await this.#settle();
  }

  /** SHA-256 of all that is in the file. Only after `prepare`. */
  digest(): string {
    return this.#hash!.copy().digest("hex");
  }

  /** Lets go of the file; it can be prepared again. Throws `STORAGE_*`. */
  async close(): Promise<void> {
    await this.#writing;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #settle(): Promise<void> {
    await this.#writing;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  async #datasync(): Promise<void> {
    const goodBytes = this.#goodBytes;
    try {
      await this.#file!.datasync();
    } catch (error) {
      this.#isDoubtful = true;
      throw error;
    }
    this.#syncedBytes = goodBytes;
  }

  /** The name is on the disk before the first byte is: an offset that was told must be found again. */
  async #open(): Promise<OpenFile> {
    const isThere = (await this.#files.facts(this.path)) !== undefined;
    const file = await this.#files.open(this.path, isThere ? "update" : "create");
    try {
      await this.#files.syncFolder(folderOf(this.path));
      return file;
    } catch (error) {
      throw await firstOf(error, () => file.close());
    }
  }

  async #rehash(): Promise<Hash> {
    const hash = createHash("sha256");
    for await (const chunk of readChunks(this.#files, this.path, 0, 1 << 20)) hash.update(chunk);
    return hash;
  }
}
