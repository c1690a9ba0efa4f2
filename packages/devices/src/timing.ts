import type { Clock, Timers } from "@polychron/session/model";

export type { Timers } from "@polychron/session/model";

/** The part of the hub's clock that devices need: monotonic microseconds. */
export type MonotonicClock = Pick<Clock, "nowUs">;

/** The timers of the running process. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = timers.after(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** Calls `run` every `periodMs` until the returned function is called; a run never overlaps the next timer. */
export function every(timers: Timers, periodMs: number, run: () => void): () => void {
  let cancel = timers.after(periodMs, tick);
  let stopped = false;
  function tick(): void {
    run();
    if (!stopped) cancel = timers.after(periodMs, tick);
  }
  return () => {
    stopped = true;
    cancel();
  };
}
