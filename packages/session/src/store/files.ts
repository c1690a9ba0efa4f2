import { SessionError } from "../model/index.js";

/** What a path leads to; a link is never followed. */
export type EntryKind = "file" | "folder" | "other";

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

/** What is known of a path without opening it. */
export interface FileFacts {
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, as the file system keeps them: good for noticing a change, for nothing else. */
  readonly modifiedMs: number;
}

/** How a file is opened: to read; to write a new one (the name must be free); to write one that exists. */
export type OpenMode = "read" | "create" | "update";

/** An open file. Every method may throw the `STORAGE_*` codes of `storageError`. */
export interface OpenFile {
  /** Writes at a position and returns how many bytes were taken: fewer than asked is no error (use `writeAll`). */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Reads from a position into `into` and returns how many bytes came; 0 = the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Cuts (or lengthens with NUL) to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  /** Content and length are on the disk when this resolves. */
  datasync(): Promise<void>;
  /** As `datasync`, and every attribute of the file. */
  sync(): Promise<void>;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

/**
 * The file system as the store needs it. Paths are absolute, or relative to the process, with forward slashes.
 * Throws `SessionError`: `STORAGE_FULL`, `STORAGE_NO_ACCESS`, `STORAGE_WRITE_FAILED`, `STORAGE_READ_FAILED`.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** Replaces a file of that name; a folder with something in it is never replaced (see `isNameTaken`). */
  rename(from: string, to: string): Promise<void>;
  /** One folder; its parent must be there and its name free. */
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<FolderEntry[]>;
  /** `undefined` when there is nothing of that name. */
  facts(path: string): Promise<FileFacts | undefined>;
  /** Removes a file, or a folder with all that is in it; nothing of that name is no error. */
  remove(path: string): Promise<void>;
  /** The names in a folder are on the disk when this resolves (nothing is done on Windows, which has no such call). */
  syncFolder(path: string): Promise<void>;
  /** Bytes that may still be written to the disk of `path`. */
  freeBytes(path: string): Promise<number>;
  /** The size of the disk of `path`. */
  totalBytes(path: string): Promise<number>;
}

/** The operations of the port, as errors and ordered faults name them. */
export type FileOperation =
  | "open"
  | "create"
  | "write"
  | "read"
  | "truncate"
  | "datasync"
  | "sync"
  | "size"
  | "close"
  | "rename"
  | "makeFolder"
  | "list"
  | "facts"
  | "remove"
  | "syncFolder"
  | "freeBytes"
  | "totalBytes";

const READING: ReadonlySet<FileOperation> = new Set([
  "open",
  "read",
  "size",
  "list",
  "facts",
  "freeBytes",
  "totalBytes",
]);
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);
const NO_ACCESS: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** The typed error for a system error; `params.errno` keeps the system's own name (`ENOSPC`). */
export function storageError(operation: FileOperation, path: string, cause: unknown): SessionError {
  if (cause instanceof SessionError) return cause;
  const errno = systemName(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const params = { operation, path, errno, reason };
  if (FULL.has(errno)) return new SessionError("STORAGE_FULL", params, cause);
  if (NO_ACCESS.has(errno)) return new SessionError("STORAGE_NO_ACCESS", params, cause);
  return new SessionError(READING.has(operation) ? "STORAGE_READ_FAILED" : "STORAGE_WRITE_FAILED", params, cause);
}

/** The system's name of what went wrong (`ENOENT`), or an empty text when the error is not a storage error. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof SessionError ? String(thrown.params["errno"] ?? "") : "";
}

/** There is nothing of that name. */
export function isMissing(thrown: unknown): boolean {
  return errnoOf(thrown) === "ENOENT";
}

/** The name is taken: by a file, or by a folder with something in it (Windows says `EPERM` to the latter). */
export function isNameTaken(thrown: unknown): boolean {
  return ["EEXIST", "ENOTEMPTY", "EPERM"].includes(errnoOf(thrown));
}

/** Writes every byte. A nearly full disk takes a part without an error: the loop meets the error at the next call. */
export async function writeAll(file: OpenFile, path: string, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const taken = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (taken <= 0) throw storageError("write", path, new Error("the disk took no byte"));
    done += taken;
  }
}

/** The whole of a small file. Throws `STORAGE_READ_FAILED` (`isMissing`), `STORAGE_NO_ACCESS`. */
export async function readWhole(files: FileSystem, path: string): Promise<Uint8Array> {
  const file = await files.open(path, "read");
  try {
    const bytes = new Uint8Array(await file.sizeBytes());
    let done = 0;
    while (done < bytes.length) {
      const came = await file.read(bytes.subarray(done), done);
      if (came === 0) break;
      done += came;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}

/** A file's bytes from a position on, in chunks of at most `chunkBytes`; each chunk is the reader's to keep. */
export async function* readChunks(
  files: FileSystem,
  path: string,
  from = 0,
  chunkBytes = 1 << 18,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await files.open(path, "read");
  try {
    for (let position = from; ;) {
      const into = new Uint8Array(chunkBytes);
      const came = await file.read(into, position);
      if (came === 0) return;
      position += came;
      yield into.subarray(0, came);
    }
  } finally {
    await file.close();
  }
}

/**
 * Makes a folder and the missing ones above it below `root`; what is there already stays. Every parent is synced: a folder may
 * be there without its name being on the disk, because the sync failed when it was made.
 */
export async function makeFolders(files: FileSystem, root: string, relative: string): Promise<void> {
  let parent = root;
  for (const name of relative.split("/")) {
    const path = `${parent}/${name}`;
    if ((await files.facts(path)) === undefined) await files.makeFolder(path);
    await files.syncFolder(parent);
    parent = path;
  }
}

function systemName(thrown: unknown): string {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "";
}
