import type { Link } from "./links.js";
import { exponential, logNormal, type Draw } from "./random.js";

/** One spell of other people's traffic. */
export interface Episode {
  readonly fromS: number;
  readonly toS: number;
  readonly downMs: number;
  readonly upMs: number;
}

/** Spells of other people's traffic, which fill a link's queues; made as far as they are asked for, in order of time. */
export class Episodes {
  readonly #draw: Draw;
  readonly #kind: NonNullable<Link["episodes"]>;
  #episode: Episode;

  constructor(draw: Draw, kind: NonNullable<Link["episodes"]>) {
    this.#draw = draw;
    this.#kind = kind;
    this.#episode = this.#from(exponential(draw, kind.offS));
  }

  /** The spell that is on at a hub time not before that of the last question. */
  at(atS: number): Episode | undefined {
    while (this.#episode.toS <= atS) this.#episode = this.#from(this.#episode.toS + this.#pauseS());
    return this.#episode.fromS <= atS ? this.#episode : undefined;
  }

  #from(fromS: number): Episode {
    const { onS, downMs, upMs, spread } = this.#kind;
    const lengthS = exponential(this.#draw, onS);
    const down = logNormal(this.#draw, downMs, spread);
    return { fromS, toS: fromS + lengthS, downMs: down, upMs: logNormal(this.#draw, upMs, spread) };
  }

  #pauseS(): number {
    return exponential(this.#draw, this.#kind.offS);
  }
}
