import { isSecretOf, newToken, splitToken } from "./secret.js";

/** What the holder of a token may do. */
export type Role = "operator" | "viewer" | "device" | "marker";

/** What a valid token says of its holder. */
export interface Grant {
  /** Names the token in logs; says nothing of its secret. */
  readonly tokenId: string;
  readonly role: Role;
}

/** Who knows tokens. */
export interface TokenSource {
  /** The grant of a token, or undefined if it is unknown, wrong or expired. */
  check(token: unknown): Grant | undefined;
}

interface Entry extends Grant {
  readonly expiresAtUs: number;
  readonly secretHash: Buffer;
}

const LIFETIME_US = 24 * 3600 * 1e6;
/** More than any lab's pages; the oldest gives way, so that asking for tokens cannot fill the memory. */
const MAXIMUM_TOKENS = 500;

/** Issues and checks the tokens of pages: only their hash is kept, gone with the hub or after a day. Knows lasting ones from elsewhere. */
export class TokenBook implements TokenSource {
  readonly #nowUs: () => number;
  readonly #lasting: TokenSource | undefined;
  readonly #entries = new Map<string, Entry>();

  /** @param lasting is asked for what this book did not issue */
  constructor(nowUs: () => number, lasting?: TokenSource) {
    this.#nowUs = nowUs;
    this.#lasting = lasting;
  }

  /** A new token, in the form `id.secret`. */
  issue(role: Role): string {
    const { tokenId, token, secretHash } = newToken();
    this.#makeRoom();
    this.#entries.set(tokenId, { tokenId, role, expiresAtUs: this.#nowUs() + LIFETIME_US, secretHash });
    return token;
  }

  /** Throws what the lasting tokens throw. */
  check(token: unknown): Grant | undefined {
    const parts = splitToken(token);
    const entry = parts && this.#entries.get(parts.tokenId);
    if (parts === undefined || entry === undefined) return this.#lasting?.check(token);
    if (entry.expiresAtUs < this.#nowUs()) return undefined;
    return isSecretOf(parts.secret, entry.secretHash) ? { tokenId: entry.tokenId, role: entry.role } : undefined;
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
