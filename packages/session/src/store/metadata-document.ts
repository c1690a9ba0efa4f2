import { METADATA_FILE, joinPath } from "../format/layout.js";
import type { SessionMetadata } from "../format/metadata.js";
import type { Timers } from "../model/index.js";
import { ReplacedFile, type Fence } from "./atomic-file.js";
import type { FileSystem } from "./files.js";

/** The longest time that metadata may lag behind the log, milliseconds. */
export const METADATA_LAG_MS = 1_000;

/** What the document needs of the world. */
export interface DocumentPorts {
  readonly files: FileSystem;
  readonly timers: Timers;
  readonly fence: Fence;
  /** Hears of a write that nobody waited for. Must not throw. */
  readonly onFault: (error: unknown) => void;
}

/** `session_metadata.json`: the current value, and its way to the disk, at once or at most a second later. */
export class MetadataDocument {
  readonly #ports: DocumentPorts;
  readonly #file: ReplacedFile;
  #value: SessionMetadata;
  #isDirty = false;
  #isFailing = false;
  #isClosed = false;
  #cancel: (() => void) | undefined;

  constructor(ports: DocumentPorts, folder: string, value: SessionMetadata) {
    this.#ports = ports;
    this.#file = new ReplacedFile(ports.files, joinPath(folder, METADATA_FILE), ports.fence);
    this.#value = value;
  }

  get value(): SessionMetadata {
    return this.#value;
  }

  /** Takes the new value; it is on the disk within `METADATA_LAG_MS`. */
  set(value: SessionMetadata): void {
    if (value === this.#value) return;
    this.#value = value;
    this.#isDirty = true;
    this.#saveLater();
  }

  /** The current value is on the disk when this resolves. Throws `STORAGE_*`; another try follows within a second. */
  async save(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.#file.save(encodeMetadata(this.#value));
      this.#isFailing = false;
    } catch (error) {
      this.#isDirty = true;
      this.#saveLater();
      throw error;
    }
  }

  /** As `save`, for a value that the log holds already: a failure is reported, once until it has worked again. */
  async saveOrReport(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      const isNew = !this.#isFailing;
      this.#isFailing = true;
      if (isNew) this.#ports.onFault(error);
    }
  }

  #saveLater(): void {
    if (this.#isClosed) return;
    this.#cancel ??= this.#ports.timers.after(METADATA_LAG_MS, () => void this.saveOrReport());
  }

  /** No late write happens any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/** Metadata as the file holds them. */
export function encodeMetadata(metadata: SessionMetadata): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(metadata, null, 2)}\n`);
}
