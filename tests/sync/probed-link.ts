/** Links and clocks with known truth, from a seed (reference: clock synchronisation, section 6). */

type Random = () => number;

/** The random stream of a seed and a purpose. */
export function randomStream(seed: number, purpose: number): Random {
  let x = (Math.imul(seed, 0x9e3779b1) + Math.imul(purpose, 0x85ebca77) + 0x165667b1) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  let a = (x ^ (x >>> 16)) | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const uniform = (random: Random, from: number, to: number): number => from + (to - from) * random();
const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());
const erlang2 = (random: Random, scale: number): number => exponential(random, scale) + exponential(random, scale);
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const logNormal = (random: Random, median: number, sigma: number): number => median * Math.exp(sigma * normal(random));

/** One link: delays in milliseconds. */
export interface LinkModel {
  readonly sum: number;
  readonly jitter: number;
  readonly retry: readonly [share: number, ms: number];
  readonly stall: readonly [share: number, fromMs: number, toMs: number];
  readonly wander: number;
  /** Episodes of a full queue: mean seconds off and on, median delay down and up, and their spread. */
  readonly queue: { off: number; on: number; down: number; up: number; sigma: number };
}

export const WIFI_QUIET: LinkModel = {
  ...{ sum: 1.8, jitter: 0.2, retry: [0.05, 2.5], stall: [0.002, 20, 120], wander: 0.03 },
  queue: { off: 20, on: 0.5, down: 3, up: 4, sigma: 0.6 },
};
export const WIFI_BUSY: LinkModel = {
  ...{ sum: 2.1, jitter: 0.45, retry: [0.15, 5], stall: [0.005, 50, 300], wander: 0.06 },
  queue: { off: 3, on: 3, down: 8, up: 14, sigma: 0.9 },
};

/** One probe, seconds: t1, t4 hub clock, t2, t3 device clock. */
export interface Probe {
  readonly t1S: number;
  readonly t2S: number;
  readonly t3S: number;
  readonly t4S: number;
}

/** Theta of a phone's crystal second by second: linear in between. */
export class PhoneClock {
  readonly #thetaS: Float64Array;

  constructor(seed: number, seconds: number) {
    const random = randomStream(seed, 1);
    const skewPpm = uniform(random, -1, 1) * 50;
    const sign = random() < 0.5 ? 1 : -1;
    const warmPpm = uniform(random, 0.5, 2.5);
    const tauS = uniform(random, 300, 600);
    this.#thetaS = new Float64Array(seconds + 2);
    this.#thetaS[0] = uniform(random, 500, 5000);
    let wobble = 0.15 * normal(random);
    let walk = 0;
    for (let second = 0; second <= seconds; second++) {
      const ratePpm = skewPpm + sign * warmPpm * (1 - Math.exp(-second / tauS)) + wobble + walk;
      this.#thetaS[second + 1] = this.#thetaS[second]! + ratePpm * 1e-6;
      wobble = Math.exp(-1 / 120) * wobble + 0.15 * Math.sqrt(1 - Math.exp(-2 / 120)) * normal(random);
      walk += 0.002 * normal(random);
    }
  }

  thetaS(hubS: number): number {
    const second = Math.floor(hubS);
    return this.#thetaS[second]! + (this.#thetaS[second + 1]! - this.#thetaS[second]!) * (hubS - second);
  }
}

/** The bursts of a session: when each probe is to be sent, seconds. */
function schedule(endS: number): number[][] {
  const burst = (fromS: number, count: number, everyS: number): number[] =>
    Array.from({ length: count }, (_, index) => fromS + index * everyS);
  const bursts = Array.from({ length: 6 }, (_, index) => burst(0.05 + 0.3 * index, 12, 0.015));
  for (let atS = 2.2; atS < 15.1; atS += 1) bursts.push(burst(atS, 8, 0.02));
  for (let atS = 15.2; atS + 0.2 < endS; atS += 2.5) bursts.push(burst(atS, 8, 0.02));
  return bursts;
}

/** The probes of a session over a link, burst by burst. */
export function probeSession(seed: number, model: LinkModel, clock: PhoneClock, endS: number): Probe[][] {
  const ways = [new Way(seed, model, endS, 0), new Way(seed, model, endS, 1)] as const;
  const random = randomStream(seed, 7);
  return schedule(endS).map((times) =>
    times.map((plannedS) => {
      const t1S = plannedS + (Math.abs(normal(random)) * 0.2) / 1000;
      const gotS = ways[0].arrival(t1S);
      const sentS = gotS + exponential(random, 0.1) / 1000;
      const t4S = ways[1].arrival(sentS);
      return { t1S, t2S: gotS + clock.thetaS(gotS), t3S: sentS + clock.thetaS(sentS), t4S };
    }),
  );
}

/** One direction of a link: 0 is down to the device, 1 up to the hub. */
class Way {
  readonly #model: LinkModel;
  readonly #random: Random;
  readonly #floorMs: number;
  readonly #wanderMs: readonly number[];
  readonly #episodes: readonly { fromS: number; toS: number; ms: number }[];
  #lastS = Number.NEGATIVE_INFINITY;

  constructor(seed: number, model: LinkModel, endS: number, direction: 0 | 1) {
    const alpha = uniform(randomStream(seed, 77), -0.25, 0.25);
    this.#model = model;
    this.#random = randomStream(seed, 5 + direction);
    this.#floorMs = (model.sum / 2) * (direction === 0 ? 1 + alpha : 1 - alpha);
    this.#wanderMs = wander(randomStream(seed, 3 + direction), model.wander, endS);
    this.#episodes = episodes(randomStream(seed, 2), model.queue, endS, direction);
  }

  arrival(sentS: number): number {
    this.#lastS = Math.max(sentS + this.#delayMs(sentS) / 1000, this.#lastS + 20e-6);
    return this.#lastS;
  }

  /** Eight draws, in the reference's order. */
  #delayMs(sentS: number): number {
    const { jitter, retry, stall } = this.#model;
    const random = this.#random;
    const jitterMs = erlang2(random, jitter);
    const queueMs = this.#queueMs(sentS) * uniform(random, 0.5, 1.5);
    uniform(random, 0.6, 1.4); // of standing queues, which these links do not have
    const [retryDraw, retryMs] = [random(), exponential(random, retry[1])];
    const [stallDraw, stallMs] = [random(), uniform(random, stall[1], stall[2])];
    const heldMs = (retryDraw < retry[0] ? retryMs : 0) + (stallDraw < stall[0] ? stallMs : 0);
    return this.#floorMs + this.#wanderMs[Math.floor(sentS)]! + jitterMs + queueMs + heldMs;
  }

  #queueMs(atS: number): number {
    return this.#episodes.find(({ fromS, toS }) => fromS <= atS && atS < toS)?.ms ?? 0;
  }
}

function wander(random: Random, sigmaMs: number, endS: number): number[] {
  let x = normal(random);
  return Array.from({ length: endS + 8 }, () => {
    const now = sigmaMs * Math.max(-2, Math.min(2, x));
    x = Math.exp(-1 / 60) * x + Math.sqrt(1 - Math.exp(-2 / 60)) * normal(random);
    return now;
  });
}

function episodes(
  random: Random,
  { off, on, down, up, sigma }: LinkModel["queue"],
  endS: number,
  direction: 0 | 1,
): { fromS: number; toS: number; ms: number }[] {
  const found = [];
  for (let fromS = exponential(random, off); fromS < endS + 5;) {
    const lengthS = exponential(random, on);
    const both = [logNormal(random, down, sigma), logNormal(random, up, sigma)] as const;
    found.push({ fromS, toS: fromS + lengthS, ms: both[direction] });
    fromS += lengthS + exponential(random, off);
  }
  return found;
}
