import type { Timers } from "../timing.js";
import type { PhoneLink } from "./link.js";
import type { SafeNumbers } from "./safe-numbers.js";

/** A phone is told at most so often what it may forget. */
const TELL_EVERY_MS = 1_200;

/** Tells a phone what is safe whenever that has grown, but not with every block. */
export class StoredNotices {
  readonly #link: Pick<PhoneLink, "notify">;
  readonly #safe: SafeNumbers;
  readonly #timers: Timers;
  #told: Readonly<Record<string, number>> = {};
  #rest: (() => void) | undefined;

  constructor(link: Pick<PhoneLink, "notify">, safe: SafeNumbers, timers: Timers) {
    this.#link = link;
    this.#safe = safe;
    this.#timers = timers;
  }

  /** Something more is safe. */
  grown(): void {
    if (this.#rest === undefined) this.#tell();
  }

  /** The phone was told all there is in the answer to its hello. */
  toldAll(): void {
    this.#told = this.#safe.next;
  }

  end(): void {
    this.#rest?.();
    this.#rest = undefined;
  }

  #tell(): void {
    this.#rest = undefined;
    const fresh = Object.entries(this.#safe.next).filter(([stream, next]) => this.#told[stream] !== next);
    if (fresh.length === 0) return;
    this.toldAll();
    this.#link.notify("stored", { next_seq: Object.fromEntries(fresh) });
    this.#rest = this.#timers.after(TELL_EVERY_MS, () => this.#tell());
  }
}
