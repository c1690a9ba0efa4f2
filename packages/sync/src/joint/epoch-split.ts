import type { Seen } from "./observations.js";

/** The instant of a jump is open by so much on both sides: two questions to a clock are less apart, and so are two bins. */
export const OPEN_S = 10;

/** What one epoch is made of. */
export interface EpochSource extends Seen {
  /** Whether it began with a jump inside the running stream, whose instant is open. */
  readonly beginsWithStep: boolean;
}

/** Cuts what was seen at session times, in any order; a piece without a sample gives nothing, and its readings are left out. */
export function splitAt(source: EpochSource, cutsS: readonly number[], why: "another" | "step"): EpochSource[] {
  const edges = [-Infinity, ...[...cutsS].sort((a, b) => a - b), Infinity];
  const pieces = edges.slice(1).map((toS, index) => {
    const fromS = edges[index]!;
    return {
      samples: source.samples.filter(({ arrivalS }) => arrivalS >= fromS && arrivalS < toS),
      readings: source.readings.filter(({ t1S }) => t1S >= fromS && t1S < toS),
      beginsWithStep: index === 0 ? source.beginsWithStep : why === "step",
    };
  });
  return pieces.filter(({ samples }) => samples.length > 0);
}

/**
 * What can be relied on of an epoch: what was seen next to a jump may be of the clock on its other side. Too short an epoch
 * keeps its samples, for its shape, and no reading: nothing is said of its place.
 */
export function withoutOpenEnds({ samples, readings, beginsWithStep }: EpochSource, endsWithStep: boolean): Seen {
  const fromS = beginsWithStep ? samples[0]!.arrivalS + OPEN_S : -Infinity;
  const toS = endsWithStep ? samples.at(-1)!.arrivalS - OPEN_S : Infinity;
  const sure = samples.filter(({ arrivalS }) => arrivalS >= fromS && arrivalS <= toS);
  if (sure.length === 0) return { samples, readings: [] };
  return { samples: sure, readings: readings.filter(({ t1S, t4S }) => t1S >= fromS && t4S <= toS) };
}
