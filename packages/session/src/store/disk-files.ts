import { fdatasync, write, type Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import type { Timers } from "../model/index.js";
import {
  storageError,
  type EntryKind,
  type FileFacts,
  type FileOperation,
  type FileSystem,
  type FolderEntry,
  type OpenFile,
  type OpenMode,
} from "./files.js";
import { systemTimers } from "./timers.js";

const FLAGS = { read: "r", create: "wx+", update: "r+" } as const;
/** A virus scanner or an indexer may hold a file on Windows for a moment. */
const RENAME_RETRY = { everyMs: 50, forMs: 2_000, errors: ["EPERM", "EACCES", "EBUSY"] } as const;

/** What a test may stand in for. */
export interface DiskOptions {
  readonly platform?: NodeJS.Platform;
  readonly timers?: Timers;
  readonly rename?: (from: string, to: string) => Promise<void>;
}

/** The real disk. */
export class DiskFiles implements FileSystem {
  readonly #isWindows: boolean;
  readonly #timers: Timers;
  readonly #rename: (from: string, to: string) => Promise<void>;

  constructor({ platform = process.platform, timers = systemTimers, rename = fs.rename }: DiskOptions = {}) {
    this.#isWindows = platform === "win32";
    this.#timers = timers;
    this.#rename = rename;
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    const operation = mode === "create" ? "create" : "open";
    return new DiskFile(await attempt(operation, path, () => fs.open(path, FLAGS[mode])), path);
  }

  rename(from: string, to: string): Promise<void> {
    return attempt("rename", to, () => (this.#isWindows ? this.#renamePatiently(from, to) : this.#rename(from, to)));
  }

  makeFolder(path: string): Promise<void> {
    return attempt("makeFolder", path, () => fs.mkdir(path));
  }

  async list(path: string): Promise<FolderEntry[]> {
    const entries = await attempt("list", path, () => fs.readdir(path, { withFileTypes: true }));
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  }

  facts(path: string): Promise<FileFacts | undefined> {
    return attempt("facts", path, async () => {
      try {
        const stats = await fs.lstat(path);
        return { kind: kindOf(stats), sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
      } catch (error) {
        if (isNothingThere(error)) return undefined;
        throw error;
      }
    });
  }

  remove(path: string): Promise<void> {
    return attempt("remove", path, () => fs.rm(path, { recursive: true, force: true, maxRetries: 3 }));
  }

  async syncFolder(path: string): Promise<void> {
    if (this.#isWindows) return;
    await attempt("syncFolder", path, async () => {
      const folder = await fs.open(path, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    });
  }

  freeBytes(path: string): Promise<number> {
    return attempt("freeBytes", path, async () => {
      const { bavail, bsize } = await fs.statfs(path);
      return bavail * bsize;
    });
  }

  totalBytes(path: string): Promise<number> {
    return attempt("totalBytes", path, async () => {
      const { blocks, bsize } = await fs.statfs(path);
      return blocks * bsize;
    });
  }

  async #renamePatiently(from: string, to: string): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += RENAME_RETRY.everyMs) {
      try {
        return await this.#rename(from, to);
      } catch (error) {
        // A folder in the way gives the same error as a file held open; waiting would not free its name.
        const isHeld = RENAME_RETRY.errors.some((name) => name === codeOf(error)) && !(await isFolder(to));
        if (!isHeld || waitedMs >= RENAME_RETRY.forMs) throw error;
      }
      await new Promise<void>((resolve) => this.#timers.after(RENAME_RETRY.everyMs, resolve));
    }
  }
}

/** The disk of this machine. */
export function diskFiles(): FileSystem {
  return new DiskFiles();
}

/** Writing and syncing are what a recording does many times a second: one promise each, the handle's own methods make several. */
class DiskFile implements OpenFile {
  readonly #handle: fs.FileHandle;
  readonly #path: string;

  constructor(handle: fs.FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  write(bytes: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#handle.fd, bytes, 0, bytes.length, position, (error, taken) => {
        if (error === null) resolve(taken);
        else reject(storageError("write", this.#path, error));
      });
    });
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return attempt("read", this.#path, async () => {
      return (await this.#handle.read(into, 0, into.length, position)).bytesRead;
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return attempt("truncate", this.#path, () => this.#handle.truncate(sizeBytes));
  }

  datasync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#handle.fd, (error) => {
        if (error === null) resolve();
        else reject(storageError("datasync", this.#path, error));
      });
    });
  }

  sync(): Promise<void> {
    return attempt("sync", this.#path, () => this.#handle.sync());
  }

  sizeBytes(): Promise<number> {
    return attempt("size", this.#path, async () => (await this.#handle.stat()).size);
  }

  close(): Promise<void> {
    return attempt("close", this.#path, () => this.#handle.close());
  }
}

async function attempt<Result>(operation: FileOperation, path: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw storageError(operation, path, error);
  }
}

function kindOf(entry: Pick<Dirent, "isFile" | "isDirectory">): EntryKind {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : "other";
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await fs.lstat(path)).isDirectory();
  } catch (error) {
    if (isNothingThere(error)) return false;
    throw error;
  }
}

function isNothingThere(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function codeOf(error: unknown): unknown {
  // By shape, not by class: an error of another realm (a test runner's, a worker's) is no instance of this one's Error.
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
