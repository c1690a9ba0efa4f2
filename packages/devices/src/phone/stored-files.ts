import type { SelfRecorder } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { PhoneLink } from "./link.js";

/** A file that is whole, checked and on the hub's disk. */
export type StoredFile = Parameters<SelfRecorder["stored"]>[0];

const HEARD_WITHIN_MS = 10_000;

/** Files that a phone may delete: each told until it was heard, after each hello again. */
export class StoredFiles {
  readonly #link: PhoneLink;
  readonly #onFault: (thrown: unknown) => void;
  readonly #untold = new Map<string, StoredFile>();
  #life = new AbortController();

  constructor(parts: { readonly link: PhoneLink; onFault(thrown: unknown): void }) {
    this.#link = parts.link;
    this.#onFault = (thrown) => parts.onFault(thrown);
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
    this.#life.abort(new DeviceError("PHONE_AWAY", { device: this.#link.hardwareId }));
    this.#life = new AbortController();
  }

  #tell(file: StoredFile): void {
    if (!this.#link.isUp) return; // its next hello brings the next try
    const { session, number: recording, fileId: file_id, sha256 } = file;
    const wait = { withinMs: HEARD_WITHIN_MS, signal: this.#life.signal };
    this.#link.order("file_stored", { session, recording, file_id, sha256 }, wait).then(
      () => void this.#untold.delete(keyOf(file)),
      (thrown: unknown) => {
        const isAway = thrown instanceof DeviceError && thrown.code === "PHONE_AWAY";
        if (!isAway) this.#onFault(thrown);
      },
    );
  }
}

function keyOf({ session, number, fileId }: StoredFile): string {
  return JSON.stringify([session, number, fileId]);
}
