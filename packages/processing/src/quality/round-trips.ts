import type { ClockQuality } from "@polychron/session/format";
import { ExchangeOrder, type RawExchange } from "@polychron/sync";

/** The bins of the histogram: from 0.1 ms to 10 s, ten to a power of ten; what is shorter or longer counts in the outermost. */
const LOWEST_S = 1e-4;
const BINS_A_DECADE = 10;
const DECADES = 5;
const EDGES_S = Array.from({ length: BINS_A_DECADE * DECADES + 1 }, (_, edge) =>
  Number((LOWEST_S * 10 ** (edge / BINS_A_DECADE)).toPrecision(6)),
);

/** Round trips counted by length; constant memory, however many. */
export class RoundTrips {
  readonly #counts = new Array<number>(EDGES_S.length - 1).fill(0);
  #total = 0;
  #minS = Infinity;
  #maxS = 0;

  /** One round trip, seconds; what is no length of time is left out. */
  push(roundTripS: number): void {
    if (!(roundTripS >= 0 && roundTripS < Infinity)) return;
    const bin = Math.floor(Math.log10(Math.max(roundTripS, LOWEST_S) / LOWEST_S) * BINS_A_DECADE);
    this.#counts[Math.min(bin, this.#counts.length - 1)]! += 1;
    this.#total += 1;
    this.#minS = Math.min(this.#minS, roundTripS);
    this.#maxS = Math.max(this.#maxS, roundTripS);
  }

  /** The counts, without empty bins at either end; null where nothing was counted. */
  summary(): ClockQuality["round_trips"] {
    if (this.#total === 0) return null;
    const first = this.#counts.findIndex((count) => count > 0);
    const last = this.#counts.findLastIndex((count) => count > 0);
    return {
      min_s: this.#minS,
      median_s: this.#medianS(),
      max_s: this.#maxS,
      edges_s: EDGES_S.slice(first, last + 2),
      counts: this.#counts.slice(first, last + 1),
    };
  }

  /** The geometric middle of the bin that holds it: right to 6 %. */
  #medianS(): number {
    let below = 0;
    const bin = this.#counts.findIndex((count) => (below += count) * 2 >= this.#total);
    return Math.min(this.#maxS, Math.max(this.#minS, Math.sqrt(EDGES_S[bin]! * EDGES_S[bin + 1]!)));
  }
}

/** Counts the round trips of stored exchanges, each once: the clock files of two recordings overlap. */
export class RoundTripCount {
  readonly #trips = new RoundTrips();
  readonly #order = new ExchangeOrder(({ t1S, t2S, t3S, t4S }) => this.#trips.push(t4S - t1S - (t3S - t2S)));

  /** Takes a row as it was stored, one file after the other. */
  push(exchange: RawExchange): void {
    this.#order.push(exchange);
  }

  /** As `RoundTrips`; nothing may be pushed afterwards. */
  summary(): ClockQuality["round_trips"] {
    this.#order.end();
    return this.#trips.summary();
  }
}
