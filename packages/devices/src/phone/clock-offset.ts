import type { ProbeExchange } from "../driver.js";

/** So far from the moment it came a time can be: a phone may have been away for a long recording. */
const FAR_US = 86_400e6;
/** No clock that counts from a start, or from 1970, says more, seconds: 300 years. */
const FARTHEST_S = 1e10;

/** So many answered probes are looked at: of some 20 s. */
const KEPT = 64;

interface Probed {
  readonly roundTripS: number;
  readonly offsetS: number;
}

/** Roughly where a phone's clock stands, by the quickest of its last answers; half its round trip is the bound. */
export class ClockOffset {
  #probed: Probed[] = [];

  push({ t1S, t2S, t3S, t4S }: ProbeExchange): void {
    if (t2S === null || t3S === null || t4S === null) return;
    const probed = { roundTripS: t4S - t1S - (t3S - t2S), offsetS: (t1S - t2S + (t4S - t3S)) / 2 };
    this.#probed = [...this.#probed.slice(1 - KEPT), probed];
  }

  /** Hub microseconds of a device time; undefined before the first answer. */
  hubUs(deviceS: number): number | undefined {
    if (this.#probed.length === 0) return undefined;
    const best = this.#probed.reduce((best, probed) => (probed.roundTripS < best.roundTripS ? probed : best));
    return (deviceS + best.offsetS) * 1e6;
  }

  /** Whether a device time can be one of around now: within a day, where the clock is known. */
  canBe(deviceS: number, arrivedUs: number): boolean {
    const atUs = this.hubUs(deviceS);
    return atUs === undefined ? Math.abs(deviceS) <= FARTHEST_S : Math.abs(atUs - arrivedUs) <= FAR_US;
  }

  /** The clock begins anew. */
  clear(): void {
    this.#probed = [];
  }
}
