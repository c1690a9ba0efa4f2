import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What the holder of a token may do. */
export type Role = "operator" | "viewer" | "device" | "marker";

/** What a valid token says of its holder. */
export interface Grant {
  /** Names the token in logs; says nothing of its secret. */
  readonly tokenId: string;
  readonly role: Role;
  readonly expiresAtUs: number;
}

interface Entry extends Grant {
  readonly secretHash: Buffer;
}

const SECRET_BYTES = 24;
const LIFETIME_US = 24 * 3600 * 1e6;
/** More than any lab's pages; the oldest gives way, so that asking for tokens cannot fill the memory. */
const MAXIMUM_TOKENS = 500;

/** Issues and checks tokens: 192 random bits, only their SHA-256 kept, gone with the hub or after a day. */
export class TokenBook {
  readonly #nowUs: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** A new token, in the form `id.secret`. */
  issue(role: Role): string {
    const tokenId = randomBytes(6).toString("hex");
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    this.#makeRoom();
    this.#entries.set(tokenId, { tokenId, role, expiresAtUs: this.#nowUs() + LIFETIME_US, secretHash: hash(secret) });
    return `${tokenId}.${secret}`;
  }

  /** The grant of a token, or undefined if it is unknown, wrong or expired. */
  check(token: unknown): Grant | undefined {
    if (typeof token !== "string" || token.length > 200) return undefined;
    const dot = token.indexOf(".");
    const entry = this.#entries.get(token.slice(0, dot));
    if (dot < 0 || entry === undefined || entry.expiresAtUs < this.#nowUs()) return undefined;
    return timingSafeEqual(entry.secretHash, hash(token.slice(dot + 1))) ? entry : undefined;
  }

  revoke(tokenId: string): void {
    this.#entries.delete(tokenId);
  }

  #makeRoom(): void {
    const nowUs = this.#nowUs();
    for (const [id, entry] of this.#entries) if (entry.expiresAtUs < nowUs) this.#entries.delete(id);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= MAXIMUM_TOKENS && !oldest.done) this.#entries.delete(oldest.value);
  }
}

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
