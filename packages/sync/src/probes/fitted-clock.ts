import type { BurstLog, LoggedBurst } from "./burst-log.js";
import type { ClockEstimate } from "./clock-estimate.js";
import { FittedEpoch } from "./fitted-epoch.js";
import { PARAMETERS as P } from "./parameters.js";
import type { BurstPoint, ProbeEpoch, ProbeFit } from "./probe-fit.js";
import { lastNotAfter } from "./search.js";

/** A sample waits no longer on its way, or the link would be lost: what arrives later is of another epoch. */
const LATE_S = 1;

/** How many rows there were. */
export type RowCounts = Pick<ProbeFit, "asked" | "answered" | "repeated" | "absurd" | "leftOut">;

/** The clock by all bursts of a session. */
export function fitted(log: BurstLog, counts: RowCounts): ProbeFit {
  const epochs = fittedEpochs(log);
  const clock = new FittedClock(epochs);
  return {
    ...counts,
    epochs: epochs.map((_, index) => described(log, epochs, index)),
    bursts: epochs.length === 0 ? [] : log.bursts.map((burst) => point(burst, epochs[burst.epoch]!)),
    outside: log.bursts.filter((burst) => burst.isOutside).length,
    largestBoundS: clock.largestBoundS(),
    estimate: (atS) => clock.estimate(atS),
    mappedBoundS: (atS) => clock.mappedBoundS(atS),
    hubS: (deviceS, nearS) => clock.hubS(deviceS, nearS),
  };
}

function fittedEpochs(log: BurstLog): FittedEpoch[] {
  const used: LoggedBurst[][] = log.epochs.map(() => []);
  for (const burst of log.bursts) if (burst.isUsed) used[burst.epoch]!.push(burst);
  const epochs = used.map((bursts) => new FittedEpoch(bursts));
  epochs.forEach((epoch, index) => {
    const next = epochs[index + 1];
    if (next !== undefined) epoch.openBefore(next);
  });
  for (const burst of log.bursts) {
    const isConsistent = burst.lowerS <= burst.upperS + P.contradictionS;
    if (!burst.isUsed && isConsistent)
      epochs[burst.epoch]!.openAround(burst, epochs[burst.epoch + 1]?.fromS ?? Number.POSITIVE_INFINITY);
  }
  return epochs;
}

function described(log: BurstLog, epochs: readonly FittedEpoch[], index: number): ProbeEpoch {
  const { clockId, cause } = log.epochs[index]!;
  const epoch = epochs[index]!;
  const isSameClock = cause === "step" || cause === "squeeze";
  return {
    clockId,
    cause,
    fromS: epoch.fromS,
    toS: epoch.toS,
    jumpS: isSameClock ? epochs[index - 1]!.jumpTo(epoch) : null,
    bursts: epoch.bursts,
    driftPpm: epoch.curve.meanRate * 1e6,
    driftWithinPpm: ppm(epoch.curve.meanRateWithin),
  };
}

function ppm(rate: number | null): number | null {
  return rate === null ? null : rate * 1e6;
}

function point(burst: LoggedBurst, epoch: FittedEpoch): BurstPoint {
  const { atS, outcome, upperS, lowerS, answered, asked, predicted, isOutside } = burst;
  const smoothed = epoch.estimate(atS);
  return { atS, epoch: burst.epoch, outcome, upperS, lowerS, answered, asked, predicted, smoothed, isOutside };
}

/** The epochs of a clock, one after the other. */
class FittedClock {
  readonly #epochs: readonly FittedEpoch[];

  constructor(epochs: readonly FittedEpoch[]) {
    this.#epochs = epochs;
  }

  estimate(atS: number): ClockEstimate | undefined {
    return this.#epochs.length === 0 ? undefined : this.#epochs[this.#running(atS)]!.estimate(atS);
  }

  mappedBoundS(atS: number): number | undefined {
    if (this.#epochs.length === 0) return undefined;
    const epoch = this.#epochs[this.#running(atS)]!;
    return epoch.curve.estimate(atS).bound99S + epoch.opening(atS).mappedS;
  }

  largestBoundS(): number | undefined {
    if (this.#epochs.length === 0) return undefined;
    return this.#epochs.reduce((largestS, epoch) => Math.max(largestS, epoch.largestMappedBoundS()), 0);
  }

  hubS(deviceS: number, nearS: number): number {
    if (this.#epochs.length < 2) return this.#epochs[0]?.curve.hubS(deviceS) ?? Number.NaN;
    let best = Number.NaN;
    let leastS = Number.POSITIVE_INFINITY;
    for (const index of this.#candidates(nearS)) {
      const hubS = this.#epochs[index]!.curve.hubS(deviceS);
      const offS = this.#outsideS(index, hubS) + lateS(hubS, nearS);
      if (offS < leastS) [best, leastS] = [hubS, offS];
    }
    return best;
  }

  #running(atS: number): number {
    return lastNotAfter(this.#epochs.length, (index) => this.#epochs[index]!.fromS, atS);
  }

  /** With an arrival the epoch that ran then and its neighbours; else all. */
  #candidates(nearS: number): number[] {
    if (Number.isNaN(nearS)) return this.#epochs.map((_, index) => index);
    const running = this.#running(nearS);
    return [running, running - 1, running + 1].filter((index) => this.#epochs[index] !== undefined);
  }

  /** How far a hub time is outside an epoch: it may begin where the one before it opens. */
  #outsideS(index: number, hubS: number): number {
    const fromS = index === 0 ? Number.NEGATIVE_INFINITY : this.#epochs[index - 1]!.openFromS;
    const toS = this.#epochs[index + 1]?.fromS ?? Number.POSITIVE_INFINITY;
    return Math.max(0, fromS - hubS, hubS - toS);
  }
}

/** How far a hub time is from what an arrival allows. */
function lateS(hubS: number, nearS: number): number {
  return Number.isNaN(nearS) ? 0 : Math.max(0, hubS - nearS, nearS - LATE_S - hubS);
}
