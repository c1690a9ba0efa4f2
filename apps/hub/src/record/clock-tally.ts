import type { BurstReport } from "@polychron/sync";

/** What has happened to a clock's bursts so far. */
export interface ClockCounts {
  readonly bursts: number;
  readonly epochs: number;
  readonly steps: number;
  readonly outside: number;
  readonly glitches: number;
  readonly lost: number;
}

/** The shortest round trip is that of so many bursts: of the last minute. */
const RECENT_BURSTS = 24;

/** Counts what becomes of a clock's bursts. */
export class ClockTally {
  readonly #roundTripsS = new Float64Array(RECENT_BURSTS).fill(Number.POSITIVE_INFINITY);
  #counts = { bursts: 0, epochs: 0, steps: 0, outside: 0, glitches: 0, lost: 0 };

  get counts(): ClockCounts {
    return this.#counts;
  }

  /** Seconds; not finite before the first burst. */
  get roundTripS(): number {
    return Math.min(...this.#roundTripsS);
  }

  take({ outcome, isOutside, roundTripS }: BurstReport): void {
    const counts = this.#counts;
    this.#roundTripsS[counts.bursts % RECENT_BURSTS] = roundTripS;
    counts.bursts += 1;
    if (outcome === "first" || outcome === "step" || outcome === "squeeze") counts.epochs += 1;
    if (outcome === "step" || outcome === "squeeze") counts.steps += 1;
    if (outcome === "glitch") counts.glitches += 1;
    if (isOutside) counts.outside += 1;
  }

  /** A question had no answer. */
  lose(): void {
    this.#counts.lost += 1;
  }
}
