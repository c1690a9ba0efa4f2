import type { Timers } from "@polychron/session/model";
import type { Grant } from "../security/tokens.js";

/** A file on its way: the part of the store's attachment writer that the door needs. */
export interface UploadIntake {
  /** Bytes on the disk, synced. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isStored: boolean;
  /**
   * Writes from exactly `offset` on and resolves with the synced offset; what came before `chunks` ended stays.
   * Throws `UPLOAD_OFFSET_WRONG`, `UPLOAD_BUSY`, `UPLOAD_TOO_LONG`, `UPLOAD_CHECKSUM`, `STORAGE_*`.
   */
  append(offset: number, chunks: AsyncIterable<Uint8Array>): Promise<number>;
}

/** A file that is whole, checked and on the disk, in an open session or a sealed one. */
export interface StoredUpload {
  readonly isStored: true;
  readonly sizeBytes: number;
}

/** Which file: whose, of which session, and the device's own name for it. */
export interface UploadName {
  readonly device: string;
  readonly session: string;
  readonly fileId: string;
}

/** What uploads reach of the hub. */
export interface UploadPort {
  /** The device that a token was given to; undefined for a phone that never said hello. */
  deviceOf(grant: Grant): string | undefined;
  /**
   * The one intake of a file, the same for every request, or what became of it. The session keeps it and closes it.
   * Throws `UPLOAD_UNKNOWN_FILE`, `SESSION_*`, `STORAGE_*`.
   */
  receive(name: UploadName): Promise<UploadIntake | StoredUpload>;
  /** How far a file has come, after each request that wrote; 0 once more when its hash was wrong. */
  onProgress(name: UploadName, receivedBytes: number): void;
}

/** The door of the uploads. */
export interface UploadDoor extends UploadPort {
  readonly timers: Timers;
}
