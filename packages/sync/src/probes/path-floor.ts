import { FloorWindow } from "./floor-window.js";
import { PARAMETERS as P } from "./parameters.js";

/** The shortest round trip of the path that a clock is asked over, and how many bursts it rests on. */
export class PathFloor {
  readonly #window = new FloorWindow(P.floorWindowS);
  #floorS = 0;
  #bursts = 0;
  /** The shortest round trip of paths left behind, while what is known of the clock still rests on them. */
  #leftBehindS = Infinity;

  /** Seconds. */
  get floorS(): number {
    return this.#floorS;
  }

  /** How much of the floor may still be bias: it falls with every burst. Seconds. */
  get biasS(): number {
    return this.#floorS / (2 * this.#bursts);
  }

  /** The shortest round trip of any path that what is known rests on. */
  get shortestS(): number {
    return Math.min(this.#floorS, this.#leftBehindS);
  }

  /** Begins anew with one burst's round trip. */
  begin(atS: number, widthS: number): void {
    this.#window.clear();
    this.#floorS = this.#window.push(atS, widthS);
    this.#bursts = 1;
    this.#leftBehindS = Infinity;
  }

  /** Takes a burst's round trip; answers how much shorter than the floor it is where it is much shorter, else 0. */
  take(atS: number, widthS: number): number {
    const before = this.#floorS;
    this.#floorS = this.#window.push(atS, widthS);
    this.#bursts += 1;
    if (this.#floorS >= P.newFloorShare * before) return 0;
    this.doubt();
    return before - this.#floorS;
  }

  /** What was known is not: it rests on few bursts again, and on this path alone. */
  doubt(): void {
    this.#bursts = Math.min(this.#bursts, P.fewBursts);
    this.#leftBehindS = Infinity;
  }

  /** The link was made anew: the next burst may have come another way. */
  leave(): void {
    this.#leftBehindS = this.shortestS;
    this.#window.clear();
    this.#bursts = 0;
  }
}
