import { Burst, BURST_MAX, PLAUSIBLE_S } from "./probes/burst.js";
import type { ClockEstimate } from "./probes/clock-estimate.js";
import { LiveClock } from "./probes/live-clock.js";
import type { RawExchange } from "./probes/probe-fit.js";
import { ANSWER_WITHIN_S, BURST_GAP_S } from "./probes/schedule.js";

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
 * from the answers that had come by then. A row is never judged by a later one.
 */
export class ProbeReplay {
  readonly #live = new LiveClock();
  readonly #burst = new Burst();
  readonly #waiting: OpenBurst[] = [];
  #clockId = Number.NaN;
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
    return t1S >= this.#knownS && isSameClock ? this.#live.estimate(t1S) : undefined;
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

  #take({ rows, clockId, toS }: OpenBurst, nowS: number): void {
    this.#burst.clear();
    let quantS = 0;
    for (const { t1S, t2S, t3S, t4S, ...row } of rows) {
      const isInTime = t4S <= Math.min(nowS, toS + ANSWER_WITHIN_S);
      const resolutionS = row.quantS >= 0 ? row.quantS : 0;
      if (!isInTime || !this.#burst.add(t1S, t2S, t3S, t4S, resolutionS)) continue;
      quantS = Math.max(quantS, resolutionS);
      this.#knownS = Math.max(this.#knownS, t4S);
    }
    if (this.#burst.count === 0) return;
    if (!Number.isNaN(clockId) && clockId !== this.#clockId) {
      if (!Number.isNaN(this.#clockId)) this.#live.restart({ keepsRate: true });
      this.#clockId = clockId;
    }
    this.#live.push(this.#burst, quantS);
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
