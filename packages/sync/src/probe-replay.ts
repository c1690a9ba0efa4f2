import { Burst, BURST_MAX, PLAUSIBLE_S } from "./probes/burst.js";
import type { ClockEstimate } from "./probes/clock-estimate.js";
import { LiveClock } from "./probes/live-clock.js";
import type { RawExchange } from "./probes/probe-fit.js";
import { ANSWER_WITHIN_S, BURST_GAP_S } from "./probes/schedule.js";
import { leaning, SeenResolution } from "./seen-resolution.js";

/** Bursts that wait for their answers; more come only from a broken recording. */
const WAITING_MOST = 64;

/** Questions that were asked together, while their answers may still come. */
interface OpenBurst {
  readonly clockId: number;
  readonly rows: RawExchange[];
  fromS: number;
  toS: number;
}

/**
 * What a hub would have known, from a recording of exchanges with a device's clock: at each question the live estimate
 * from the answers that had come by then. A row is never judged by a later one. Resolutions that nothing tells are seen
 * from the stamps of those answers.
 */
export class ProbeReplay {
  readonly #live = new LiveClock();
  readonly #burst = new Burst();
  readonly #seen = new SeenResolution();
  readonly #waiting: OpenBurst[] = [];
  #clockId = Number.NaN;
  #leanS = 0;
  /** The newest answer that the estimate rests on, hub seconds. */
  #knownS = Number.NEGATIVE_INFINITY;

  /**
   * Takes the next row and gives the estimate at its t1, from rows before it with t4 no later than that t1. Undefined
   * before the first complete burst of its clock, and for a row from before what the estimate rests on.
   */
  push(exchange: RawExchange): ClockEstimate | undefined {
    const { t1S, clockId } = exchange;
    if (!(Math.abs(t1S) < PLAUSIBLE_S)) return undefined;
    const open = this.#waiting.find((burst) => belongs(exchange, burst));
    while (this.#waiting[0] !== undefined && this.#waiting[0] !== open && isComplete(this.#waiting[0], t1S))
      this.#take(this.#waiting.shift()!, t1S);
    if (open === undefined) this.#wait(exchange);
    else join(open, exchange);
    const isSameClock = Number.isNaN(clockId) || Number.isNaN(this.#clockId) || clockId === this.#clockId;
    const estimate = t1S >= this.#knownS && isSameClock ? this.#live.estimate(t1S) : undefined;
    return estimate && leaning(estimate, this.#leanS);
  }

  /** Keeps bursts in the order of their first question; what comes behind those used already is left out. */
  #wait(exchange: RawExchange): void {
    const { t1S, clockId } = exchange;
    if (t1S < this.#knownS) return;
    const at = this.#waiting.findIndex((burst) => burst.fromS > t1S);
    const burst = { clockId, rows: [exchange], fromS: t1S, toS: t1S };
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, burst);
    if (this.#waiting.length > WAITING_MOST) this.#waiting.pop();
  }

  #take({ rows, clockId: namedId, toS }: OpenBurst, nowS: number): void {
    const clockId = Number.isNaN(namedId) ? this.#clockId : namedId;
    const toldS = this.#gather(rows, { clockId, untilS: Math.min(nowS, toS + ANSWER_WITHIN_S) });
    if (this.#burst.count === 0) return;
    if (!Number.isNaN(this.#clockId) && clockId !== this.#clockId) this.#live.restart({ keepsRate: true });
    this.#clockId = clockId;
    const coarse = this.#seen.coarseness(clockId, toldS);
    this.#burst.openBy(coarse);
    this.#live.push(this.#burst, coarse.quantS);
    this.#leanS = coarse.leanS;
  }

  /** Puts the answers that came in time into the burst; the coarsest resolution that they tell. */
  #gather(rows: readonly RawExchange[], { clockId, untilS }: { clockId: number; untilS: number }): number {
    this.#burst.clear();
    let toldS = 0;
    for (const row of rows) {
      const { t1S, t2S, t3S, t4S } = row;
      const rowToldS = row.quantS >= 0 ? row.quantS : 0;
      if (!(t4S <= untilS)) continue;
      this.#seen.push(row, clockId);
      if (!this.#burst.add(t1S, t2S, t3S, t4S, this.#seen.slackS(clockId, rowToldS))) continue;
      toldS = Math.max(toldS, rowToldS);
      this.#knownS = Math.max(this.#knownS, t4S);
    }
    return toldS;
  }
}

function belongs({ t1S, clockId }: RawExchange, burst: OpenBurst): boolean {
  const isNear = t1S >= burst.fromS - BURST_GAP_S && t1S <= burst.toS + BURST_GAP_S;
  const isSameClock = Number.isNaN(clockId) || Number.isNaN(burst.clockId) || clockId === burst.clockId;
  return isNear && isSameClock && burst.rows.length < BURST_MAX;
}

function join(burst: OpenBurst, exchange: RawExchange): void {
  burst.rows.push(exchange);
  burst.fromS = Math.min(burst.fromS, exchange.t1S);
  burst.toS = Math.max(burst.toS, exchange.t1S);
}

/** All answers are in, or the time for them is over. */
function isComplete({ rows, toS }: OpenBurst, nowS: number): boolean {
  return nowS >= toS + ANSWER_WITHIN_S || rows.every(({ t4S }) => t4S <= nowS);
}
