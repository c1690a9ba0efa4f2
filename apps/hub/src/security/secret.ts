import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const SECRET_BYTES = 24;
const ID_BYTES = 6;
const TOKEN_MAX_CHARS = 200;

/** A new token: its public id, and the text `id.secret` that only its holder keeps. */
export interface NewToken {
  readonly tokenId: string;
  readonly token: string;
  readonly secretHash: Buffer;
}

/** 192 random bits under an id of 48. */
export function newToken(): NewToken {
  const tokenId = randomBytes(ID_BYTES).toString("hex");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  return { tokenId, token: `${tokenId}.${secret}`, secretHash: secretHash(secret) };
}

/** A token as it was sent, in its two parts; undefined for what cannot be one. */
export function splitToken(token: unknown): { readonly tokenId: string; readonly secret: string } | undefined {
  if (typeof token !== "string" || token.length > TOKEN_MAX_CHARS) return undefined;
  const dot = token.indexOf(".");
  return dot < 0 ? undefined : { tokenId: token.slice(0, dot), secret: token.slice(dot + 1) };
}

/** SHA-256: a secret of 192 random bits needs no slower one. */
export function secretHash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Whether this is the secret behind a hash, in constant time. */
export function isSecretOf(secret: string, hash: Buffer): boolean {
  return timingSafeEqual(secretHash(secret), hash);
}
