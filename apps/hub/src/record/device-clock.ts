import type { SampleBlock } from "@polychron/session/model";
import { OneWayClock } from "@polychron/sync";

/** One raw observation of a device's clock: its time at the moment hub time was read. */
export interface ClockPair {
  readonly deviceS: number;
  readonly arrivalUs: number;
}

const BIN_US = 100_000;
/** Pairs from before a session that its clock file gets, by the session format: at most ten minutes. */
const HISTORY_US = 600e6;

/**
 * A device's clock as the hub sees it: the live map from device time to hub time, and the raw pairs it rests on.
 * Of every tenth of a second the pair with the least delay is kept; later ones of the same tenth say nothing more.
 */
export class DeviceClock {
  readonly #live = new OneWayClock();
  #history: ClockPair[] = [];
  #oldest = 0;
  #best: ClockPair | undefined;
  readonly #listeners = new Set<(pair: ClockPair) => void>();

  /** Hub microseconds of a device time, by what has arrived so far. */
  readonly hubUs = (deviceS: number): number => this.#live.hubUs(deviceS);

  /** Takes what a block says of the clock: its last sample waited least for the others of its packet. */
  push(block: SampleBlock): void {
    const last = block.count - 1;
    const pair = { deviceS: block.deviceTimeS[last]!, arrivalUs: block.arrivalUs[last]! };
    this.#live.push(pair.deviceS, pair.arrivalUs);
    this.#observe(pair);
  }

  /** The kept pairs of the last ten minutes, oldest first. */
  history(): readonly ClockPair[] {
    return this.#history.slice(this.#oldest);
  }

  /** Every pair kept from now on. */
  onPair(listener: (pair: ClockPair) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #observe(pair: ClockPair): void {
    const best = this.#best;
    const isSameBin = best !== undefined && Math.floor(best.arrivalUs / BIN_US) === Math.floor(pair.arrivalUs / BIN_US);
    if (isSameBin && pair.deviceS >= best.deviceS && delayUs(pair) >= delayUs(best)) return;
    if (best !== undefined && !isSameBin) this.#keep(best);
    this.#best = pair;
  }

  #keep(pair: ClockPair): void {
    this.#history.push(pair);
    while (this.#history[this.#oldest]!.arrivalUs < pair.arrivalUs - HISTORY_US) this.#oldest += 1;
    if (this.#oldest > 1000) {
      this.#history = this.#history.slice(this.#oldest);
      this.#oldest = 0;
    }
    for (const listener of this.#listeners) listener(pair);
  }
}

function delayUs(pair: ClockPair): number {
  return pair.arrivalUs - pair.deviceS * 1e6;
}
