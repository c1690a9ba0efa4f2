import { randomInt } from "node:crypto";
import { ServiceError } from "../errors.js";
import { Allowance } from "./allowance.js";
import type { PairedPhones } from "./paired-phones.js";
import { isSecretOf, secretHash } from "./secret.js";

/** Letters and digits that nobody confuses when reading them from a screen: no 0 and O, no 1, I and L, no U. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARS = 8;
const CODE_LIVES_S = 120;
const OPEN_CODES_MAX = 10;
const WRONG_TRIES = 10;
const WRONG_TRIES_WITHIN_S = 60;

/** A code that lets one phone in. */
export interface PairingCode {
  readonly code: string;
  readonly expiresS: number;
}

interface OpenCode {
  readonly hash: Buffer;
  readonly endsAtMs: number;
}

/** Turns a code, read from the operator's screen, into a phone's token: once, soon, and not by guessing. */
export class Pairing {
  readonly #phones: PairedPhones;
  readonly #nowMs: () => number;
  readonly #wrongTries: Allowance;
  #open: readonly OpenCode[] = [];

  /** @param nowMs is monotonic */
  constructor(phones: PairedPhones, nowMs: () => number) {
    this.#phones = phones;
    this.#nowMs = nowMs;
    this.#wrongTries = new Allowance({ burst: WRONG_TRIES, perSecond: WRONG_TRIES / WRONG_TRIES_WITHIN_S }, nowMs);
  }

  /** A new code of 8 characters; with too many open ones the oldest ends. */
  issue(): PairingCode {
    const code = Array.from({ length: CODE_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]!).join("");
    const entry = { hash: secretHash(code), endsAtMs: this.#nowMs() + CODE_LIVES_S * 1000 };
    this.#open = [...this.#stillOpen(), entry].slice(-OPEN_CODES_MAX);
    return { code, expiresS: CODE_LIVES_S };
  }

  /**
   * A token for the phone that knows a code; the code is used up. Small letters, spaces and hyphens are as good, since a
   * person types it. Throws `PAIRING_CODE_WRONG`, `RATE_LIMITED`, and as `PairedPhones.add`.
   */
  async redeem(code: string, name: string): Promise<{ readonly token: string; readonly expiresAt: string }> {
    if (this.#wrongTries.isSpent)
      throw new ServiceError("RATE_LIMITED", { limit: WRONG_TRIES, withinS: WRONG_TRIES_WITHIN_S });
    const typed = code.toUpperCase().replaceAll(/[\s-]/g, "");
    const found = this.#stillOpen().find(({ hash }) => isSecretOf(typed, hash));
    if (found === undefined) {
      this.#wrongTries.take();
      throw new ServiceError("PAIRING_CODE_WRONG");
    }
    this.#open = this.#open.filter((other) => other !== found);
    return this.#phones.add(name);
  }

  #stillOpen(): readonly OpenCode[] {
    const nowMs = this.#nowMs();
    return this.#open.filter(({ endsAtMs }) => endsAtMs > nowMs);
  }
}
