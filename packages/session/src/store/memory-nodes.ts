/** What a name in a memory disk leads to; `current` and `synced` give a copy of that state. */
export type MemoryNode = MemoryFile | MemoryFolder;

/** A folder's names, and those of its last sync. */
export class MemoryFolder {
  entries = new Map<string, MemoryNode>();
  #synced = new Map<string, MemoryNode>();

  sync(): void {
    this.#synced = new Map(this.entries);
  }

  /** What a path below this folder leads to. */
  find(path: string): MemoryNode | undefined {
    let node: MemoryNode | undefined = this as MemoryFolder;
    for (const name of names(path)) node = node instanceof MemoryFolder ? node.entries.get(name) : undefined;
    return node;
  }

  /** Makes a folder and those above it; all are synced. */
  plant(path: string): void {
    const [first, ...rest] = names(path);
    if (first === undefined) return;
    const found = this.entries.get(first);
    const next = found instanceof MemoryFolder ? found : new MemoryFolder();
    this.entries.set(first, next);
    this.sync();
    next.plant(rest.join("/"));
  }

  current(): MemoryFolder {
    return MemoryFolder.#of(this.entries, (node) => node.current());
  }

  synced(): MemoryFolder {
    return MemoryFolder.#of(this.#synced, (node) => node.synced());
  }

  static #of(entries: ReadonlyMap<string, MemoryNode>, copy: (node: MemoryNode) => MemoryNode): MemoryFolder {
    const folder = new MemoryFolder();
    for (const [name, node] of entries) folder.entries.set(name, copy(node));
    folder.sync();
    return folder;
  }
}

/** A file's bytes, and those of its last sync; a sync costs what changed since, not the whole file. */
export class MemoryFile {
  #bytes = new GrowingBytes();
  #synced = new GrowingBytes();
  #changedFrom = Number.POSITIVE_INFINITY;
  /** Grows with every change: what a modification time is to a disk. */
  changes = 0;

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.view();
  }

  write(bytes: Uint8Array, position: number): void {
    this.#touch(Math.min(position, this.#bytes.length));
    this.#bytes.resize(Math.max(this.#bytes.length, position + bytes.length));
    this.#bytes.view().set(bytes, position);
  }

  truncate(sizeBytes: number): void {
    this.#touch(Math.min(sizeBytes, this.#bytes.length));
    this.#bytes.resize(sizeBytes);
  }

  sync(): void {
    if (this.#changedFrom === Number.POSITIVE_INFINITY) return;
    this.#synced.resize(this.#bytes.length);
    this.#synced.view().set(this.#bytes.view().subarray(this.#changedFrom), this.#changedFrom);
    this.#changedFrom = Number.POSITIVE_INFINITY;
  }

  current(): MemoryFile {
    return MemoryFile.#of(this.#bytes);
  }

  synced(): MemoryFile {
    return MemoryFile.#of(this.#synced);
  }

  #touch(from: number): void {
    this.#changedFrom = Math.min(this.#changedFrom, from);
    this.changes++;
  }

  static #of(bytes: GrowingBytes): MemoryFile {
    const file = new MemoryFile();
    file.write(bytes.view(), 0);
    file.sync();
    return file;
  }
}

/** Bytes that grow by doubling; what a shrink cut off reads as NUL when it grows again. */
class GrowingBytes {
  #buffer = new Uint8Array(256);
  length = 0;

  view(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  resize(length: number): void {
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      larger.set(this.view());
      this.#buffer = larger;
    }
    if (length < this.length) this.#buffer.fill(0, length, this.length);
    this.length = length;
  }
}

function names(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
