import type { Timers } from "../timing.js";
import { persist } from "./persist.js";

/** What bringing a phone to deliver needs. */
export interface RearmingParts {
  readonly timers: Timers;
  /** One order to deliver. */
  arm(signal: AbortSignal): Promise<void>;
  /** It delivers. */
  onArmed(): void;
  onFault(thrown: unknown): void;
}

const AGAIN_AFTER_MS = [5_000];

/** Brings a phone to deliver: on each of its connections anew, again and again, until it does or nobody wants it any more. */
export class Rearming {
  readonly #parts: RearmingParts;
  #connection = new AbortController();
  /** From the wish that a connected phone deliver until it does. */
  #wish: AbortController | undefined;

  constructor(parts: RearmingParts) {
    this.#parts = parts;
  }

  /** It is connected, and shall deliver without having done so before. */
  get isWished(): boolean {
    return this.#wish !== undefined;
  }

  /** A hello: what was tried on the connection before is over. */
  connected(): void {
    this.cut();
    this.#connection = new AbortController();
  }

  /** The connection is over. */
  cut(): void {
    this.#connection.abort();
  }

  /** From now on it shall deliver, until `unwish`. Resolves after the first try, however that went; never rejects. */
  wish(): Promise<void> {
    this.unwish();
    this.#wish = new AbortController();
    return new Promise((resolve) => {
      const onFault = (thrown: unknown): void => {
        this.#parts.onFault(thrown);
        resolve();
      };
      void this.run(onFault).then(resolve);
    });
  }

  unwish(): void {
    this.#wish?.abort();
    this.#wish = undefined;
  }

  /** Tries on this connection. */
  async run(onFault = (thrown: unknown): void => this.#parts.onFault(thrown)): Promise<void> {
    const { timers, arm } = this.#parts;
    const ends = [this.#connection.signal, ...(this.#wish === undefined ? [] : [this.#wish.signal])];
    const signal = AbortSignal.any(ends);
    const isArmed = await persist({ timers, signal, pausesMs: AGAIN_AFTER_MS, attempt: () => arm(signal), onFault });
    if (!isArmed) return;
    this.#wish = undefined;
    this.#parts.onArmed();
  }
}
