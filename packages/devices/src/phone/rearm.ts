import { DeviceError } from "../errors.js";
import { pause, type Timers } from "../timing.js";

const AGAIN_AFTER_MS = 5_000;

/** A phone that is back and shall deliver again. */
export interface Rearming {
  readonly timers: Timers;
  /** Aborted when the driver is closed or this connection is no longer the phone's. */
  readonly signal: AbortSignal;
  arm(): Promise<void>;
  onFault(thrown: unknown): void;
}

/** Arms until it succeeds (true), or the connection is over (false): the next one brings the next try. */
export async function rearm({ timers, signal, arm, onFault }: Rearming): Promise<boolean> {
  for (let isTold = false; ; isTold = true) {
    try {
      await arm();
      return !signal.aborted;
    } catch (thrown) {
      if (signal.aborted || isAway(thrown)) return false;
      if (!isTold) onFault(thrown);
    }
    try {
      await pause(timers, AGAIN_AFTER_MS, signal);
    } catch (thrown) {
      if (signal.aborted) return false;
      throw thrown;
    }
  }
}

function isAway(thrown: unknown): boolean {
  return thrown instanceof DeviceError && thrown.code === "PHONE_AWAY";
}
