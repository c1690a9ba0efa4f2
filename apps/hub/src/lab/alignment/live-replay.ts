import { TwoWayClock, type ClockEstimate, type ClockExchange } from "@polychron/sync";

/** Questions of one burst follow each other within this. */
const BURST_GAP_S = 0.1;

/** What a hub thought of a clock while a session ran, from the exchanges in the order in which their answers came. */
export class LiveReplay {
  readonly #clock = new TwoWayClock();
  readonly #onBurst: (atS: number, estimate: ClockEstimate) => void;
  #lastS = Number.NEGATIVE_INFINITY;
  #clockId: string | undefined;

  /** @param onBurst told of the estimate at the first question of each burst, before any of its answers; not of the first one of a clock */
  constructor(onBurst: (atS: number, estimate: ClockEstimate) => void) {
    this.#onBurst = onBurst;
  }

  push(exchange: ClockExchange): void {
    const { t1S, clockId } = exchange;
    if (t1S - this.#lastS > BURST_GAP_S && clockId === this.#clockId) {
      const estimate = this.#clock.estimate(t1S);
      if (estimate !== undefined) this.#onBurst(t1S, estimate);
    }
    this.#lastS = Math.max(this.#lastS, t1S);
    this.#clockId = clockId;
    this.#clock.push(exchange);
  }
}
