import { BURST_GAP_S } from "./probes/schedule.js";
import type { Exchange } from "./two-way.js";

/** What makes a device's clock useless as one. */
export type ClockFault =
  /** It tells the time of day: it will be set, and leap. */
  | { readonly kind: "epoch"; readonly deviceS: number }
  /** It counts something else than seconds: so many of its units pass in a second. */
  | { readonly kind: "unit"; readonly rate: number }
  | { readonly kind: "frozen"; readonly atS: number }
  | { readonly kind: "jumping"; readonly jumps: number; readonly overS: number }
  /** Samples are stamped so far ahead of the clock that answers the probes (< 0: behind it). */
  | { readonly kind: "stamps"; readonly aheadS: number };

/** `unknown` until enough was seen. */
export type ClockVerdict = { readonly kind: "unknown" | "good" } | ClockFault;

/** An exchange with the clock that answered it, and that clock's resolution in seconds. */
type StampedExchange = Exchange & { readonly clockId?: string; readonly quantS?: number };

/** One reading of both clocks, seconds: the middle of the quickest exchange of a burst; either may be off by `slackS`. */
interface Reading {
  readonly hubS: number;
  readonly deviceS: number;
  readonly slackS: number;
}

const KEPT_READINGS = 11;
/** So many spans between bursts must agree before anything is said. */
const AGREEING = 3;
/** No device runs for sixteen years; a clock that counts from 1970 has more than three times that. */
const EPOCH_FROM_S = 5e8;
/** A crystal is off by 0.01 % at the very worst. */
const RATE_OFF = 0.1;
/** Spans of one wrong rate differ by less. */
const RATE_SPREAD = 0.2;
/** The estimator follows no clock that is further off than this; no crystal is. */
const FOLLOWED = 1e-3;
/** What exceeds the doubt of two readings by this, and by this share of their distance, is a jump. */
const JUMP_S = 5e-3;
const JUMP_SHARE = 1e-3;
/** One more than agree on a wrong rate: a clock that begins to run at one is not said to jump first. */
const JUMPS = AGREEING + 1;

/** Judges from probes whether a device's clock is one: monotonic, in seconds, running, without leaps. Constant memory. */
export class ClockSanity {
  #clockId: string | undefined;
  #readings: Reading[] = [];
  #best: Reading | undefined;
  #lastS = Number.NaN;
  #verdict: ClockVerdict = { kind: "unknown" };

  get verdict(): ClockVerdict {
    return this.#verdict;
  }

  /** Takes an answered exchange, in the order of the questions; another clock is judged anew. */
  push({ t1S, t2S, t3S, t4S, clockId, quantS = 0 }: StampedExchange): void {
    const reading = { hubS: (t1S + t4S) / 2, deviceS: (t2S + t3S) / 2, slackS: (t4S - t1S) / 2 + quantS };
    if (!(Number.isFinite(reading.deviceS) && reading.slackS >= 0)) return;
    if (clockId !== this.#clockId) this.#begin(clockId);
    if (t1S - this.#lastS > BURST_GAP_S) this.#endBurst();
    this.#lastS = t1S;
    if (this.#best === undefined || reading.slackS < this.#best.slackS) this.#best = reading;
  }

  #begin(clockId: string | undefined): void {
    this.#clockId = clockId;
    this.#readings = [];
    this.#best = undefined;
    this.#lastS = Number.NaN;
    this.#verdict = { kind: "unknown" };
  }

  #endBurst(): void {
    if (this.#best === undefined) return;
    this.#readings = [...this.#readings.slice(1 - KEPT_READINGS), this.#best];
    this.#best = undefined;
    this.#verdict = judge(this.#readings);
  }
}

function judge(readings: readonly Reading[]): ClockVerdict {
  const spans = readings.slice(1).map((reading, index) => spanOf(readings[index]!, reading));
  if (spans.length < AGREEING) return { kind: "unknown" };
  const newest = spans.slice(-AGREEING);
  const last = readings.at(-1)!;
  if (newest.every(isStill)) return { kind: "frozen", atS: last.deviceS };
  const rate = wrongRate(newest);
  if (rate !== undefined) return { kind: "unit", rate };
  if (last.deviceS >= EPOCH_FROM_S && !newest.some(isOffRate)) return { kind: "epoch", deviceS: last.deviceS };
  const unfollowed = unfollowedRate(readings);
  if (unfollowed !== undefined) return { kind: "unit", rate: unfollowed };
  const jumps = spans.filter(isJump).length;
  const overS = last.hubS - readings[0]!.hubS;
  return jumps >= JUMPS ? { kind: "jumping", jumps, overS } : { kind: "good" };
}

/** How far both clocks went from one reading to the next, and how far that may be off. */
function spanOf(from: Reading, to: Reading): Reading {
  return { hubS: to.hubS - from.hubS, deviceS: to.deviceS - from.deviceS, slackS: from.slackS + to.slackS };
}

/** The rate on which spans agree, if no clock has it. */
function wrongRate(spans: readonly Reading[]): number | undefined {
  const rates = spans.map(({ hubS, deviceS }) => deviceS / hubS);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const isOne = rates.every((rate) => Math.abs(rate - mean) <= RATE_SPREAD * Math.abs(mean));
  return isOne && spans.every(isOffRate) ? mean : undefined;
}

/** The rate of a clock that is off by more than is followed, in both halves of what was seen and about the same: a jump is in one. */
function unfollowedRate(readings: readonly Reading[]): number | undefined {
  if (readings.length < KEPT_READINGS) return undefined;
  const [first, last] = [readings[0]!, readings.at(-1)!];
  const middle = readings[readings.length >> 1]!;
  const [early, late] = [gainOf(first, middle), gainOf(middle, last)];
  const isOne = Math.abs(early.gain - late.gain) <= RATE_SPREAD * Math.abs(early.gain) + early.doubt + late.doubt;
  const isOff = [early, late].every(({ gain, doubt }) => Math.abs(gain) > FOLLOWED + doubt);
  if (!isOne || !isOff) return undefined;
  const { hubS, deviceS } = spanOf(first, last);
  return deviceS / hubS;
}

/** Device seconds gained per hub second from one reading to another, and how far that may be off. */
function gainOf(from: Reading, to: Reading): { readonly gain: number; readonly doubt: number } {
  const { hubS, deviceS, slackS } = spanOf(from, to);
  return { gain: (deviceS - hubS) / hubS, doubt: slackS / hubS };
}

function isOffRate({ hubS, deviceS, slackS }: Reading): boolean {
  return Math.abs(deviceS - hubS) > RATE_OFF * hubS + slackS;
}

/** It did not move, though more time passed than the clock's resolution and the doubt can hide. */
function isStill({ hubS, deviceS, slackS }: Reading): boolean {
  return deviceS === 0 && hubS > slackS;
}

function isJump({ hubS, deviceS, slackS }: Reading): boolean {
  return Math.abs(deviceS - hubS) > slackS + JUMP_S + JUMP_SHARE * hubS;
}

/** Nothing is stamped later than it arrives, but for the doubt of both clocks. */
const AHEAD_S = 1;
/** A phone that was away brings samples of hours, not of weeks. */
const BEHIND_S = 7 * 86_400;
/** A clock that was set is understood within a few bursts: until then its stamps may look wrong. */
const WRONG_FOR_S = 10;

/** Judges from its stamps whether a stream is on the clock that answers the probes. */
export class StampSanity {
  #wrongSinceS: number | undefined;
  #verdict: ClockVerdict = { kind: "unknown" };

  get verdict(): ClockVerdict {
    return this.#verdict;
  }

  /** Takes a block's newest sample: its time by the probed clock and its arrival, both hub seconds. */
  push(sampleS: number, arrivalS: number): void {
    const aheadS = sampleS - arrivalS;
    if (aheadS <= AHEAD_S && aheadS >= -BEHIND_S) {
      this.#wrongSinceS = undefined;
      this.#verdict = { kind: "good" };
      return;
    }
    this.#wrongSinceS ??= arrivalS;
    if (arrivalS - this.#wrongSinceS >= WRONG_FOR_S) this.#verdict = { kind: "stamps", aheadS };
  }
}

/** Whether a verdict says that something is wrong. */
export function isClockFault(verdict: ClockVerdict): verdict is ClockFault {
  return verdict.kind !== "unknown" && verdict.kind !== "good";
}
