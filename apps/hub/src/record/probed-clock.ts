import type { ProbeExchange } from "@polychron/devices";
import type { ClockView } from "@polychron/protocol";
import { ClockSanity, isClockFault, TwoWayClock, type BurstReport, type ClockVerdict } from "@polychron/sync";
import { ClockTally } from "./clock-tally.js";
import { probedView } from "./clock-view.js";
import { ProbeHistory } from "./probe-history.js";

/** Something happened to a device's clock itself. */
export interface ClockNews {
  /** It jumped; or the device says that it may have been reset. */
  readonly cause: "step" | "renewed";
  /** Hub seconds. */
  readonly atS: number;
  /** How far it jumped, seconds; null where nobody can know. */
  readonly jumpS: number | null;
  /** False for a jump that is only likely. */
  readonly isCertain: boolean;
}

/** A device's clock that answers probes: the raw exchanges, the live estimate, and what is to be thought of it. One for all streams of the device. */
export class ProbedClock {
  readonly probes = new ProbeHistory();
  readonly #tally = new ClockTally();
  readonly #sanity = new ClockSanity();
  readonly #listeners = new Set<(news: ClockNews) => void>();
  readonly #live = new TwoWayClock({ onOutcome: (report) => this.#onOutcome(report) });
  /** As the device announced it; another name is another clock. */
  #name: string | undefined;
  /** As its newest probe named it. */
  #clockId: string | undefined;
  #isKnown = false;
  #answeredS: number | null = null;

  /** Whether this run of the clock has answered yet: before that `hubUs` means nothing. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  get verdict(): ClockVerdict {
    return this.#sanity.verdict;
  }

  /** Hub microseconds of a device time. */
  hubUs(deviceS: number): number {
    return this.#live.hubUs(deviceS);
  }

  /** The device says which clock its times are of from now on: of another one than before nothing is known yet. */
  announce(name: string): void {
    if (name !== this.#name) this.#isKnown = false;
    this.#name = name;
  }

  /** The connection was lost: the next one may take another way. */
  pathChanged(): void {
    this.#live.pathChanged();
  }

  push(exchange: ProbeExchange): void {
    this.probes.push(exchange);
    const { t1S, t2S, t3S, t4S, clockId, quantS } = exchange;
    if (this.#clockId !== undefined && this.#clockId !== clockId)
      this.#tell({ cause: "renewed", atS: t1S, jumpS: null, isCertain: true });
    this.#clockId = clockId;
    if (t2S === null || t3S === null || t4S === null) return this.#tally.lose();
    const answered = { t1S, t2S, t3S, t4S, clockId, quantS };
    this.#sanity.push(answered);
    this.#live.push(answered);
    this.#isKnown = this.#live.estimate(t4S) !== undefined;
    this.#answeredS = t4S;
  }

  onNews(listener: (news: ClockNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As of a hub time; null while no question was put. */
  view(nowUs: number): ClockView | null {
    const { counts, roundTripS } = this.#tally;
    if (this.#answeredS === null && counts.lost === 0) return null;
    // Of a clock that is none, what was believed before must not look as if it still held.
    const isUsable = !isClockFault(this.verdict);
    const estimate = isUsable && this.#isKnown ? this.#live.estimate(nowUs / 1e6) : undefined;
    const probeAgeS = this.#answeredS === null ? null : nowUs / 1e6 - this.#answeredS;
    return probedView({ estimate, isUsable, roundTripS, probeAgeS, counts });
  }

  #onOutcome(report: BurstReport): void {
    this.#tally.take(report);
    const { outcome, atS, jumpS } = report;
    if (outcome === "step" || outcome === "squeeze")
      this.#tell({ cause: "step", atS, jumpS, isCertain: outcome === "step" });
  }

  #tell(news: ClockNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
