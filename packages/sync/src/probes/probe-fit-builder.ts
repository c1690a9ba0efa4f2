import { Burst, BURST_MAX, PLAUSIBLE_S } from "./burst.js";
import { BurstLog } from "./burst-log.js";
import { ExchangeOrder } from "./exchange-order.js";
import { fitted } from "./fitted-clock.js";
import type { ProbeFit, RawExchange } from "./probe-fit.js";
import { BURST_GAP_S } from "./schedule.js";

/** Collects a session's stored exchanges with one device and says what they add up to. Memory grows with bursts. */
export class ProbeFitBuilder {
  readonly #order = new ExchangeOrder((exchange) => this.#take(exchange));
  readonly #log = new BurstLog();
  readonly #burst = new Burst();
  readonly #counts = { asked: 0, answered: 0, repeated: 0, absurd: 0 };
  #open = { asked: 0, quantS: 0 };
  #lastS = Number.NaN;
  #clockId = Number.NaN;

  /** Takes a row as it was stored, one file after the other; rows that were here before are left out. */
  push(exchange: RawExchange): void {
    if (!(Math.abs(exchange.t1S) < PLAUSIBLE_S)) this.#counts.absurd += 1;
    else if (!this.#order.push(exchange)) this.#counts.repeated += 1;
  }

  /** The clock by all rows; rows pushed later must be later ones. */
  build(): ProbeFit {
    this.#order.end();
    this.#endBurst();
    return fitted(this.#log, { ...this.#counts, absurd: this.#counts.absurd + this.#order.refuted });
  }

  #take({ t1S, t2S, t3S, t4S, clockId, quantS }: RawExchange): void {
    this.#counts.asked += 1;
    const isAnswered = !Number.isNaN(t4S);
    if (isAnswered && !Number.isNaN(clockId) && clockId !== this.#clockId) this.#renew(clockId);
    if (!(t1S - this.#lastS <= BURST_GAP_S) || this.#burst.count === BURST_MAX) this.#endBurst();
    this.#lastS = t1S;
    this.#open.asked += 1;
    if (!isAnswered) return;
    const resolutionS = quantS >= 0 ? quantS : 0;
    this.#counts.answered += 1;
    if (!this.#burst.add(t1S, t2S, t3S, t4S, resolutionS)) this.#counts.absurd += 1;
    else this.#open.quantS = Math.max(this.#open.quantS, resolutionS);
  }

  #renew(clockId: number): void {
    this.#endBurst();
    // Rows before the first that names a clock are most likely of the same.
    if (!Number.isNaN(this.#clockId) || this.#log.epochs.length === 0) this.#log.renew(clockId);
    this.#clockId = clockId;
  }

  #endBurst(): void {
    if (this.#burst.count > 0) this.#log.push(this.#burst, this.#open);
    this.#burst.clear();
    this.#open = { asked: 0, quantS: 0 };
  }
}
