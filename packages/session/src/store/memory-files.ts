import { folderOf, nameOf } from "../format/layout.js";
import {
  storageError,
  type FileFacts,
  type FileOperation,
  type FileSystem,
  type FolderEntry,
  type OpenFile,
  type OpenMode,
} from "./files.js";
import { MemoryFile, MemoryFolder } from "./memory-nodes.js";

/**
 * A disk in memory that knows what was synced: after `afterPowerCut()` only that is left. It is stricter than most
 * disks: a name (new, renamed or removed) survives only once its folder was synced, content only once the file was.
 */
export class MemoryFiles implements FileSystem {
  #root = new MemoryFolder();
  #freeBytes = Number.MAX_SAFE_INTEGER;
  #totalBytes = Number.MAX_SAFE_INTEGER;

  /** @param paths folders that are there, and synced, from the start; parents are made */
  constructor(...paths: readonly string[]) {
    for (const path of paths) this.#root.plant(path);
  }

  /** How many further bytes this disk takes (each byte that makes a file longer counts), and how large it says it is. */
  limitTo(freeBytes: number, totalBytes = freeBytes): void {
    this.#freeBytes = freeBytes;
    this.#totalBytes = totalBytes;
  }

  /** The disk as the next start finds it after the power went: unsynced names and content are gone. */
  afterPowerCut(): MemoryFiles {
    return MemoryFiles.#on(this.#root.synced());
  }

  /** The disk as the next start finds it after the process was killed: everything written is there. */
  afterKill(): MemoryFiles {
    return MemoryFiles.#on(this.#root.current());
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    const operation = mode === "create" ? "create" : "open";
    const folder = this.#folder(operation, folderOf(path));
    const found = folder.entries.get(nameOf(path));
    if (mode === "create") {
      if (found !== undefined) throw failure(operation, path, "EEXIST");
      const file = new MemoryFile();
      folder.entries.set(nameOf(path), file);
      return new OpenMemoryFile(file, path, mode, this.#take);
    }
    if (found === undefined) throw failure(operation, path, "ENOENT");
    if (!(found instanceof MemoryFile)) throw failure(operation, path, "EISDIR");
    return new OpenMemoryFile(found, path, mode, this.#take);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#folder("rename", folderOf(from));
    const node = source.entries.get(nameOf(from));
    if (node === undefined) throw failure("rename", from, "ENOENT");
    const target = this.#folder("rename", folderOf(to));
    const inTheWay = target.entries.get(nameOf(to));
    if (inTheWay instanceof MemoryFolder && inTheWay.entries.size > 0) throw failure("rename", to, "ENOTEMPTY");
    if (node instanceof MemoryFolder && inTheWay instanceof MemoryFile) throw failure("rename", to, "ENOTDIR");
    if (node instanceof MemoryFile && inTheWay instanceof MemoryFolder) throw failure("rename", to, "EISDIR");
    source.entries.delete(nameOf(from));
    target.entries.set(nameOf(to), node);
  }

  async makeFolder(path: string): Promise<void> {
    const parent = this.#folder("makeFolder", folderOf(path));
    if (parent.entries.has(nameOf(path))) throw failure("makeFolder", path, "EEXIST");
    parent.entries.set(nameOf(path), new MemoryFolder());
  }

  async list(path: string): Promise<FolderEntry[]> {
    const { entries } = this.#folder("list", path);
    return [...entries].map(([name, node]) => ({ name, kind: node instanceof MemoryFile ? "file" : "folder" }));
  }

  async facts(path: string): Promise<FileFacts | undefined> {
    const node = this.#root.find(path);
    if (node === undefined) return undefined;
    if (node instanceof MemoryFolder) return { kind: "folder", sizeBytes: 0, modifiedMs: 0 };
    return { kind: "file", sizeBytes: node.sizeBytes, modifiedMs: node.changes };
  }

  async remove(path: string): Promise<void> {
    const parent = this.#root.find(folderOf(path));
    if (parent instanceof MemoryFolder) parent.entries.delete(nameOf(path));
  }

  async syncFolder(path: string): Promise<void> {
    this.#folder("syncFolder", path).sync();
  }

  async freeBytes(): Promise<number> {
    return this.#freeBytes;
  }

  async totalBytes(): Promise<number> {
    return this.#totalBytes;
  }

  /** Takes from what is free: all that was asked, or less. */
  readonly #take = (bytes: number): number => {
    const taken = Math.min(bytes, this.#freeBytes);
    this.#freeBytes -= taken;
    return taken;
  };

  static #on(root: MemoryFolder): MemoryFiles {
    const files = new MemoryFiles();
    files.#root = root;
    return files;
  }

  #folder(operation: FileOperation, path: string): MemoryFolder {
    const node = this.#root.find(path);
    if (node === undefined) throw failure(operation, path, "ENOENT");
    if (!(node instanceof MemoryFolder)) throw failure(operation, path, "ENOTDIR");
    return node;
  }
}

class OpenMemoryFile implements OpenFile {
  readonly #file: MemoryFile;
  readonly #path: string;
  readonly #mode: OpenMode;
  readonly #take: (bytes: number) => number;
  #isOpen = true;

  constructor(file: MemoryFile, path: string, mode: OpenMode, take: (bytes: number) => number) {
    this.#file = file;
    this.#path = path;
    this.#mode = mode;
    this.#take = take;
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    this.#require("write");
    const grows = Math.max(0, position + bytes.length - this.#file.sizeBytes);
    const missing = grows - this.#take(grows);
    if (missing > 0 && missing >= bytes.length) throw failure("write", this.#path, "ENOSPC");
    const taken = bytes.length - missing;
    this.#file.write(bytes.subarray(0, taken), position);
    return taken;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    this.#require("read");
    const bytes = this.#file.bytes().subarray(position, position + into.length);
    into.set(bytes);
    return bytes.length;
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#require("truncate");
    this.#take(Math.min(0, sizeBytes - this.#file.sizeBytes));
    this.#file.truncate(sizeBytes);
  }

  async datasync(): Promise<void> {
    this.#require("datasync");
    this.#file.sync();
  }

  async sync(): Promise<void> {
    this.#require("sync");
    this.#file.sync();
  }

  async sizeBytes(): Promise<number> {
    this.#require("size");
    return this.#file.sizeBytes;
  }

  async close(): Promise<void> {
    this.#require("close");
    this.#isOpen = false;
  }

  #require(operation: FileOperation): void {
    const isChange = operation === "write" || operation === "truncate";
    if (!this.#isOpen || (isChange && this.#mode === "read")) throw failure(operation, this.#path, "EBADF");
  }
}

function failure(operation: FileOperation, path: string, errno: string): Error {
  return storageError(operation, path, Object.assign(new Error(errno), { code: errno }));
}
