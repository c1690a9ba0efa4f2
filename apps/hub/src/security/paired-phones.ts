import { readFileSync } from "node:fs";
import { z } from "zod";
import { ServiceError } from "../errors.js";
import { isSecretOf, newToken, splitToken } from "./secret.js";
import type { Grant, TokenSource } from "./tokens.js";

const pairedPhone = z.object({
  token_id: z.string().regex(/^[0-9a-f]{12}$/),
  role: z.literal("device"),
  /** As the phone named itself when it was paired. */
  name: z.string(),
  issued_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  secret_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const book = z.object({ phones: z.array(pairedPhone) });

/** A phone that was let in: what the hub keeps of it. */
export type PairedPhone = z.infer<typeof pairedPhone>;

/** What the paired phones need of the world. */
export interface PairedPhonesParts {
  readonly path: string;
  /** Replaces a small document of the hub's own; never called twice at a time. */
  readonly write: (path: string, text: string) => Promise<void>;
  readonly utcMs: () => number;
}

/** A year: a phone of a lab is paired once a study, and a lost one is unpaired by hand. */
const LIFETIME_MS = 365 * 24 * 3600 * 1000;

/** The phones that may speak to this hub, over its restarts: their tokens' ids and hashes, never the tokens. */
export class PairedPhones implements TokenSource {
  readonly #parts: PairedPhonesParts;
  readonly #listeners = new Set<(tokenId: string) => void>();
  #phones: Map<string, PairedPhone> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: PairedPhonesParts) {
    this.#parts = parts;
  }

  /** A token for one phone, on the disk when this resolves. Throws `PAIRED_PHONES_BROKEN`, `STORAGE_*`. */
  async add(name: string): Promise<{ readonly token: string; readonly expiresAt: string }> {
    const { tokenId, token, secretHash } = newToken();
    const nowMs = this.#parts.utcMs();
    const expiresAt = new Date(nowMs + LIFETIME_MS).toISOString();
    const times = { issued_at: new Date(nowMs).toISOString(), expires_at: expiresAt };
    const phones = this.#open();
    for (const [id, phone] of phones) if (Date.parse(phone.expires_at) <= nowMs) phones.delete(id);
    phones.set(tokenId, {
      token_id: tokenId,
      role: "device",
      name,
      ...times,
      secret_sha256: secretHash.toString("hex"),
    });
    try {
      await this.#save();
    } catch (thrown) {
      phones.delete(tokenId); // nobody was given the token, so it must not come to life with the next save
      throw thrown;
    }
    return { token, expiresAt };
  }

  /** Throws `PAIRED_PHONES_BROKEN`. */
  check(token: unknown): Grant | undefined {
    const parts = splitToken(token);
    const phone = parts && this.#open().get(parts.tokenId);
    if (parts === undefined || phone === undefined) return undefined;
    if (Date.parse(phone.expires_at) <= this.#parts.utcMs()) return undefined;
    return isSecretOf(parts.secret, Buffer.from(phone.secret_sha256, "hex"))
      ? { tokenId: phone.token_id, role: phone.role }
      : undefined;
  }

  /** In the order in which they were paired. Throws `PAIRED_PHONES_BROKEN`. */
  list(): readonly PairedPhone[] {
    return [...this.#open().values()];
  }

  /** The name of a phone that may come in. Throws `PAIRED_PHONES_BROKEN`. */
  nameOf(tokenId: string): string | undefined {
    return this.#open().get(tokenId)?.name;
  }

  /**
   * Takes a phone's token away, from this moment; what is not known is not there. Resolves when the disk says so too.
   * Throws `PAIRED_PHONES_BROKEN`, `STORAGE_*`.
   */
  async revoke(tokenId: string): Promise<void> {
    if (this.#open().delete(tokenId)) for (const listener of this.#listeners) listener(tokenId);
    await this.#save();
  }

  /** Hears of every token that is taken away. */
  onRevoked(listener: (tokenId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #open(): Map<string, PairedPhone> {
    this.#phones ??= new Map(readBook(this.#parts.path).map((phone) => [phone.token_id, phone]));
    return this.#phones;
  }

  /** What was true at the call is on the disk when this resolves; one write after the other. */
  #save(): Promise<void> {
    const { path, write } = this.#parts;
    const saved = this.#writing.then(() => write(path, JSON.stringify({ phones: this.list() }, null, 2)));
    // The caller hears of a failure; the next write carries everything again.
    this.#writing = saved.catch(() => undefined);
    return saved;
  }
}

/** An absent list is an empty one; one that cannot be read must not silently lock every phone out for ever. */
function readBook(path: string): readonly PairedPhone[] {
  try {
    return book.parse(JSON.parse(readFileSync(path, "utf8"))).phones;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown).slice(0, 200) : (thrown as Error).message;
    throw new ServiceError("PAIRED_PHONES_BROKEN", { path, reason }, thrown);
  }
}
