import type { SampleBlock } from "@polychron/session/model";
import { OneWayClock, TwoWayClock, type Exchange } from "@polychron/sync";

/** One raw observation of a device's clock: its time at the moment hub time was read. */
export interface ClockPair {
  readonly deviceS: number;
  readonly arrivalUs: number;
}

/** Stamped by the hub itself, seen only in what arrives, or answering probes. */
export type ClockNature = "hub" | "one_way" | "two_way";

const BIN_US = 100_000;
/** Pairs from before a session that its clock file gets, by the session format: at most ten minutes. */
const HISTORY_US = 600e6;
/** Turning hub time into device time: each step leaves a few millionths of the error before. */
const INVERSE_STEPS = 3;

/**
 * A device's clock as the hub sees it: the live map from device time to hub time, and the raw pairs it rests on.
 * Of every tenth of a second the pair with the least delay is kept; later ones of the same tenth say nothing more.
 */
export class DeviceClock {
  readonly nature: ClockNature;
  readonly #arrivals = new OneWayClock();
  readonly #probed = new TwoWayClock();
  #history: ClockPair[] = [];
  #oldest = 0;
  #best: ClockPair | undefined;
  readonly #listeners = new Set<(pair: ClockPair) => void>();

  constructor(nature: ClockNature = "one_way") {
    this.nature = nature;
  }

  /** Hub microseconds of a device time, by what has arrived so far. */
  readonly hubUs = (deviceS: number): number => {
    if (this.nature === "hub") return deviceS * 1e6;
    return this.#probed.isSet ? this.#probed.hubUs(deviceS) : this.#arrivals.hubUs(deviceS);
  };

  /** Device seconds at a hub time; null before anything was heard. */
  deviceS(hubUs: number): number | null {
    const near = this.#best?.deviceS ?? 0;
    let deviceS = near + (hubUs - this.hubUs(near)) / 1e6;
    for (let step = 1; step < INVERSE_STEPS; step++) deviceS += (hubUs - this.hubUs(deviceS)) / 1e6;
    return Number.isFinite(deviceS) ? deviceS : null;
  }

  /** Takes what a block says of the clock: its last sample waited least for the others of its packet. */
  push(block: SampleBlock): void {
    if (this.nature === "hub") return;
    const last = block.count - 1;
    const pair = { deviceS: block.deviceTimeS[last]!, arrivalUs: block.arrivalUs[last]! };
    this.#arrivals.push(pair.deviceS, pair.arrivalUs);
    this.#observe(pair);
  }

  /** Takes an answered probe; from the first on, arrivals no longer count. */
  probe(exchange: Exchange): void {
    this.#probed.push(exchange);
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
    // Of a clock that answers probes the probes are kept, not the arrivals.
    if (best !== undefined && !isSameBin && this.nature === "one_way") this.#keep(best);
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
