import { unitNoise } from "./noise.js";

/** What a seated person's skin, pulse and wrist do at each moment: made up, but the same for the same seed. */
export class BodySignal {
  readonly #seed: number;
  readonly #tonicMicroSiemens: number;
  readonly #beatHz: number;
  readonly #breathHz: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#tonicMicroSiemens = 2 + 6 * unitNoise(seed, 1);
    this.#beatHz = 0.95 + 0.4 * unitNoise(seed, 2);
    this.#breathHz = 0.2 + 0.1 * unitNoise(seed, 3);
  }

  /** Skin conductance: a slow level and responses every 10 s that rise in one second and fade in four. */
  gsrMicroSiemens(atS: number): number {
    const slot = Math.floor(atS / RESPONSE_EVERY_S);
    const level = this.#tonicMicroSiemens * (1 + 0.15 * Math.sin((2 * Math.PI * atS) / 97));
    return level + this.#response(slot, atS) + this.#response(slot - 1, atS);
  }

  #response(slot: number, atS: number): number {
    const sinceS = atS - (slot + 0.6 * unitNoise(this.#seed, 100 + slot)) * RESPONSE_EVERY_S;
    if (sinceS <= 0) return 0;
    const amplitude = 0.2 + 1.3 * unitNoise(this.#seed, 200_000 + slot);
    return amplitude * (1 - Math.exp(-sinceS / 0.7)) * Math.exp(-sinceS / 4);
  }

  /** Optical pulse at the converter, with the dip after the wave. */
  ppgMillivolts(atS: number): number {
    const phase = (atS * this.#beatHz) % 1;
    const wave = Math.exp(-(((phase - 0.25) / 0.09) ** 2)) + 0.35 * Math.exp(-(((phase - 0.55) / 0.11) ** 2));
    return 1500 + 420 * wave + 60 * Math.sin(2 * Math.PI * this.#breathHz * atS);
  }

  /** Acceleration of the wrist, m/s², x y z: gravity down, breath and tremor on top. */
  acceleration(atS: number): [number, number, number] {
    const breath = 0.08 * Math.sin(2 * Math.PI * this.#breathHz * atS);
    const tremor = 0.03 * Math.sin(2 * Math.PI * 9 * atS);
    return [0.4 + breath, -0.2 + tremor, 9.78 - breath * 0.1];
  }

  /** Turning of the wrist, degrees a second. */
  turning(atS: number): [number, number, number] {
    const sway = Math.sin(2 * Math.PI * 0.4 * atS);
    return [3 * sway, -2 * sway, 0.5 * Math.cos(2 * Math.PI * 0.4 * atS)];
  }

  /** The earth's field, gauss. */
  field(atS: number): [number, number, number] {
    return [0.21 + 0.001 * Math.sin(atS / 3), 0.05, -0.43];
  }

  /** An input that nobody connected: half the supply and its hum, millivolts. */
  openInputMillivolts(atS: number, channelId: number): number {
    return 1200 + 20 * channelId + 15 * Math.sin(2 * Math.PI * 50 * atS + channelId);
  }
}

const RESPONSE_EVERY_S = 10;
