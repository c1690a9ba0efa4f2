import type { DeviceIdentity } from "@polychron/devices";
import type { JsonObject } from "@polychron/session/model";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ServiceError } from "../errors.js";

const book = z.object({
  devices: z.record(
    z.string(),
    z.object({ id: z.string().regex(/^[a-z0-9_]{1,40}$/), settings: z.record(z.string(), z.json()) }),
  ),
});
type Book = z.infer<typeof book>;

/** Which id each thing has had since the hub first met it, and the settings it was last given. */
export class DeviceBook {
  readonly #path: string;
  readonly #write: (path: string, text: string) => Promise<void>;
  #book: Book | undefined;
  /** What the book says and the disk does not yet. */
  #isDirty = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param write replaces a small document of the hub's own; never called twice at a time */
  constructor(path: string, write: (path: string, text: string) => Promise<void>) {
    this.#path = path;
    this.#write = write;
  }

  /** The id of this thing: the one it had before, else the proposed one made unique. Throws `DEVICE_BOOK_BROKEN`, `STORAGE_*`. */
  async idOf(identity: DeviceIdentity): Promise<string> {
    const { devices } = this.#open();
    const known = devices[identity.hardwareId];
    const id = known?.id ?? freeId(devices, identity.proposedId);
    if (known === undefined) {
      devices[identity.hardwareId] = { id, settings: {} };
      this.#isDirty = true;
    }
    await this.#save();
    return id;
  }

  /** The id of a thing that the hub has met; undefined for any other. Throws `DEVICE_BOOK_BROKEN`. */
  find(hardwareId: string): string | undefined {
    return this.#open().devices[hardwareId]?.id;
  }

  /** The thing that has an id; undefined where none has. Throws `DEVICE_BOOK_BROKEN`. */
  hardwareIdOf(id: string): string | undefined {
    return Object.entries(this.#open().devices).find(([, device]) => device.id === id)?.[0];
  }

  /** Throws `DEVICE_BOOK_BROKEN`. */
  settingsOf(hardwareId: string): JsonObject {
    return (this.#open().devices[hardwareId]?.settings as JsonObject | undefined) ?? {};
  }

  /** Throws `DEVICE_BOOK_BROKEN`, `STORAGE_*`. */
  async keepSettings(hardwareId: string, settings: JsonObject): Promise<void> {
    const known = this.#open().devices[hardwareId];
    if (known === undefined || isDeepStrictEqual(known.settings, settings)) return;
    known.settings = settings as Record<string, never>;
    this.#isDirty = true;
    await this.#save();
  }

  /** Read when first needed: a broken book keeps devices away, not the sessions; and once mended it is simply read. */
  #open(): Book {
    this.#book ??= readBook(this.#path);
    return this.#book;
  }

  /** What was true at the call is on the disk when this resolves; one write after the other. */
  #save(): Promise<void> {
    const saved = this.#writing.then(() => this.#saveNow());
    // The caller hears of a failure; what is still dirty is tried again with the next change.
    this.#writing = saved.catch(() => undefined);
    return saved;
  }

  async #saveNow(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.#write(this.#path, JSON.stringify(this.#book, null, 2));
    } catch (thrown) {
      this.#isDirty = true;
      throw thrown;
    }
  }
}

/** A proposed `phone_1` counts on: phone_2, phone_3…; any other name gets a number behind it. */
function freeId(devices: Book["devices"], proposed: string): string {
  const taken = new Set(Object.values(devices).map((device) => device.id));
  const stem = proposed.replace(/_1$/, "").slice(0, 36);
  for (let n = 1; ; n++) {
    const id = n === 1 ? proposed : `${stem}_${n}`;
    if (!taken.has(id)) return id;
  }
}

/** An absent book is an empty one; one that cannot be read must not silently give new ids to known devices. */
function readBook(path: string): Book {
  try {
    return book.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return { devices: {} };
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown).slice(0, 200) : (thrown as Error).message;
    throw new ServiceError("DEVICE_BOOK_BROKEN", { path, reason }, thrown);
  }
}
