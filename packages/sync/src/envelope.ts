import { BeatWatch } from "./beat.js";
import { heightAt, highestLine, LowerHull, type Line } from "./hull.js";
import { maxRate, rateUncertainty } from "./rate-limit.js";

const BIN_S = 5;
/** How much a crystal's rate may leave the straight line (s/s). */
const CONE = 0.5e-6;
/** 35 s: the smoothing of what is left above the line, in bins. */
const MEAN_BINS = 7;
const ROUNDS = 2;
/** Bins looked at on each side of a suspected jump: one minute. */
const LEVEL_BINS = 12;

/** The fitted lower envelope of arrival minus device time, over one run of a device clock. */
export interface Envelope {
  /** Session seconds to add to a device time: the envelope's height there, straight beyond its ends. */
  offsetS(deviceS: number): number;
  /** Rate of session time against device time, less 1, in ppm. */
  readonly ratePpm: number;
  /** How far the envelope may be off, its constant latency left aside, seconds; null where one point was all, or the clock ran further off than is followed. */
  readonly boundS: number | null;
  /** The part of the bound that comes from samples keeping step with the radio; 0 where they do not. */
  readonly beatS: number;
}

/**
 * Collects the points of one run of a device clock, in order of device time. Only those that a line can touch from
 * below are kept, per 5 s of device time, so memory grows by minutes and not by samples.
 */
export class EnvelopePoints {
  readonly fromDeviceS: number;
  readonly fromArrivalS: number;
  #lastDeviceS: number;
  #bins: LowerHull[] = [];
  #count = 0;
  #sumX = 0;
  readonly #beat = new BeatWatch();
  #beatS = 0;

  constructor(deviceS: number, arrivalS: number) {
    this.fromDeviceS = deviceS;
    this.fromArrivalS = arrivalS;
    this.#lastDeviceS = deviceS;
    this.push(deviceS, arrivalS);
  }

  get count(): number {
    return this.#count;
  }

  /** From the first point to the last, seconds of the device clock. */
  get spanS(): number {
    return this.#lastDeviceS - this.fromDeviceS;
  }

  push(deviceS: number, arrivalS: number): void {
    const x = deviceS - this.fromDeviceS;
    if (Math.floor(x / BIN_S) >= this.#bins.length) this.#lookAtBeat();
    this.#beat.push(x, arrivalS - this.fromArrivalS);
    this.#hull(Math.floor(x / BIN_S)).push(x, arrivalS - deviceS);
    this.#lastDeviceS = deviceS;
    this.#count++;
    this.#sumX += x;
  }

  /** Takes all points of a later run of the same clock. */
  append(later: EnvelopePoints): void {
    const shift = later.fromDeviceS - this.fromDeviceS;
    for (const hull of later.#bins) {
      for (let index = 0; index < hull.size; index++) {
        const x = hull.x(index) + shift;
        this.#hull(Math.floor(x / BIN_S)).push(x, hull.y(index));
      }
    }
    this.#lastDeviceS = later.#lastDeviceS;
    this.#count += later.#count;
    this.#sumX += later.#sumX + shift * later.#count;
    this.#beatS = Math.max(this.#beatS, later.#beatS);
  }

  /** The least arrival minus device time within a minute of the first point, or of the last, seconds. */
  levelS(end: "first" | "last"): number {
    const bins = end === "first" ? this.#bins.slice(0, LEVEL_BINS) : this.#bins.slice(-LEVEL_BINS);
    return Math.min(...bins.map((hull) => hull.clearance(() => 0)));
  }

  /** Highest line under all points, what is left above it smoothed and added, lowered where it would pass a point. */
  fit(): Envelope {
    const line = this.#lineWithin(maxRate(this.spanS));
    const curve = new BinnedCurve(line, this.#bins.length);
    for (let round = 0; round < ROUNDS; round++) curve.raise(meanOf(coned(curve.clearances(this.#bins)), MEAN_BINS));
    curve.lower(-Math.min(0, ...curve.clearances(this.#bins)));
    return {
      offsetS: (deviceS) => curve.heightAt(deviceS - this.fromDeviceS),
      ratePpm: line.slope * 1e6,
      boundS: this.#count < 2 || !this.#isFollowed ? null : this.#boundS(curve.clearances(this.#bins)) + this.#beatS,
      beatS: this.#beatS,
    };
  }

  /** A clock that runs further off than any does is not followed. */
  get #isFollowed(): boolean {
    const limit = maxRate(this.spanS);
    return limit < maxRate(Infinity) || Math.abs(this.#lineWithin(Infinity).slope) <= limit;
  }

  /** What nearly all bins leave above the envelope, and what the rate's own uncertainty moves its ends. */
  #boundS(clearances: readonly number[]): number {
    const found = clearances.filter(Number.isFinite).sort((a, b) => a - b);
    const spread = found[Math.min(found.length - 1, Math.ceil(found.length * 0.95))]!;
    return spread + (this.spanS > 0 ? (rateUncertainty(this.spanS) * this.spanS) / 2 : 0);
  }

  #lookAtBeat(): void {
    this.#beat.look();
    this.#beatS = Math.max(this.#beatS, this.#beat.beatS);
  }

  /** The highest line under all points whose rate is at most so much. */
  #lineWithin(rate: number): Line {
    const hull = new LowerHull();
    for (const bin of this.#bins) {
      for (let index = 0; index < bin.size; index++) hull.push(bin.x(index), bin.y(index));
    }
    return highestLine(hull, this.#sumX / this.#count, rate);
  }

  #hull(bin: number): LowerHull {
    while (this.#bins.length <= bin) this.#bins.push(new LowerHull());
    return this.#bins[bin]!;
  }
}

/** A line plus a correction that is straight inside each bin, so that a bin's hull is all that can touch it. */
class BinnedCurve {
  readonly #line: Line;
  /** The correction at each edge of a bin. */
  readonly #edges: Float64Array;

  constructor(line: Line, bins: number) {
    this.#line = line;
    this.#edges = new Float64Array(bins + 1);
  }

  heightAt(x: number): number {
    const last = this.#edges.length - 1;
    const at = Math.max(0, Math.min(last, x / BIN_S));
    const bin = Math.min(last - 1, Math.floor(at));
    const [left, right] = [this.#edges[bin]!, this.#edges[bin + 1]!];
    return heightAt(this.#line, x) + left + (right - left) * (at - bin);
  }

  /** Per bin, how far its lowest point is above the curve; infinite in a bin without points. */
  clearances(bins: readonly LowerHull[]): number[] {
    return bins.map((hull) => hull.clearance((x) => this.heightAt(x)));
  }

  /** Adds values given at the middle of each bin. */
  raise(middles: readonly number[]): void {
    for (let edge = 0; edge < this.#edges.length; edge++) {
      const left = middles[Math.max(0, edge - 1)]!;
      const right = middles[Math.min(middles.length - 1, edge)]!;
      this.#edges[edge]! += (left + right) / 2;
    }
  }

  lower(by: number): void {
    for (let edge = 0; edge < this.#edges.length; edge++) this.#edges[edge]! -= by;
  }
}

/** Each value lowered to what its neighbours allow: a crystal leaves the line no faster than the cone. */
function coned(values: readonly number[]): number[] {
  const out = [...values];
  const step = CONE * BIN_S;
  for (let i = 1; i < out.length; i++) out[i] = Math.min(out[i]!, out[i - 1]! + step);
  for (let i = out.length - 2; i >= 0; i--) out[i] = Math.min(out[i]!, out[i + 1]! + step);
  return out;
}

/** The mean over `width` neighbours, over fewer at the ends. */
function meanOf(values: readonly number[], width: number): number[] {
  const half = (width - 1) / 2;
  return values.map((_, middle) => {
    const window = values.slice(Math.max(0, middle - half), middle + half + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}
