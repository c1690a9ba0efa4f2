import { DeviceError } from "../errors.js";
import { pause, type Timers } from "../timing.js";

/** Something that a phone shall do, however often it must be asked. */
export interface Persistence {
  readonly timers: Timers;
  /** Aborted when the driver is closed or this connection is no longer the phone's. */
  readonly signal: AbortSignal;
  /** How long to wait before each further try; the last one again and again. */
  readonly pausesMs: readonly number[];
  attempt(): Promise<void>;
  /** Hears of the first failure only: the others are the same news. */
  onFault(thrown: unknown): void;
}

/** Tries until it succeeds (true), or the connection is over (false): the next one brings the next try. */
export async function persist({ timers, signal, pausesMs, attempt, onFault }: Persistence): Promise<boolean> {
  for (let tries = 0; ; tries++) {
    try {
      await attempt();
      return !signal.aborted;
    } catch (thrown) {
      if (signal.aborted || isAway(thrown)) return false;
      if (tries === 0) onFault(thrown);
    }
    try {
      await pause(timers, pausesMs[Math.min(tries, pausesMs.length - 1)]!, signal);
    } catch (thrown) {
      if (signal.aborted) return false;
      throw thrown;
    }
  }
}

function isAway(thrown: unknown): boolean {
  return thrown instanceof DeviceError && thrown.code === "PHONE_AWAY";
}
