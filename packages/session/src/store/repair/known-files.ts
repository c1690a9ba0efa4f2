import { finishedFile, isAwaited, unfinishedFile, type FileEntry, type SessionMetadata } from "../../format/index.js";

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

  /** How a device announced the file that this is, or will be, while it is not registered as received. */
  awaited(path: string): FileEntry | undefined {
    const entry = this.find(finishedFile(path) === undefined ? unfinishedFile(path) : path);
    return entry !== undefined && isAwaited(entry) ? entry : undefined;
  }
}
