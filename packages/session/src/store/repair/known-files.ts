import {
  finishedFile,
  isAwaited,
  stemOf,
  unfinishedFile,
  type FileEntry,
  type SessionMetadata,
} from "../../format/index.js";

/** What the metadata say of the files that are found on the disk. */
export class KnownFiles {
  readonly #entries: ReadonlyMap<string, FileEntry>;
  readonly #replaced: ReadonlySet<string>;
  /** Recordings that have stopped. */
  readonly #stopped: ReadonlySet<number | null>;

  constructor(metadata: SessionMetadata) {
    const entries = Object.values(metadata.files).flat();
    this.#entries = new Map(entries.map((entry) => [entry.file_path, entry]));
    this.#replaced = new Set(entries.flatMap(({ replaces }) => replaces ?? []));
    const stopped = metadata.recordings.filter(({ stop_time }) => stop_time !== null);
    this.#stopped = new Set(stopped.map(({ number }) => number));
  }

  find(path: string): FileEntry | undefined {
    return this.#entries.get(path);
  }

  /** Registered as it will stay: complete, or put right by an earlier repair. */
  isRegistered(path: string): boolean {
    const entry = this.find(path);
    return entry !== undefined && (entry.complete || (entry["recovered"] === true && finishedFile(path) === undefined));
  }

  /** There is nothing left to do about it. */
  isSettled(path: string): boolean {
    return this.isRegistered(path) && this.#stopped.has(this.find(path)!.recording);
  }

  /** The original of a conversion that is registered: only its removal was left to do. */
  isReplaced(path: string): boolean {
    return this.#replaced.has(path);
  }

  /**
   * The registered original of a conversion whose result lies at `path` and was never registered: the hub was killed between
   * the two. Undefined for every other file.
   */
  originalOf(path: string): string | undefined {
    if (this.find(path) !== undefined || finishedFile(path) !== undefined || isTable(path)) return undefined;
    const originals = [...this.#entries.values()].filter((entry) => !isAwaited(entry) && !isTable(entry.file_path));
    return originals.find(({ file_path: at }) => this.isRegistered(at) && stemOf(at) === stemOf(path))?.file_path;
  }

  /** How a device announced the file that this is, or will be, while it is not registered as received. */
  awaited(path: string): FileEntry | undefined {
    const entry = this.find(finishedFile(path) === undefined ? unfinishedFile(path) : path);
    return entry !== undefined && isAwaited(entry) ? entry : undefined;
  }
}

function isTable(path: string): boolean {
  return path.endsWith(".csv");
}
