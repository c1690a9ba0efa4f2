import { folderOf, joinPath, stemOf, temporaryFile } from "../format/layout.js";
import type { FileEntry } from "../format/metadata.js";
import { isAwaited } from "../format/announced-file.js";
import { SessionError, type JsonObject } from "../model/index.js";
import type { Conversion } from "./file-requests.js";
import type { FileSystem } from "./files.js";
import { firstOf } from "./first-error.js";
import { measureFile } from "./measure-file.js";
import { nextRandomName } from "./random-name.js";
import type { SessionJournal } from "./session-journal.js";
import type { FaultPlace } from "./session-notes.js";
import type { SidecarFiles } from "./sidecar-files.js";

/** What conversions need of the world. */
export interface ConversionsPorts {
  readonly files: FileSystem;
  /** The session's folder. */
  readonly folder: string;
  readonly sidecars: SidecarFiles;
  /** Both must not throw. */
  readonly onFault: (error: unknown, place: FaultPlace) => void;
  /** One conversion fewer is under way. */
  readonly onDone: () => void;
}

/** A conversion with what is known of its file. */
interface Work {
  readonly conversion: Conversion;
  readonly original: FileEntry;
  /** The path of the result, relative to the session. */
  readonly result: string;
}

/** Recorded videos of an open session that become the files that stay. */
export class SessionConversions {
  readonly #ports: ConversionsPorts;
  readonly #journal: SessionJournal;
  #underWay = 0;

  constructor(ports: ConversionsPorts, journal: SessionJournal) {
    this.#ports = ports;
    this.#journal = journal;
  }

  /** How many are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Make, sync, hash, rename, register, and only then remove the original. Throws `VIDEO_CONVERSION_FAILED`, which is recorded
   * as a fault as well: the original stays; and `SESSION_INVALID_STATE`, `SESSION_IMMUTABLE`.
   */
  async convert(conversion: Conversion): Promise<FileEntry> {
    this.#journal.requireTakes("file", "convert");
    this.#underWay += 1;
    try {
      return await this.#convert(conversion);
    } catch (cause) {
      const error = failure(conversion, cause);
      const { path: target, deviceId: device } = conversion;
      this.#ports.onFault(error, { operation: "convert", target, device });
      throw error;
    } finally {
      this.#underWay -= 1;
      this.#ports.onDone();
    }
  }

  async #convert(conversion: Conversion): Promise<FileEntry> {
    const original = this.#find(conversion);
    const work = { conversion, original, result: `${stemOf(conversion.path)}.${conversion.ext}` };
    const entry = await this.#make(work);
    const { deviceId: device } = conversion;
    await this.#journal.append({ event: "file_received", details: { device, entry: entry as JsonObject } });
    await this.#removeOriginal(conversion);
    return entry;
  }

  #find({ deviceId, path, ext }: Conversion): FileEntry {
    const entry = this.#journal.metadata.files[deviceId]?.find(({ file_path }) => file_path === path);
    if (entry === undefined || isAwaited(entry)) throw new Error("there is no such file");
    if (path.endsWith(`.${ext}`)) throw new Error("it is one already");
    return entry;
  }

  /** The result under its final name, described. */
  async #make({ conversion, original, result }: Work): Promise<FileEntry> {
    const { files, folder } = this.#ports;
    const at = joinPath(folder, result);
    const making = temporaryFile(at, process.pid, nextRandomName());
    try {
      const made = await conversion.make(joinPath(folder, conversion.path), making);
      await syncFile(files, making);
      const { sizeBytes: file_size, sha256 } = await measureFile(files, making);
      // Making it may have taken minutes: the session may be closed by now.
      this.#journal.requireTakes("file", "convert");
      await files.rename(making, at);
      await files.syncFolder(folderOf(at));
      const found = { file_path: result, file_size, sha256, frames: made.frames, complete: true };
      const duration = made.durationS ?? original.duration;
      const entry = { ...original, ...found, duration, replaces: conversion.path, replaces_sha256: original.sha256 };
      return { ...entry, ...(await this.#describe(conversion.path, result)) };
    } catch (error) {
      throw await firstOf(error, () => files.remove(making));
    }
  }

  /** The original's sidecar describes the result. */
  async #describe(original: string, result: string): Promise<{ sidecar_sha256?: string }> {
    const { sidecars } = this.#ports;
    const sidecar = await sidecars.read(original);
    return sidecar === undefined ? {} : { sidecar_sha256: await sidecars.write({ ...sidecar, data_file: result }) };
  }

  /** The result is registered: an original that cannot be removed is no failure, but nothing knows it any more. */
  async #removeOriginal({ deviceId: device, path }: Conversion): Promise<void> {
    const { files, folder, onFault } = this.#ports;
    const at = joinPath(folder, path);
    try {
      await files.remove(at);
      await files.syncFolder(folderOf(at));
    } catch (error) {
      onFault(error, { operation: "remove", target: path, device });
    }
  }
}

/** Whatever made the file has not synced it. */
async function syncFile(files: FileSystem, path: string): Promise<void> {
  const file = await files.open(path, "update");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function failure({ path: file, ext: wanted }: Conversion, cause: unknown): SessionError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SessionError("VIDEO_CONVERSION_FAILED", { file, wanted, reason }, cause);
}
