import { fileOfId, type SessionMetadata } from "@polychron/session/format";
import { isFinal, type Timers } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import type { Grant } from "../security/tokens.js";
import type { StoredUpload, UploadDoor, UploadIntake, UploadName } from "../server/upload-port.js";
import type { DeviceBook } from "./device-book.js";

/** What taking in files needs of the hub. */
export interface ReceivedFilesParts {
  readonly store: SessionStore;
  readonly book: DeviceBook;
  readonly timers: Timers;
  /** Whether a session that a crash left open still waits for the operator's choice. */
  isInterrupted(session: string): boolean;
  readonly onChanged: () => void;
}

/** Files of devices on their way into sessions. */
export class ReceivedFiles implements UploadDoor {
  readonly timers: Timers;
  readonly #parts: ReceivedFilesParts;

  constructor(parts: ReceivedFilesParts) {
    this.#parts = parts;
    this.timers = parts.timers;
  }

  deviceOf({ tokenId }: Grant): string | undefined {
    return this.#parts.book.find(tokenId);
  }

  /** Also throws `SESSION_INTERRUPTED`: a device tries again later. */
  async receive({ device, session, fileId }: UploadName): Promise<UploadIntake | StoredUpload> {
    const { store, isInterrupted } = this.#parts;
    if (isInterrupted(session)) throw new ServiceError("SESSION_INTERRUPTED", { session });
    const open = store.find(session);
    const metadata = open?.metadata ?? (await store.requireStored(session));
    const stored = storedFile(metadata, device, fileId);
    if (stored !== undefined) return stored;
    // Left open by a crash, and not yet looked at since the hub began: to say that it is sealed would turn the device away for good.
    if (open === undefined && !isFinal(metadata.status)) throw new ServiceError("SESSION_INTERRUPTED", { session });
    const taken = store.require(session);
    // It may have become whole while this request was on its way.
    return (await taken.receive(device, fileId)) ?? storedFile(taken.metadata, device, fileId)!;
  }

  onProgress(): void {
    this.#parts.onChanged();
  }
}

function storedFile({ files }: SessionMetadata, device: string, fileId: string): StoredUpload | undefined {
  const entry = fileOfId(files[device] ?? [], fileId);
  return entry?.complete === true ? { isStored: true, sizeBytes: entry.file_size } : undefined;
}
