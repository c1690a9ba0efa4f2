import { Doze } from "./doze.js";
import { LINKS, type Direction, type Link, type LinkName } from "./links.js";
import { Episodes } from "./episodes.js";
import { erlang2, exponential, stream, uniform, type Draw } from "./random.js";
import { Wander } from "./wander.js";

/** What replaces a part of a link. */
export interface DelayOptions {
  /** Share by which the way down is longer than the mean of both, from -1 to 1; drawn from the seed when absent. */
  readonly asymmetry?: number;
  readonly standing?: Link["standing"];
}

/** Nothing overtakes: a message arrives at least so much later than the one before it. */
const APART_S = 20e-6;

/**
 * How long each message takes over a link, from the link's name and a seed alone (reference: clock synchronisation,
 * section 6). Ask in the order of sending, per direction: each answer depends on the one before.
 */
export class DelayModel {
  /** Share by which the way down is longer than the mean of both. */
  readonly asymmetry: number;
  readonly #ways: Readonly<Record<Direction, Way>>;
  readonly #doze: Doze | undefined;

  constructor(name: LinkName, seed: number, options: DelayOptions = {}) {
    const link = { ...LINKS[name], ...(options.standing && { standing: options.standing }) };
    this.asymmetry = options.asymmetry ?? uniform(stream(seed, 77), -0.25, 0.25);
    const floorMs = link.sumMs / 2;
    const down = new Way(link, seed, { direction: "down", floorMs: floorMs * (1 + this.asymmetry) });
    const up = new Way(link, seed, { direction: "up", floorMs: floorMs * (1 - this.asymmetry) });
    this.#ways = { down, up };
    this.#doze = link.isPowerSaving ? new Doze(seed) : undefined;
  }

  /** Seconds from sending to arrival of a message sent at a hub time, seconds from the link's start. */
  delayS(direction: Direction, sendS: number): number {
    const awakeS = this.#doze === undefined ? sendS : this.#doze.leavesS(direction, sendS);
    const arrivalS = this.#ways[direction].arrivalS(sendS, awakeS - sendS);
    this.#doze?.active(direction === "down" ? arrivalS : sendS);
    return arrivalS - sendS;
  }
}

/** One direction of a link. */
class Way {
  readonly #link: Link;
  readonly #direction: Direction;
  readonly #draw: Draw;
  readonly #floorMs: number;
  readonly #wander: Wander;
  readonly #episodes: Episodes | undefined;
  #lastS = Number.NEGATIVE_INFINITY;

  constructor(link: Link, seed: number, { direction, floorMs }: { direction: Direction; floorMs: number }) {
    const second = direction === "down" ? 0 : 1;
    this.#link = link;
    this.#direction = direction;
    this.#floorMs = floorMs;
    this.#draw = stream(seed, 5 + second);
    this.#wander = new Wander(stream(seed, 3 + second), link.wanderMs);
    this.#episodes = link.episodes && new Episodes(stream(seed, 2), link.episodes);
  }

  arrivalS(sendS: number, heldS: number): number {
    this.#lastS = Math.max(sendS + heldS + this.#delayMs(sendS) / 1000, this.#lastS + APART_S);
    return this.#lastS;
  }

  /** Eight draws, whatever comes of them. */
  #delayMs(sendS: number): number {
    const { jitterMs, retry, stall } = this.#link;
    const draw = this.#draw;
    const queue = this.#direction === "down" ? "downMs" : "upMs";
    const jitter = erlang2(draw, jitterMs);
    const episode = (this.#episodes?.at(sendS)?.[queue] ?? 0) * uniform(draw, 0.5, 1.5);
    const standing = (standingAt(this.#link, sendS)?.[queue] ?? 0) * uniform(draw, 0.6, 1.4);
    const [isRetried, retryMs] = [draw() < retry.share, exponential(draw, retry.ms)];
    const [isStalled, stallMs] = [draw() < stall.share, uniform(draw, stall.fromMs, stall.toMs)];
    const rareMs = (isRetried ? retryMs : 0) + (isStalled ? stallMs : 0);
    return this.#floorMs + this.#wander.atMs(sendS) + jitter + episode + standing + rareMs;
  }
}

function standingAt({ standing }: Link, atS: number): Link["standing"][number] | undefined {
  return standing.find(({ fromS, toS }) => fromS <= atS && atS < toS);
}
