import type { ReadingOutcome } from "@polychron/sync";
import type { ClockNews } from "./probed-clock.js";

/** A reading with what is thought of the clock after it. */
export interface JudgedReading {
  readonly outcome: ReadingOutcome;
  /** Whether hub time is known with a bound. */
  readonly isPlaced: boolean;
  /** Hub seconds. */
  readonly atS: number;
  /** Hub time minus device time as estimated, seconds. */
  readonly offsetS: number;
}

/** Tells the jumps of a clock that is read while its device streams, each once, when its size can be told as well. */
export class ReadJumps {
  #offsetS: number | undefined;
  #since: { readonly atS: number; readonly beforeS: number | undefined } | undefined;

  /** Takes a reading; the jump that it makes certain, if it does. */
  read({ outcome, isPlaced, atS, offsetS }: JudgedReading): ClockNews | undefined {
    if (outcome === "renewed") this.#since ??= { atS, beforeS: this.#offsetS };
    if (!isPlaced || outcome === "contradicts" || outcome === "absurd") return undefined;
    const since = this.#since;
    this.#since = undefined;
    this.#offsetS = offsetS;
    if (since === undefined) return undefined;
    // The device's clock is ahead by as much as what must be added to it became less.
    const jumpS = since.beforeS === undefined ? null : since.beforeS - offsetS;
    return { cause: "step", atS: since.atS, jumpS, isCertain: true };
  }
}
