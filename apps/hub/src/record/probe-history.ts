import type { ProbeExchange } from "@polychron/devices";

/** Probes from before a session that its clock file gets, by the session format: at most ten minutes. */
const HISTORY_S = 600;

/** The raw probes of one device: the last ten minutes, and whoever wants the next ones. */
export class ProbeHistory {
  #kept: ProbeExchange[] = [];
  readonly #listeners = new Set<(exchange: ProbeExchange) => void>();

  push(exchange: ProbeExchange): void {
    this.#kept.push(exchange);
    // Cleared in lumps: shifting one by one would cost the whole list each time.
    if (this.#kept.length % 1000 === 0) this.#kept = this.#kept.filter(({ t1S }) => t1S >= exchange.t1S - HISTORY_S);
    for (const listener of this.#listeners) listener(exchange);
  }

  /** The probes of the last ten minutes, oldest first. */
  recent(): readonly ProbeExchange[] {
    const newestS = this.#kept.at(-1)?.t1S ?? 0;
    return this.#kept.filter(({ t1S }) => t1S >= newestS - HISTORY_S);
  }

  onProbe(listener: (exchange: ProbeExchange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
