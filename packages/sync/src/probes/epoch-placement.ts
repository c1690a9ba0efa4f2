/** A sample seldom waits longer on its way; what comes later was kept on the device while the link was down. */
export const LATE_S = 1;
/** Samples of a stream come in the order in which they were taken, give or take this. */
const ORDER_SLACK_S = 0.05;

/** The hub time that one epoch gives a device time. */
export interface Placement {
  /** Number of the epoch. */
  readonly epoch: number;
  readonly hubS: number;
  /** How far that is before the epoch began, or after it ended, seconds. */
  readonly outsideS: number;
  /** How far it may be off, seconds. */
  readonly hardS: number;
}

/** What else is known of a sample: both may be not a number. */
export interface SampleFacts {
  /** When it arrived, hub seconds. */
  readonly arrivalS: number;
  /** Hub time of the sample before it in its stream. */
  readonly afterS: number;
}

/** Whether a sample can have been taken at that time: in the epoch, before it arrived, after the sample before it. */
export function isPossible(placement: Placement, facts: SampleFacts): boolean {
  return impossibleS(placement, facts) <= placement.hardS;
}

/**
 * The epoch a sample is of: a clock that was set back shows a time twice. What cannot be is left out first. Then it is the
 * epoch in which the sample came in time and the stream has no gap; else the one in which it goes on at once; else the one in
 * which the sample waited least. Where that is the same of several it is the first named.
 */
export function chosen(placements: readonly Placement[], facts: SampleFacts): Placement | undefined {
  const possible = placements.filter((placement) => isPossible(placement, facts));
  if (possible.length === 0) return least(placements, (placement) => impossibleS(placement, facts));
  const gapS = ({ hubS }: Placement): number => Math.max(0, hubS - facts.afterS - ORDER_SLACK_S);
  const lateS = ({ hubS }: Placement): number => lateByS(hubS, facts.arrivalS);
  const goesOn = possible.filter((placement) => gapS(placement) <= LATE_S);
  if (goesOn.length === 0) return least(possible, lateS);
  return goesOn.find((placement) => lateS(placement) === 0) ?? least(goesOn, gapS);
}

/** By how much more than usual a sample taken then was late. */
export function lateByS(hubS: number, arrivalS: number): number {
  return Number.isNaN(arrivalS) ? 0 : Math.max(0, arrivalS - LATE_S - hubS);
}

function impossibleS({ hubS, outsideS }: Placement, { arrivalS, afterS }: SampleFacts): number {
  const earlyS = Number.isNaN(arrivalS) ? 0 : hubS - arrivalS;
  const behindS = Number.isNaN(afterS) ? 0 : afterS - ORDER_SLACK_S - hubS;
  return Math.max(0, outsideS, earlyS, behindS);
}

function least(placements: readonly Placement[], cost: (placement: Placement) => number): Placement | undefined {
  let best: Placement | undefined;
  for (const placement of placements) if (best === undefined || cost(placement) < cost(best)) best = placement;
  return best;
}
