import type { Burst } from "./burst.js";
import type { ClockEstimate } from "./clock-estimate.js";
import { isOutside } from "./interval.js";
import { LiveClock, type BurstOutcome } from "./live-clock.js";
import type { ProbeEpoch } from "./probe-fit.js";
import type { UsedBurst } from "./smoother.js";

/** Why and with which clock an epoch began. */
export interface EpochStart {
  readonly clockId: number;
  readonly cause: ProbeEpoch["cause"];
}

/** One burst as the live estimator saw it. */
export interface LoggedBurst extends UsedBurst {
  readonly outcome: BurstOutcome;
  readonly answered: number;
  readonly asked: number;
  readonly predicted: ClockEstimate | null;
  readonly isOutside: boolean;
  /** Its epoch's number (0 before the first begins); a step is seen some bursts after it came, so that this may rise once more. */
  epoch: number;
  /** It is on its epoch's line: neither contradictory nor left out. */
  isUsed: boolean;
}

/** Sends bursts through the live estimator, only to learn where epochs begin and which bursts are on their lines. */
export class BurstLog {
  readonly bursts: LoggedBurst[] = [];
  readonly epochs: EpochStart[] = [];
  readonly #live = new LiveClock();
  #clockId = Number.NaN;

  /** Another clock answers from now on. */
  renew(clockId: number): void {
    this.#clockId = clockId;
    if (this.epochs.length > 0) this.#live.restart({ keepsRate: true });
  }

  /** Takes a complete burst with at least one answer. */
  push(burst: Burst, { quantS, asked }: { readonly quantS: number; readonly asked: number }): void {
    const predicted = this.#live.estimate(burst.atS) ?? null;
    const outcome = this.#live.push(burst, quantS);
    const seen = this.#live.seen;
    if (outcome === "first") this.#begin(this.epochs.length === 0 ? "first" : "clock");
    this.bursts.push({
      ...seen,
      rate: this.#live.rate,
      quantS,
      outcome,
      answered: burst.count,
      asked,
      predicted,
      isOutside: isOutside(seen, predicted ?? undefined),
      epoch: Math.max(0, this.epochs.length - 1),
      isUsed: outcome !== "glitch" && outcome !== "pending",
    });
    if (outcome === "step" || outcome === "squeeze") this.#split(outcome, this.#live.epochS);
  }

  #begin(cause: ProbeEpoch["cause"]): void {
    this.epochs.push({ clockId: this.#clockId, cause });
  }

  /** The new line began some bursts ago, with one that was left out until a second settled it. */
  #split(cause: "step" | "squeeze", fromS: number): void {
    let first = this.bursts.length - 1;
    while (first > 0 && this.bursts[first - 1]!.atS >= fromS) first -= 1;
    // A line that was only suspected, and younger than the proven one, was none.
    this.epochs.length = this.bursts[first - 1]!.epoch + 1;
    this.#begin(cause);
    this.bursts[first]!.isUsed = true;
    for (const burst of this.bursts.slice(first)) burst.epoch = this.epochs.length - 1;
  }
}
