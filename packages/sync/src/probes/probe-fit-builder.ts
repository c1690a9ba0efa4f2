import { Burst, BURST_MAX, PLAUSIBLE_S } from "./burst.js";
import { BurstLog } from "./burst-log.js";
import { ExchangeOrder } from "./exchange-order.js";
import { fitted } from "./fitted-clock.js";
import type { LeftOutRows, ProbeFit, RawExchange } from "./probe-fit.js";
import { BURST_GAP_S } from "./schedule.js";
import type { SeenResolution } from "../seen-resolution.js";

/** Collects a session's stored exchanges with one device and says what they add up to. Memory grows with bursts. */
export class ProbeFitBuilder {
  readonly #order = new ExchangeOrder((exchange) => this.#take(exchange));
  readonly #log = new BurstLog();
  readonly #burst = new Burst();
  readonly #seen: SeenResolution | undefined;
  readonly #counts = { asked: 0, answered: 0 };
  readonly #leftOut = { repeated: 0, implausible: 0, backwards: 0 };
  #open = { asked: 0, quantS: 0 };
  #lastS = Number.NaN;
  #clockId = Number.NaN;

  /** `seen` looks for the resolution of stamps that nothing tells; without it they count as exact. */
  constructor({ seen }: { readonly seen?: SeenResolution } = {}) {
    this.#seen = seen;
  }

  /** Takes a row as it was stored, one file after the other; rows that were here before are left out. */
  push(exchange: RawExchange): void {
    if (!(Math.abs(exchange.t1S) < PLAUSIBLE_S)) this.#leftOut.implausible += 1;
    else if (!this.#order.push(exchange)) this.#leftOut.repeated += 1;
  }

  /** The clock by all rows; rows pushed later must be later ones. */
  build(): ProbeFit {
    this.#order.end();
    this.#endBurst();
    const leftOut: LeftOutRows = { ...this.#leftOut, refuted: this.#order.refuted };
    const absurd = leftOut.implausible + leftOut.backwards + leftOut.refuted;
    return fitted(this.#log, { ...this.#counts, repeated: leftOut.repeated, absurd, leftOut });
  }

  #take(exchange: RawExchange): void {
    const { t1S, t4S, clockId } = exchange;
    this.#counts.asked += 1;
    const isAnswered = !Number.isNaN(t4S);
    if (isAnswered && !Number.isNaN(clockId) && clockId !== this.#clockId) this.#renew(clockId);
    if (!(t1S - this.#lastS <= BURST_GAP_S) || this.#burst.count === BURST_MAX) this.#endBurst();
    this.#lastS = t1S;
    this.#open.asked += 1;
    if (isAnswered) this.#answer(exchange);
  }

  #answer(exchange: RawExchange): void {
    const { t1S, t2S, t3S, t4S } = exchange;
    const toldS = exchange.quantS >= 0 ? exchange.quantS : 0;
    this.#seen?.push(exchange, this.#clockId);
    const slackS = this.#seen?.slackS(this.#clockId, toldS) ?? toldS;
    if (this.#burst.add(t1S, t2S, t3S, t4S, slackS)) {
      this.#counts.answered += 1;
      this.#open.quantS = Math.max(this.#open.quantS, toldS);
    } else if (Math.max(Math.abs(t2S), Math.abs(t3S), Math.abs(t4S)) < PLAUSIBLE_S) this.#leftOut.backwards += 1;
    else this.#leftOut.implausible += 1;
  }

  #renew(clockId: number): void {
    this.#endBurst();
    // Rows before the first that names a clock are most likely of the same.
    if (!Number.isNaN(this.#clockId) || this.#log.epochs.length === 0) this.#log.renew(clockId);
    this.#clockId = clockId;
  }

  #endBurst(): void {
    if (this.#burst.count > 0) this.#log.push(this.#burst, this.#coarsened());
    this.#burst.clear();
    this.#open = { asked: 0, quantS: 0 };
  }

  /** What the log needs of the open burst, its edges opened as far as its stamps are coarse. */
  #coarsened(): { readonly quantS: number; readonly asked: number } {
    const coarse = this.#seen?.coarseness(this.#clockId, this.#open.quantS);
    if (coarse === undefined) return this.#open;
    this.#burst.openBy(coarse);
    return { quantS: coarse.quantS, asked: this.#open.asked };
  }
}
