import type { Interval } from "./interval.js";
import { PARAMETERS as P } from "./parameters.js";

/** Watches for an interval narrower than any round trip: then the clock has jumped by less than one. */
export class SqueezeWatch {
  #count = 0;
  #sinceS = 0;

  /** When the interval first was too narrow, hub seconds. */
  get sinceS(): number {
    return this.#sinceS;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Whether it was too narrow several times in a row. */
  isSqueezed({ atS, upperS, lowerS }: Interval, shortestS: number): boolean {
    if (upperS - lowerS >= (1 - P.squeezeShare) * shortestS - P.squeezeSlackS) {
      this.#count = 0;
      return false;
    }
    if (this.#count === 0) this.#sinceS = atS;
    this.#count += 1;
    return this.#count >= P.squeezeBursts;
  }
}
