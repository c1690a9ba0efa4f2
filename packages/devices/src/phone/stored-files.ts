import type { SelfRecorder } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { Timers } from "../timing.js";
import type { PhoneLink } from "./link.js";
import { persist } from "./persist.js";

/** A file that is whole, checked and on the hub's disk. */
export type StoredFile = Parameters<SelfRecorder["stored"]>[0];

/** What telling of stored files needs. */
export interface StoredFilesParts {
  readonly link: PhoneLink;
  readonly timers: Timers;
  onFault(thrown: unknown): void;
}

const HEARD_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = [5_000, 10_000, 30_000];

/** Files that a phone may delete: each told until it was heard, while the phone is here and after each hello again. */
export class StoredFiles {
  readonly #parts: StoredFilesParts;
  readonly #untold = new Map<string, StoredFile>();
  /** What is being told on this connection. */
  readonly #telling = new Map<string, AbortController>();

  constructor(parts: StoredFilesParts) {
    this.#parts = parts;
  }

  add(file: StoredFile): void {
    this.#untold.set(keyOf(file), file);
    this.#tell(file);
  }

  tellAll(): void {
    for (const file of this.#untold.values()) this.#tell(file);
  }

  /** Gives up what is under way; what was not heard stays to be told. */
  end(): void {
    for (const telling of this.#telling.values()) telling.abort(this.#away());
    this.#telling.clear();
  }

  #tell(file: StoredFile): void {
    const { link, timers } = this.#parts;
    if (!link.isUp) return; // its next hello brings the next try
    const key = keyOf(file);
    const telling = new AbortController();
    this.#telling.get(key)?.abort(this.#away());
    this.#telling.set(key, telling);
    const { signal } = telling;
    const { session, number: recording, fileId: file_id, sha256 } = file;
    const attempt = async (): Promise<void> => {
      await link.order("file_stored", { session, recording, file_id, sha256 }, { withinMs: HEARD_WITHIN_MS, signal });
    };
    const onFault = (thrown: unknown): void => this.#parts.onFault(thrown);
    void persist({ timers, signal, pausesMs: AGAIN_AFTER_MS, attempt, onFault }).then((isHeard) => {
      if (this.#telling.get(key) !== telling) return;
      this.#telling.delete(key);
      if (isHeard) this.#untold.delete(key);
    });
  }

  #away(): DeviceError {
    return new DeviceError("PHONE_AWAY", { device: this.#parts.link.name });
  }
}

function keyOf({ session, number, fileId }: StoredFile): string {
  return JSON.stringify([session, number, fileId]);
}
