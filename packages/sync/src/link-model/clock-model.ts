import { normal, stream, uniform, type Draw } from "./random.js";

/** A phone's crystal in a pocket, and one in the sun or under load. */
export type ClockName = "phone" | "thermal";

/** How a crystal runs; parts per million and seconds. */
interface Crystal {
  /** The rate is off by up to so much from the start. */
  readonly skewPpm: number;
  /** While it warms its rate changes by so much. */
  readonly warmPpm: readonly [from: number, to: number];
  /** Size and time constant of its wobble (an Ornstein-Uhlenbeck process). */
  readonly wobblePpm: number;
  readonly wobbleS: number;
  /** Steps of a random walk, each second. */
  readonly walkPpm: number;
}

const CRYSTALS: Readonly<Record<ClockName, Crystal>> = {
  phone: { skewPpm: 50, warmPpm: [0.5, 2.5], wobblePpm: 0.15, wobbleS: 120, walkPpm: 0.002 },
  thermal: { skewPpm: 50, warmPpm: [4, 6], wobblePpm: 0.6, wobbleS: 90, walkPpm: 0.01 },
};

/**
 * A device clock with known truth, from its name and a seed alone (reference: clock synchronisation, section 6): device
 * clock minus hub clock, straight within each hub second. Seconds are made as they are asked for.
 */
export class ClockModel {
  readonly #crystal: Crystal;
  readonly #draw: Draw;
  readonly #baseRatePpm: number;
  readonly #warmPpm: number;
  readonly #warmS: number;
  readonly #thetaS: number[];
  #wobblePpm: number;
  #walkPpm = 0;

  /** `skewPpm` replaces the largest rate error of the model. */
  constructor(name: ClockName, seed: number, skewPpm = CRYSTALS[name].skewPpm) {
    this.#crystal = CRYSTALS[name];
    const draw = stream(seed, 1);
    this.#draw = draw;
    this.#baseRatePpm = uniform(draw, -1, 1) * skewPpm;
    const sign = draw() < 0.5 ? 1 : -1;
    this.#warmPpm = sign * uniform(draw, ...this.#crystal.warmPpm);
    this.#warmS = uniform(draw, 300, 600);
    this.#thetaS = [uniform(draw, 500, 5000)];
    this.#wobblePpm = this.#crystal.wobblePpm * normal(draw);
  }

  /** Device clock minus hub clock at a hub time, seconds; before zero it is that of zero. */
  thetaS(hubS: number): number {
    if (!(hubS > 0)) return this.#thetaS[0]!;
    const second = Math.floor(hubS);
    while (this.#thetaS.length <= second + 1) this.#goOn();
    const fromS = this.#thetaS[second]!;
    return fromS + (this.#thetaS[second + 1]! - fromS) * (hubS - second);
  }

  #goOn(): void {
    const second = this.#thetaS.length - 1;
    const { wobblePpm, wobbleS, walkPpm } = this.#crystal;
    const warmed = this.#warmPpm * (1 - Math.exp(-second / this.#warmS));
    const ratePpm = this.#baseRatePpm + warmed + this.#wobblePpm + this.#walkPpm;
    this.#thetaS.push(this.#thetaS[second]! + ratePpm * 1e-6);
    const kept = Math.exp(-1 / wobbleS);
    this.#wobblePpm = kept * this.#wobblePpm + wobblePpm * Math.sqrt(1 - kept * kept) * normal(this.#draw);
    this.#walkPpm += walkPpm * normal(this.#draw);
  }
}
