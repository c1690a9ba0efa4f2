import { intersected, moved, type Interval } from "./interval.js";
import { PARAMETERS as P } from "./parameters.js";

/** A burst, the interval that it left, and what both are judged by. */
export interface SqueezeView {
  readonly seen: Interval;
  readonly interval: Interval;
  /** The shortest round trip that the interval rests on, seconds. */
  readonly shortestS: number;
  /** Device seconds gained per hub second. */
  readonly rate: number;
}

/** Watches for an interval narrower than any round trip: then the clock has jumped by less than one. */
export class SqueezeWatch {
  #count = 0;
  #sinceS = 0;
  #suspected: Interval | undefined;

  /** When the interval first was too narrow, hub seconds. */
  get sinceS(): number {
    return this.#sinceS;
  }

  /** What the bursts since then say without those before; undefined while the interval is wide enough. */
  get suspected(): Interval | undefined {
    return this.#suspected;
  }

  clear(): void {
    this.#count = 0;
    this.#suspected = undefined;
  }

  /** Whether it was too narrow several times in a row. */
  isSqueezed({ seen, interval, shortestS, rate }: SqueezeView): boolean {
    if (interval.upperS - interval.lowerS >= (1 - P.squeezeShare) * shortestS - P.squeezeSlackS) {
      this.clear();
      return false;
    }
    if (this.#count === 0) this.#sinceS = seen.atS;
    this.#count += 1;
    const before = this.#suspected;
    this.#suspected = before === undefined ? seen : intersected(moved(before, seen.atS, rate), seen);
    return this.#count >= P.squeezeBursts;
  }
}
