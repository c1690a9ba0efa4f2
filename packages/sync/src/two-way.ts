import { hubUs, type HubUs } from "@polychron/session/model";
import { Burst, BURST_MAX } from "./probes/burst.js";
import type { ClockEstimate } from "./probes/clock-estimate.js";
import { isOutside } from "./probes/interval.js";
import { LiveClock, type BurstOutcome } from "./probes/live-clock.js";
import { ANSWER_WITHIN_S, BURST_GAP_S } from "./probes/schedule.js";

/** One answered exchange: t1, t4 hub seconds, t2, t3 device seconds. */
export interface Exchange {
  readonly t1S: number;
  readonly t2S: number;
  readonly t3S: number;
  readonly t4S: number;
}

/** An exchange with what the answer says of the clock. */
export interface ClockExchange extends Exchange {
  /** Changes when the clock may have been reset or stopped. */
  readonly clockId?: string;
  /** The clock's resolution, seconds; 0 where it is not told. */
  readonly quantS?: number;
}

/** What became of one burst. */
export interface BurstReport {
  /** When its first question left, hub seconds. */
  readonly atS: number;
  readonly outcome: BurstOutcome;
  /** How far theta jumped, seconds: proven at a `step`, suspected at a `squeeze`; null at any other outcome. */
  readonly jumpS: number | null;
  /** The burst cannot be true if the estimate before it was right within its 99 % bound. */
  readonly isOutside: boolean;
  /** The shortest way down and the shortest way up together, seconds. */
  readonly roundTripS: number;
}

/** Theta changes by millionths of a second in a second: one step from a first guess is exact. */
const INVERSE_STEPS = 2;

/**
 * Hub time of a device clock that answers probes, live: the estimator over whole bursts. Until the first burst of a clock is
 * complete, its exchanges so far. Causal; memory does not grow.
 */
export class TwoWayClock {
  readonly #onOutcome: ((report: BurstReport) => void) | undefined;
  readonly #live = new LiveClock();
  readonly #burst = new Burst();
  /** The first burst of a clock while it is still running. */
  readonly #first = new LiveClock();
  #clockId: string | undefined;
  #quantS = 0;
  #lastS = Number.NaN;
  #isSet = false;

  /** `onOutcome` hears of every complete burst, at the push or the question that completed it. */
  constructor({ onOutcome }: { readonly onOutcome?: (report: BurstReport) => void } = {}) {
    this.#onOutcome = onOutcome;
  }

  /** Whether an exchange was answered yet: before that `hubUs` is no number. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Takes one answered exchange; one that runs backwards in time is left out. */
  push({ t1S, t2S, t3S, t4S, clockId, quantS = 0 }: ClockExchange): void {
    if (clockId !== undefined && clockId !== this.#clockId) this.#renew(clockId);
    if (!(t1S - this.#lastS <= BURST_GAP_S) || this.#burst.count === BURST_MAX) this.#endBurst();
    if (!this.#burst.add(t1S, t2S, t3S, t4S, quantS)) return;
    this.#lastS = t1S;
    this.#quantS = Math.max(this.#quantS, quantS);
    this.#isSet = true;
    if (this.#live.estimate(t4S) !== undefined) return;
    this.#first.restart({ keepsRate: false });
    this.#first.push(this.#burst, this.#quantS);
  }

  /** The link was made anew and the clock runs on: the next burst may have come another way. */
  pathChanged(): void {
    this.#endBurst();
    this.#live.pathChanged();
  }

  /** Theta with both bounds and the drift at a hub time, seconds; undefined before the first answer. */
  estimate(hubS: number): (ClockEstimate & { readonly driftPpm: number }) | undefined {
    if (hubS > this.#lastS + ANSWER_WITHIN_S) this.#endBurst();
    const known = this.#live.estimate(hubS);
    if (known !== undefined) return { ...known, driftPpm: this.#live.rate * 1e6 };
    const first = this.#first.estimate(hubS);
    return first && { ...first, driftPpm: this.#first.rate * 1e6 };
  }

  /** Hub time at a device time; not a number before the first answer. */
  hubUs(deviceS: number): HubUs {
    let atS = deviceS - this.#thetaS(this.#lastS);
    for (let step = 0; step < INVERSE_STEPS; step++) atS = deviceS - this.#thetaS(atS);
    return hubUs(atS * 1e6);
  }

  #thetaS(atS: number): number {
    return this.estimate(atS)?.thetaS ?? Number.NaN;
  }

  #renew(clockId: string): void {
    this.#endBurst();
    if (this.#clockId !== undefined) {
      this.#live.restart({ keepsRate: true });
      this.#first.restart({ keepsRate: false });
    }
    this.#clockId = clockId;
  }

  #endBurst(): void {
    if (this.#burst.count > 0) this.#take();
    this.#burst.clear();
    this.#quantS = 0;
  }

  #take(): void {
    const predicted = this.#live.estimate(this.#burst.atS);
    const outcome = this.#live.push(this.#burst, this.#quantS);
    const { upperS, lowerS, atS } = this.#live.seen;
    this.#onOutcome?.({
      atS,
      outcome,
      jumpS: outcome === "step" || outcome === "squeeze" ? this.#live.jumpS : null,
      isOutside: isOutside(this.#live.seen, predicted),
      roundTripS: upperS - lowerS,
    });
  }
}
