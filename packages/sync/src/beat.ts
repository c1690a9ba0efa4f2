/** Radios send on a schedule whose interval is a multiple of this (Bluetooth Core specification, volume 6 B, 4.5.1), seconds. */
const UNIT_S = 1.25e-3;
/** Intervals looked for: 7.5 to 50 ms, as hosts choose them for sensors. */
const UNITS = { least: 6, most: 40 } as const;
/** Arrivals keep to a schedule when their phases in its interval agree so well (1 = perfectly). */
const COHERENCE = 0.9;
/** Looked at roughly first: one arrival of so many, and what they must agree by at least; given up at every fourth if it cannot come to that. */
const ROUGH = { every: 4, coherence: 0.75, fewest: 128, check: 4 } as const;
/** What is judged: the newest samples within this time, and at least so many. */
const WINDOW_S = 20;
const FEWEST = 16;
const MOST = 256;
/** Stamps are whole ticks, and a device may set its deadline a few ticks late: its steps differ by this, seconds. */
const STAMP_TOLERANCE_S = 130e-6;
/** Of ten or more samples between two stamps one may be kept: the period is at least this part of the least step. */
const STEP_PARTS = 32;
const SIMULATED_S = 10;
const MOST_PHASES = 512;
/** Looks that count (one minute of them), and the share that must agree: a stall of the link hides the schedule for a while. */
const LOOKS = 12;
const AGREEING_SHARE = 1 / 4;
const FEWEST_LOOKS = 3;

/**
 * Tells how much of the latency a stream may never show because its samples keep step with the radio: where the sample
 * period and the radio's interval have a common multiple that is short, every sample waits one of a few times for its
 * turn, and which ones drifts over minutes. The lowest latency seen is then above the true lowest by up to the distance
 * between those times.
 */
export class BeatWatch {
  readonly #stampsS = new Float64Array(MOST);
  readonly #arrivalsS = new Float64Array(MOST);
  readonly #found: number[] = [];
  #count = 0;
  #beatS = 0;

  /** How far the lowest latency may be above the true lowest, by the last looks, seconds; 0 without a radio's schedule. */
  get beatS(): number {
    return this.#beatS;
  }

  /** One sample, seconds from any origin. */
  push(deviceS: number, arrivalS: number): void {
    const at = this.#count % MOST;
    this.#stampsS[at] = deviceS;
    this.#arrivalsS[at] = arrivalS;
    this.#count += 1;
  }

  /** Judges the newest samples; to be called every few seconds. */
  look(): void {
    const size = Math.min(this.#count, MOST);
    if (size === 0) return;
    const newest = this.#arrivalsS[(this.#count - 1) % MOST]!;
    let first = this.#count - size;
    while (first < this.#count && this.#arrivalsS[first % MOST]! < newest - WINDOW_S) first += 1;
    this.#found.push(this.#count - first < FEWEST ? 0 : this.#unseenS(first));
    if (this.#found.length > LOOKS) this.#found.shift();
    const { length } = this.#found;
    if (length >= FEWEST_LOOKS)
      this.#beatS = [...this.#found].sort((a, b) => b - a)[Math.ceil(length * AGREEING_SHARE) - 1]!;
  }

  #unseenS(first: number): number {
    const intervalsS = radioIntervalsS(this.#inOrder(this.#arrivalsS, first));
    if (intervalsS.length === 0) return 0;
    const periodS = samplePeriodS([...this.#inOrder(this.#stampsS, first)]);
    return periodS === undefined ? 0 : Math.max(...intervalsS.map((intervalS) => widestGapS(periodS, intervalS)));
  }

  #inOrder(values: Float64Array, first: number): Float64Array {
    const ordered = new Float64Array(this.#count - first);
    for (let at = 0; at < ordered.length; at++) ordered[at] = values[(first + at) % MOST]!;
    return ordered;
  }
}

/** The intervals to which arrivals keep, seconds, the longest first: a schedule keeps to the parts of its own interval as well. */
export function radioIntervalsS(arrivalsS: ArrayLike<number>): number[] {
  const found: number[] = [];
  const every = arrivalsS.length < ROUGH.fewest ? 1 : ROUGH.every;
  for (let units = UNITS.most; units >= UNITS.least; units--) {
    const intervalS = units * UNIT_S;
    if (!isCoherent(arrivalsS, { intervalS, every, least: ROUGH.coherence })) continue;
    if (isCoherent(arrivalsS, { intervalS, every: 1, least: COHERENCE })) found.push(intervalS);
  }
  return found;
}

/**
 * Whether one in `every` of the times, taken as the hand of a clock that turns once per interval, point the same way: the length
 * of their mean, 0 (spread) to 1 (all the same), is at least `least`.
 */
function isCoherent(
  timesS: ArrayLike<number>,
  { intervalS, every, least }: { readonly intervalS: number; readonly every: number; readonly least: number },
): boolean {
  const needed = least * Math.ceil(timesS.length / every);
  const turn = (2 * Math.PI) / intervalS;
  const origin = timesS[0]!;
  let x = 0;
  let y = 0;
  let left = Math.ceil(timesS.length / every);
  for (let at = 0; at < timesS.length; at += every) {
    const angle = turn * (timesS[at]! - origin);
    x += Math.cos(angle);
    y += Math.sin(angle);
    left -= 1;
    // Most schedules are ruled out early: what is left could not make them agree any more.
    if (left % ROUGH.check === 0 && Math.sqrt(x * x + y * y) + left < needed) return false;
  }
  return Math.sqrt(x * x + y * y) >= needed;
}

/** The period of which all steps between stamps are multiples, seconds; undefined where there is none (samples may be missing). */
export function samplePeriodS(stampsS: readonly number[]): number | undefined {
  const steps = stampsS.slice(1).map((stampS, index) => stampS - stampsS[index]!);
  const least = steps.reduce((least, step) => (step > 0 && step < least ? step : least), Infinity);
  for (let parts = 1; parts <= STEP_PARTS && Number.isFinite(least); parts++) {
    const periodS = refined(steps, least / parts);
    if (steps.every((step) => Math.abs(step - Math.round(step / periodS) * periodS) <= STAMP_TOLERANCE_S))
      return periodS;
  }
  return undefined;
}

/** The mean period, when each step is the nearest multiple of a first guess. */
function refined(steps: readonly number[], guessS: number): number {
  let sum = 0;
  let periods = 0;
  for (const step of steps) {
    sum += step;
    periods += Math.round(step / guessS);
  }
  return periods === 0 ? guessS : sum / periods;
}

/** The widest stretch of a radio's interval in which no sample of some seconds falls. */
export function widestGapS(periodS: number, intervalS: number): number {
  const count = Math.max(1, Math.min(MOST_PHASES, Math.floor(SIMULATED_S / periodS)));
  const phases = new Float64Array(count);
  for (let n = 0; n < count; n++) phases[n] = (n * periodS) % intervalS;
  phases.sort();
  let widest = phases[0]! + intervalS - phases[count - 1]!;
  for (let at = 1; at < count; at++) widest = Math.max(widest, phases[at]! - phases[at - 1]!);
  return widest;
}
