import type { QualityScore } from "@polychron/session/format";

/** The limits of each score's factors: at the first of a pair a factor is 1, from the second on 0. */
export const SCORE_LIMITS = {
  /** Time bound of a device, seconds. */
  boundS: [1e-3, 100e-3],
  /** The same of a camera, whose frames last longer than what their stamps may be off. */
  stampS: [5e-3, 100e-3],
  /** Start against the scheduled start, seconds. */
  skewS: [10e-3, 1],
  /** Rate against the nominal one, as a share of it. */
  rate: [0.01, 0.2],
  /** Bursts that missed their prediction: from this share on nothing is left. */
  outside: 0.1,
  /** What the closeness of a clock that cannot be asked is worth, for its constant latency is unknown. */
  oneWay: 0.7,
} as const;

/** What of a device's data counts; each a share from 0 to 1, null where it does not apply. */
export interface DataShares {
  /** Per stream: samples written of those that the device's numbering expects. */
  readonly written: readonly number[];
  /** Of the recording time, how much the device was there. */
  readonly present: number | null;
  /** Per stream: the rate of the device against the nominal one, less 1. */
  readonly rateOff: readonly number[];
  /** Of the files, how many are complete. */
  readonly files: number | null;
}

/** How well a device's times hold. */
export interface SyncFacts {
  readonly method: "two_way" | "joint" | "one_way" | "hub" | "none";
  /** Half width of the 99 % bound, seconds; null where none can be stated. */
  readonly boundS: number | null;
  /** Of the bursts, how many missed their prediction. */
  readonly outside: number;
}

/** How well a device followed the session. */
export interface CoordinationFacts {
  /** Per stream: first kept sample against the scheduled start, seconds; `Infinity` for one that never began. */
  readonly startSkewsS: readonly number[];
  /** Of the orders that are answered, how many were. */
  readonly acknowledged: number | null;
  /** Of the recording time how much it was there, and of the questions to its clock how many it answered. */
  readonly present: number | null;
  readonly answered: number | null;
}

/** 1 up to `best`, 0 from `worst` on, in between by the logarithm. */
export function fade(value: number, [best, worst]: readonly [best: number, worst: number]): number {
  if (!(value > best)) return 1;
  return value >= worst ? 0 : Math.log(worst / value) / Math.log(worst / best);
}

/** Data quality: the product of completeness, presence, rate and files; completeness and rate are means over the streams. */
export function dataScore({ written, present, rateOff, files }: DataShares): QualityScore {
  const completeness = mean(written.map(clamped));
  const rate = mean(rateOff.map((off) => fade(Math.abs(off), SCORE_LIMITS.rate)));
  const parts = { completeness, presence: clampedOrNull(present), rate, files: clampedOrNull(files) };
  return { value: product(Object.values(parts)), parts };
}

/**
 * Synchronisation quality: closeness by the bound, times how well the live bound held. A clock that cannot be asked counts
 * less, for its constant latency is unknown; one without any observation counts nothing.
 */
export function syncScore({ method, boundS, outside }: SyncFacts): QualityScore {
  const weight = { two_way: 1, joint: 1, hub: 1, one_way: SCORE_LIMITS.oneWay, none: 0 }[method];
  const limits = method === "hub" ? SCORE_LIMITS.stampS : SCORE_LIMITS.boundS;
  const closeness = boundS === null ? 0 : weight * fade(boundS, limits);
  const held = 1 - Math.min(1, outside / SCORE_LIMITS.outside);
  return { value: closeness * held, parts: { closeness, held } };
}

/** Coordination: the mean of starts, acknowledgements and heartbeats, as far as they apply. */
export function coordinationScore({ startSkewsS, acknowledged, present, answered }: CoordinationFacts): QualityScore {
  const starts = mean(startSkewsS.map((skewS) => fade(Math.abs(skewS), SCORE_LIMITS.skewS)));
  const heartbeats = present === null && answered === null ? null : clamped((present ?? 1) * (answered ?? 1));
  const parts = { starts, acknowledgements: clampedOrNull(acknowledged), heartbeats };
  return { value: mean(Object.values(parts).filter((part) => part !== null)), parts };
}

/** A session is as good as the weakest of its devices. */
export function lowest(
  scores: readonly { readonly device: string; readonly score: QualityScore }[],
): QualityScore & { device: string | null } {
  const known = scores.filter(({ score }) => score.value !== null);
  const least = known.reduce<(typeof known)[number] | undefined>(
    (low, next) => (low === undefined || next.score.value! < low.score.value! ? next : low),
    undefined,
  );
  return least === undefined ? { value: null, parts: {}, device: null } : { ...least.score, device: least.device };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function product(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((all, value) => all * value, 1);
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function clampedOrNull(value: number | null): number | null {
  return value === null ? null : clamped(value);
}
