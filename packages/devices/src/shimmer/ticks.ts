import { TICK_HZ } from "./opcodes.js";

/** A step is taken as a gap of at most this many periods; beyond it a new chain of packets must prove itself. */
const LONGEST_GAP_STEPS = 200;
/**
 * Steps over which the running step is averaged. Steps that jitter by half a tick leave the mean of 4096 uncertain by
 * some 0.01 ticks: at 512 Hz that is a quarter of a sample in a gap of 1500.
 */
const STEP_WINDOW = 4_096;

/** What a tick line must know of the stream. */
export interface TickLineOptions {
  /** Nominal period, ticks. */
  readonly stepTicks: number;
  /** How far one step may be off: Shimmer3 sets its deadline after the interrupt (4), the 3R is exact within 2. */
  readonly toleranceTicks: number;
  /** 24, or 16 on firmware before LogAndStream 0.5.4. */
  readonly counterBits: 16 | 24;
}

/**
 * The device's tick counter as one growing number, and the samples that are missing in it. The running step is the
 * mean of the last single steps: a Shimmer3's real period is the nominal one plus up to a few ticks, so that the
 * nominal one (or a median, which is whole) would miscount long gaps.
 */
export class TickLine {
  /** Unwrapped ticks of the sample accepted last; NaN before the first. */
  ticks = Number.NaN;
  /** Samples lost between the last two accepted. */
  missing = 0;
  readonly #options: TickLineOptions;
  readonly #modulus: number;
  readonly #steps = new Int32Array(STEP_WINDOW);
  #stepCount = 0;
  #stepSum = 0;
  #lastRaw = -1;
  #lastArrivalUs = 0;

  constructor(options: TickLineOptions) {
    this.#options = options;
    this.#modulus = 2 ** options.counterBits;
  }

  /** Whether a sample was accepted before. */
  get hasHistory(): boolean {
    return this.#lastRaw >= 0;
  }

  /** Running period, ticks. */
  get stepTicks(): number {
    return this.#stepCount === 0 ? this.#options.stepTicks : this.#stepSum / Math.min(this.#stepCount, STEP_WINDOW);
  }

  /** Whether counter value `raw` can follow `before`: a whole number of steps, at most 200. */
  follows(before: number, raw: number): boolean {
    const delta = (raw - before) & (this.#modulus - 1);
    const step = this.stepTicks;
    const steps = Math.round(delta / step);
    return (
      steps >= 1 && steps <= LONGEST_GAP_STEPS && Math.abs(delta - steps * step) <= this.#options.toleranceTicks * steps
    );
  }

  /** Whether `raw` is exactly the next sample after `before`. */
  isNextStep(before: number, raw: number): boolean {
    const delta = (raw - before) & (this.#modulus - 1);
    return Math.abs(delta - this.stepTicks) <= this.#options.toleranceTicks;
  }

  /** Whether `raw` can follow the sample accepted last. */
  canFollow(raw: number): boolean {
    return this.follows(this.#lastRaw, raw);
  }

  /** Takes counter value `raw` as the next sample, arrived at `arrivalUs`; sets `ticks` and `missing`. */
  accept(raw: number, arrivalUs: number): void {
    if (this.#lastRaw < 0) {
      this.ticks = raw;
      this.missing = 0;
    } else {
      const delta = ((raw - this.#lastRaw) & (this.#modulus - 1)) + this.#wraps(raw, arrivalUs) * this.#modulus;
      const steps = Math.round(delta / this.stepTicks);
      this.missing = Math.max(0, steps - 1);
      this.ticks += delta;
      if (this.isNextStep(this.#lastRaw, raw)) this.#learn(delta);
    }
    this.#lastRaw = raw;
    this.#lastArrivalUs = arrivalUs;
  }

  /** Whole turns of the counter that the host's clock saw beside the visible difference. */
  #wraps(raw: number, arrivalUs: number): number {
    const elapsedTicks = ((arrivalUs - this.#lastArrivalUs) * TICK_HZ) / 1e6;
    if (elapsedTicks < this.#modulus / 2) return 0;
    const delta = (raw - this.#lastRaw) & (this.#modulus - 1);
    return Math.max(0, Math.round((elapsedTicks - delta) / this.#modulus));
  }

  #learn(delta: number): void {
    const slot = this.#stepCount % STEP_WINDOW;
    this.#stepSum += delta - this.#steps[slot]!;
    this.#steps[slot] = delta;
    this.#stepCount += 1;
  }
}
