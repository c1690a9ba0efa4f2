import { normal, type Draw } from "./random.js";

/** It forgets itself within so long. */
const MEMORY_S = 60;
/** It goes no further than so many deviations. */
const LIMIT = 2;

/** The slow wander of a way's least delay, one value a second, made as it is asked for. */
export class Wander {
  readonly #draw: Draw;
  readonly #deviationMs: number;
  readonly #valuesMs: number[] = [];
  #x: number;

  constructor(draw: Draw, deviationMs: number) {
    this.#draw = draw;
    this.#deviationMs = deviationMs;
    this.#x = normal(draw);
  }

  /** Milliseconds to add at a hub time; before zero it is that of zero. */
  atMs(atS: number): number {
    const second = Math.max(0, Math.floor(atS));
    while (this.#valuesMs.length <= second) this.#goOn();
    return this.#valuesMs[second]!;
  }

  #goOn(): void {
    this.#valuesMs.push(this.#deviationMs * Math.max(-LIMIT, Math.min(LIMIT, this.#x)));
    const kept = Math.exp(-1 / MEMORY_S);
    this.#x = kept * this.#x + Math.sqrt(1 - kept * kept) * normal(this.#draw);
  }
}
