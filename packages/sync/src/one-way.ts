import { hubUs, type HubUs } from "@polychron/session/model";
import { ArrivalLine, type LineOutcome } from "./arrivals/arrival-line.js";
import { OtherRun, type Arrival } from "./arrivals/other-run.js";

/** What a live one-way clock can say of its own error, seconds. */
export interface OneWayBound {
  /** How far times may be off against each other; null while too little was seen (15 s), and while it is open whether the clock jumped. */
  readonly relativeS: number | null;
  /** The part of it that comes from samples keeping step with the radio; 0 where they do not. */
  readonly beatS: number;
}

/**
 * What became of a sample: `early` and `strange` are wrong, or the first after a jump, and are kept out until more is known;
 * `left_out` is no number, or out of order. With the others the clock began afresh: another run of it (`began`), or its
 * least latency `fell` or `rose` by more than its rate explains.
 */
export type SampleOutcome = LineOutcome | "strange" | "began" | "left_out";

/**
 * Hub time of samples from a device that cannot be asked for its clock, while they arrive: the lower envelope of
 * arrival minus device time. Causal; memory and cost per sample do not grow. The link's constant latency stays in it:
 * all times are late by it, and nothing here can tell how much it is. What does not fit waits for others that say the same.
 */
export class OneWayClock {
  #line: ArrivalLine | undefined;
  readonly #other = new OtherRun();
  #starts = 0;
  #leftOut = 0;
  #isStale = false;

  /** Device time of the last sample that was taken; not a number before the first. */
  get lastS(): number {
    return this.#line?.lastS ?? Number.NaN;
  }

  /** How often it began, the first time included: a restart is another clock. */
  get starts(): number {
    return this.#starts;
  }

  /** Samples that were left out: no number, out of order, or wrong stamps, for nothing after them confirmed them. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Whether it is open if the clock has jumped, because a sample came that is not on its line. */
  get isInDoubt(): boolean {
    return this.#other.isOpen || this.#line?.isInDoubt === true;
  }

  /** Whether its rate is one that a clock may have: faster changes are not followed, and no bound is stated. */
  get isFollowed(): boolean {
    return this.#line?.isFollowed ?? true;
  }

  /** Hub seconds gained per device second, and how far that may be wrong. */
  get rate(): { readonly perS: number; readonly wrongByPerS: number } {
    return { perS: this.#line?.perS ?? 0, wrongByPerS: this.#line?.wrongByPerS ?? Infinity };
  }

  /** How far the least latency of the last second is above the envelope, where that is more than usual; seconds. */
  get risenS(): number {
    return this.#line?.risenS ?? 0;
  }

  /**
   * Takes one sample: device clock in seconds, hub microseconds of its arrival. A device time that runs back, or jumps
   * ahead of the arrivals by more than a second, starts afresh when the next ones agree with it; so does a lasting change of
   * the least latency.
   */
  push(deviceS: number, arrivalUs: number): SampleOutcome {
    const sample = { deviceS, arrivalUs };
    const isNumber = Number.isFinite(deviceS) && Number.isFinite(arrivalUs);
    if (isNumber && (this.#line === undefined || this.#isStale)) return this.#begin(sample, "began");
    const place = isNumber ? this.#line!.place(sample) : "disordered";
    if (place === "near") return this.#take(this.#line!, sample);
    if (place === "strange") return this.#doubt(sample);
    this.#leftOut += 1;
    return "left_out";
  }

  /** The clock is known to be another one: the next sample starts afresh. */
  restart(): void {
    this.#isStale = true;
  }

  /** Hub time at a device time near the last sample; not a number before the first. */
  hubUs(deviceS: number): HubUs {
    if (this.#line === undefined) return hubUs(Number.NaN);
    const other = this.#other.quickest;
    if (other === undefined || !this.#other.isNearer(deviceS, this.#line.lastS))
      return hubUs(this.#line.hubUs(deviceS));
    return hubUs(other.arrivalUs + (deviceS - other.deviceS) * 1e6);
  }

  /**
   * How far the hub time of a device time may be off against the others of the stream, in 99 of 100 cases. The constant
   * latency of the link comes on top and is not known.
   */
  boundS(deviceS: number): OneWayBound {
    const relativeS = this.#other.isOpen ? null : (this.#line?.relativeS(deviceS) ?? null);
    return { relativeS, beatS: this.#line?.beatS ?? 0 };
  }

  #begin(sample: Arrival, why: SampleOutcome, belowS = 0): SampleOutcome {
    this.#line = new ArrivalLine(sample, belowS);
    this.#other.clear();
    this.#starts += 1;
    this.#isStale = false;
    return why;
  }

  #take(line: ArrivalLine, sample: Arrival): SampleOutcome {
    this.#leftOut += this.#other.clear();
    const outcome = line.take(sample);
    if (outcome === "fell" || outcome === "rose") return this.#begin(sample, outcome, line.belowS(sample));
    this.#leftOut += line.dismissed();
    return outcome;
  }

  /** Not on the line: another run of the clock when a few agree. */
  #doubt(sample: Arrival): SampleOutcome {
    this.#leftOut += this.#other.push(sample);
    if (!this.#other.isCertain) return "strange";
    return this.#begin(sample, "began", this.#other.belowS(sample));
  }
}
