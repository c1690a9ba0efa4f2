import { asDeviceError } from "../errors.js";
import { pause, type Timers } from "../timing.js";

/** A connection that was lost and shall be made again. */
export interface LostConnection {
  readonly timers: Timers;
  /** Opens the pipe and brings the device to where it was. */
  restore(): Promise<void>;
  /** Closes what a failed try left open. */
  letGo(): Promise<void>;
  onFault(thrown: unknown): void;
  /** Waits before each try, where they are not the usual ones; the last one repeats. */
  readonly backOffMs?: readonly number[];
}

/** Waits before each try; the last one repeats for as long as nobody gives up. */
const BACK_OFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 10_000] as const;

/** Tries until the connection is restored (true) or the signal gives up (false); each reason is told when it first appears. */
export async function comeBack(lost: LostConnection, address: string, signal: AbortSignal): Promise<boolean> {
  const backOffMs = lost.backOffMs ?? BACK_OFF_MS;
  let toldCode = "";
  for (let attempt = 0; ; attempt++) {
    try {
      await lost.letGo();
      await pause(lost.timers, backOffMs[Math.min(attempt, backOffMs.length - 1)]!, signal);
      await lost.restore();
      return !signal.aborted;
    } catch (thrown) {
      if (signal.aborted) return false;
      const { code } = asDeviceError(thrown, address);
      if (code !== toldCode) lost.onFault(thrown);
      toldCode = code;
    }
  }
}
