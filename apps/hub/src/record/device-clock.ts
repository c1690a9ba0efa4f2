import type { ProbeExchange } from "@polychron/devices";
import type { ClockView } from "@polychron/protocol";
import type { SampleBlock } from "@polychron/session/model";
import { JointClock, StampSanity, type ClockVerdict } from "@polychron/sync";
import { arrivalView, hubClockView } from "./clock-view.js";
import type { ClockNews, ProbedClock } from "./probed-clock.js";
import { ReadJumps } from "./read-jumps.js";

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
 * A stream's clock as the hub sees it: the live map from device time to hub time, and the raw pairs it rests on. Of every
 * tenth of a second the pair with the least delay is kept; later ones of the same tenth say nothing more. Where the device
 * answers probes they alone count, from the first answer on; until then the arrivals of this stream.
 */
export class DeviceClock {
  readonly nature: ClockNature;
  readonly #probed: ProbedClock | undefined;
  readonly #stampBoundS: number | undefined;
  readonly #stamps = new StampSanity();
  readonly #arrivals = new JointClock();
  readonly #jumps = new ReadJumps();
  #readings = { taken: 0, lost: 0, lastS: Number.NaN };
  #history: ClockPair[] = [];
  #oldest = 0;
  #best: ClockPair | undefined;
  readonly #listeners = new Set<(pair: ClockPair) => void>();

  /**
   * @param nature the clock of the whole device, where it answers probes
   * @param stampBoundS how far a stamp of the hub may be from its moment, seconds
   */
  constructor(nature: Exclude<ClockNature, "two_way"> | ProbedClock = "one_way", stampBoundS?: number) {
    this.#stampBoundS = stampBoundS;
    this.nature = typeof nature === "string" ? nature : "two_way";
    this.#probed = typeof nature === "string" ? undefined : nature;
  }

  /** Hub microseconds of a device time, by what has arrived so far. */
  readonly hubUs = (deviceS: number): number => {
    if (this.nature === "hub") return deviceS * 1e6;
    return this.#probed?.isKnown === true ? this.#probed.hubUs(deviceS) : this.#arrivals.hubUs(deviceS);
  };

  /** Whether its stamps are on the clock that the device answers probes with. */
  get verdict(): ClockVerdict {
    return this.#stamps.verdict;
  }

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
    if (this.#probed?.isKnown === true) this.#stamps.push(this.#probed.hubUs(pair.deviceS) / 1e6, pair.arrivalUs / 1e6);
    else this.#arrivals.push(pair.deviceS, pair.arrivalUs);
    this.#observe(pair);
  }

  /**
   * Takes one reading of a clock that can be read while it streams, but whose ways are too unequal for a probe.
   * @returns a jump, once its size is known too
   */
  read({ t1S, t2S, t3S, t4S, clockId, quantS }: ProbeExchange): ClockNews | undefined {
    if (t2S === null || t3S === null || t4S === null) {
      this.#readings.lost += 1;
      return undefined;
    }
    const outcome = this.#arrivals.probe({ t1S, t2S, t3S, t4S, clockId, quantS });
    this.#readings.taken += 1;
    this.#readings.lastS = t4S;
    const isPlaced = this.#arrivals.boundS(t2S).hardS !== null;
    return this.#jumps.read({ outcome, isPlaced, atS: t4S, offsetS: this.#arrivals.hubUs(t2S) / 1e6 - t2S });
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

  /** As of a hub time; null before anything is known. */
  view(nowUs: number): ClockView | null {
    if (this.nature === "hub") return hubClockView(this.#stampBoundS);
    if (this.#probed !== undefined) return this.#probed.view(nowUs);
    if (this.#best === undefined) return null;
    const { deviceS } = this.#best;
    const { rate, starts } = this.#arrivals;
    const { taken, lost, lastS } = this.#readings;
    return arrivalView({
      ...{ offsetS: this.hubUs(deviceS) / 1e6 - deviceS, rate: rate.perS, starts },
      ...{ ...this.#arrivals.boundS(deviceS), readings: taken, lost, readingAgeS: nowUs / 1e6 - lastS },
    });
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
