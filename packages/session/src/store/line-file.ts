import { createHash, type Hash } from "node:crypto";
import { folderOf, unfinishedFile } from "../format/layout.js";
import { AppendFile } from "./append-file.js";
import type { FileSystem } from "./files.js";

/** One file of a series, closed. */
export interface FinishedFile {
  /** Its final path, or the one ending in `.part` when it could not be given its final name. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Lines (of a video: frames), the header not counted. */
  readonly rows: number;
  /** Whole, synced and under its final name. */
  readonly isComplete: boolean;
}

/** Whole lines (of a video: whole fragments) written as one group. */
export interface LineGroup {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** One file while it grows by groups of rows (lines, or frames) under its `.part` name; hashed as it is written. */
export class LineFile {
  readonly #files: FileSystem;
  readonly #file: AppendFile;
  readonly #path: string;
  /** Over what the last sync confirmed. */
  readonly #hash: Hash = createHash("sha256");
  #synced: { readonly sizeBytes: number; readonly rows: number };
  #unsynced: LineGroup[] = [];
  #rows = 0;
  #isDoubtful = false;

  private constructor(files: FileSystem, file: AppendFile, path: string, header: Uint8Array) {
    this.#files = files;
    this.#file = file;
    this.#path = path;
    this.#hash.update(header);
    this.#synced = { sizeBytes: header.length, rows: 0 };
  }

  /** `path` is the final one; name and header are on the disk when this resolves. Throws `STORAGE_*`. */
  static async create(files: FileSystem, path: string, header: Uint8Array): Promise<LineFile> {
    return new LineFile(files, await AppendFile.create(files, unfinishedFile(path), header), path, header);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Rows that a sync has confirmed. */
  get syncedRows(): number {
    return this.#synced.rows;
  }

  /** Rows that no sync has confirmed yet. */
  get unsyncedRows(): number {
    return this.#rows - this.#synced.rows;
  }

  /** Header and rows. */
  get sizeBytes(): number {
    return this.#file.goodBytes;
  }

  /** Throws `STORAGE_*`; then nothing of the group is in the file. */
  async append(group: LineGroup): Promise<void> {
    await this.#file.append(group.bytes);
    this.#rows += group.rows;
    this.#unsynced.push(group);
  }

  /**
   * Confirms what is in the file now and returns it; groups may be appended meanwhile. Throws `STORAGE_*`; then this file is
   * finished (see `retreat`).
   */
  async sync(): Promise<readonly LineGroup[]> {
    const inFile = { sizeBytes: this.#file.goodBytes, rows: this.#rows };
    const groups = this.#unsynced.length;
    await this.#file.datasync();
    this.#synced = inFile;
    const confirmed = this.#unsynced.splice(0, groups);
    for (const { bytes } of confirmed) this.#hash.update(bytes);
    return confirmed;
  }

  /**
   * After a failed sync: cuts the file back to what an earlier sync confirmed and returns the groups that a new file
   * must hold instead; none when the cut failed too, and the rows since then stay where they are, in doubt.
   */
  async retreat(): Promise<LineGroup[]> {
    try {
      await this.#file.cutBackTo(this.#synced.sizeBytes);
    } catch {
      // The failed sync is what the caller reports; the rows count as in doubt instead of being stored twice.
      this.#isDoubtful = true;
      return [];
    }
    const groups = this.#unsynced;
    this.#rows = this.#synced.rows;
    this.#unsynced = [];
    return groups;
  }

  /** Closes the file and gives it its final name; `onFault` hears why where that was not possible. */
  async finish(onFault: (error: unknown) => void): Promise<FinishedFile> {
    const isWhole = !this.#isDoubtful && this.unsyncedRows === 0;
    // What is in doubt stays in the file, and so in its hash.
    if (this.#isDoubtful) for (const { bytes } of this.#unsynced) this.#hash.update(bytes);
    const facts = { sizeBytes: this.#file.goodBytes, sha256: this.#hash.digest("hex"), rows: this.#rows };
    try {
      await this.#file.close();
      if (!isWhole) return { ...facts, path: this.#file.path, isComplete: false };
      await this.#files.rename(this.#file.path, this.#path);
      await this.#files.syncFolder(folderOf(this.#path));
      return { ...facts, path: this.#path, isComplete: true };
    } catch (error) {
      onFault(error);
      return { ...facts, path: await this.#pathFound(), isComplete: false };
    }
  }

  async #pathFound(): Promise<string> {
    try {
      return (await this.#files.facts(this.#path)) === undefined ? this.#file.path : this.#path;
    } catch {
      return this.#file.path;
    }
  }
}
