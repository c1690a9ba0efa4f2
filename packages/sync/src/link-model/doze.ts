import type { Direction } from "./links.js";
import { stream, type Draw } from "./random.js";

/** Beacons of an access point. */
const BEACON_S = 0.1024;
/** A radio without traffic for so long dozes. */
const AWAKE_S = 0.04;
/** It wakes up for sending in this. */
const WAKE_S = 1.5e-3;
/** It overhears so many calls. */
const MISSED_SHARE = 0.05;

/** The power saving of a device's radio: what is sent to it while it dozes waits for a beacon. */
export class Doze {
  readonly #phaseS: number;
  readonly #draw: Draw;
  #activeS = Number.NEGATIVE_INFINITY;

  constructor(seed: number) {
    this.#phaseS = stream(seed, 8)() * BEACON_S;
    this.#draw = stream(seed, 9);
  }

  /** When a message really leaves that is to be sent at a hub time. */
  leavesS(direction: Direction, sendS: number): number {
    if (sendS - this.#activeS <= AWAKE_S) return sendS;
    if (direction === "up") return sendS + WAKE_S;
    const beacon = Math.ceil((sendS - this.#phaseS) / BEACON_S);
    return this.#phaseS + (beacon + (this.#draw() < MISSED_SHARE ? 1 : 0)) * BEACON_S;
  }

  /** The device heard or said something. */
  active(atS: number): void {
    this.#activeS = Math.max(this.#activeS, atS);
  }
}
