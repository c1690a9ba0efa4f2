import type { BurstLog, LoggedBurst } from "./burst-log.js";
import type { ClockEstimate } from "./clock-estimate.js";
import { chosen, isPossible, lateByS, type Placement, type SampleFacts } from "./epoch-placement.js";
import { FittedEpoch } from "./fitted-epoch.js";
import { PARAMETERS as P } from "./parameters.js";
import type { BurstPoint, ProbeEpoch, ProbeFit } from "./probe-fit.js";
import { lastNotAfter } from "./search.js";

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
    mappedBoundS: (atS, arrivalS) => clock.mappedBoundS(atS, arrivalS),
    hubS: (deviceS, nearS, afterS = Number.NaN) => clock.hubS(deviceS, { arrivalS: nearS, afterS }),
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

  mappedBoundS(atS: number, arrivalS = atS): number | undefined {
    if (this.#epochs.length === 0) return undefined;
    const epoch = this.#epochs[this.#running(atS)]!;
    return epoch.curve.estimate(atS).bound99S + epoch.opening(atS).mappedS + this.#twiceS(atS, arrivalS);
  }

  largestBoundS(): number | undefined {
    if (this.#epochs.length === 0) return undefined;
    return this.#epochs.reduce((largestS, epoch) => Math.max(largestS, epoch.largestMappedBoundS()), 0);
  }

  hubS(deviceS: number, facts: SampleFacts): number {
    if (this.#epochs.length < 2) return this.#epochs[0]?.curve.hubS(deviceS) ?? Number.NaN;
    return chosen(this.#placements(deviceS, facts), facts)?.hubS ?? Number.NaN;
  }

  /** How far apart the times are at which the clock showed what it showed then, when the sample came too late to tell. */
  #twiceS(atS: number, arrivalS: number): number {
    const isInTime = !Number.isNaN(arrivalS) && lateByS(atS, arrivalS) === 0;
    if (this.#epochs.length < 2 || isInTime) return 0;
    const facts = { arrivalS, afterS: Number.NaN };
    const deviceS = atS + this.#epochs[this.#running(atS)]!.curve.thetaS(atS);
    const possible = this.#placements(deviceS, facts).filter((placement) => isPossible(placement, facts));
    return possible.reduce((most, { hubS }) => Math.max(most, Math.abs(hubS - atS)), 0);
  }

  #running(atS: number): number {
    return lastNotAfter(this.#epochs.length, (index) => this.#epochs[index]!.fromS, atS);
  }

  /**
   * By each epoch that a sample may be of: those from the sample before it to just behind its arrival, the one that ran when
   * it arrived first. Of a sample that came in time, by that and its neighbours alone.
   */
  #placements(deviceS: number, facts: SampleFacts): Placement[] {
    const last = this.#epochs.length - 1;
    const running = Number.isNaN(facts.arrivalS) ? last : this.#running(facts.arrivalS);
    const near = [running, running - 1, running + 1].filter((index) => this.#epochs[index] !== undefined);
    const nearest = near.map((epoch) => this.#placement(epoch, deviceS));
    const isInTime = (placement: Placement): boolean =>
      isPossible(placement, facts) && lateByS(placement.hubS, facts.arrivalS) === 0;
    if (!Number.isNaN(facts.arrivalS) && nearest.some(isInTime)) return nearest;
    const first = Number.isNaN(facts.afterS) ? 0 : this.#running(facts.afterS);
    for (let epoch = running - 2; epoch >= first; epoch--) nearest.push(this.#placement(epoch, deviceS));
    return nearest;
  }

  #placement(epoch: number, deviceS: number): Placement {
    const { curve } = this.#epochs[epoch]!;
    const hubS = curve.hubS(deviceS);
    return { epoch, hubS, outsideS: this.#outsideS(epoch, hubS), hardS: curve.estimate(hubS).hardS };
  }

  /** How far a hub time is outside an epoch: it may begin where the one before it opens. */
  #outsideS(index: number, hubS: number): number {
    const fromS = index === 0 ? Number.NEGATIVE_INFINITY : this.#epochs[index - 1]!.openFromS;
    const toS = this.#epochs[index + 1]?.fromS ?? Number.POSITIVE_INFINITY;
    return Math.max(0, fromS - hubS, hubS - toS);
  }
}
