import { CHIRP, FLASH_BIT_S, FLASH_S } from "@polychron/session/model";
import type { LoggedAct } from "./logged-acts.js";

/** A cue is looked for so far around the time at which it was made; a stream that is farther off is not aligned at all. */
const REACH_S = 1;
const LENGTH_S = { flash: FLASH_S + 4 * FLASH_BIT_S, chirp: CHIRP.lengthS, tap: 0 } as const;
const BEFORE_S = { flash: 2 * FLASH_BIT_S, chirp: 0, tap: 0 } as const;

/** An act with the stretch of session time in which it is looked for. */
export interface ActWindow {
  readonly act: LoggedAct;
  readonly fromS: number;
  readonly toS: number;
}

/** Where an act is looked for. */
export function windowOf(act: LoggedAct): ActWindow {
  const { kind, atS } = act;
  return { act, fromS: atS - REACH_S - BEFORE_S[kind], toS: atS + REACH_S + LENGTH_S[kind] - BEFORE_S[kind] };
}

/** Samples of one window as they are read: times, and one value each. */
export class WindowSeries {
  readonly window: ActWindow;
  readonly #timeS: number[] = [];
  readonly #values: number[] = [];

  constructor(window: ActWindow) {
    this.window = window;
  }

  /** Takes a sample if it lies in the window. */
  push(timeS: number, value: number): void {
    if (timeS < this.window.fromS || timeS > this.window.toS || Number.isNaN(value)) return;
    this.#timeS.push(timeS);
    this.#values.push(value);
  }

  get timeS(): Float64Array {
    return Float64Array.from(this.#timeS);
  }

  get values(): Float64Array {
    return Float64Array.from(this.#values);
  }
}
