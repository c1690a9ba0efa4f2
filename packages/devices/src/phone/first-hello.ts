import type { Timers } from "../timing.js";

/** What the wait for a phone's first hello needs. */
export interface FirstHelloWait {
  readonly timers: Timers;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Why it failed when it takes too long. */
  tooLate(): Error;
}

/** The first hello of a phone, which may be there already. */
export class FirstHello {
  #resolve: (() => void) | undefined;

  /** It is here; without effect when nobody waits. */
  heard(): void {
    this.#resolve?.();
    this.#resolve = undefined;
  }

  /** Waits for it; `listen` begins to hear and may hear it at once. Rejects with `tooLate` or the signal's reason. */
  async wait({ timers, withinMs, signal, tooLate }: FirstHelloWait, listen: () => void): Promise<void> {
    let forget = (): void => undefined;
    const heard = new Promise<void>((resolve, reject) => {
      const cancel = timers.after(withinMs, () => reject(tooLate()));
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", onAbort, { once: true });
      forget = () => {
        cancel();
        signal.removeEventListener("abort", onAbort);
      };
      this.#resolve = resolve;
    });
    listen();
    await heard.finally(forget);
    signal.throwIfAborted();
  }
}
