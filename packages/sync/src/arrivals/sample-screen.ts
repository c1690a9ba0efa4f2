import { OneWayClock } from "../one-way.js";
import { CERTAIN } from "./other-run.js";

/** A sample that arrived so much later than its line says waited for a link that stood still, or its arrival is wrong. */
const LATE_S = 10;
/** So many late ones in a row are believed. */
const MOST_LATE = 64;

/** One sample as stored, seconds. */
interface Sample {
  readonly deviceS: number;
  readonly arrivalS: number;
}

/** A sample whose fate is open. */
interface Held extends Sample {
  readonly is: "near" | "early" | "strange";
}

/** How many samples were left out, and why. */
export interface LeftOutSamples {
  /** They were there before, or stand out of the order of arrival. */
  readonly repeated: number;
  /** A time that is no number, or that no sample after it confirmed. */
  readonly wrong: number;
}

/** Told every sample that is believed, in order; `fell`: with it the least latency is another one, the clock jumped ahead or the path became shorter. */
export type SampleSink = (deviceS: number, arrivalS: number, fell: boolean) => void;

/**
 * Leaves wrong stamps out before anything is fitted: what does not fit waits for those after it, as in the live clock. Memory
 * is that of what waits.
 */
export class SampleScreen {
  readonly #sink: SampleSink;
  readonly #live = new OneWayClock();
  #held: Held[] = [];
  #late: Sample[] = [];
  readonly #leftOut = { repeated: 0, wrong: 0 };
  #hasHandedOver = false;

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  /** Samples left out so far. */
  get leftOut(): LeftOutSamples {
    return { ...this.#leftOut };
  }

  /** Takes the next sample as it was stored. */
  push(deviceS: number, arrivalS: number): void {
    const sample = { deviceS, arrivalS };
    if (!Number.isFinite(deviceS) || !Number.isFinite(arrivalS)) {
      this.#leftOut.wrong += 1;
      return;
    }
    if (this.#isLate(sample)) return this.#wait(sample);
    this.#settleLate(arrivalS);
    this.#judge(sample);
  }

  /** Hands over what waits, but for what does not fit: nothing will confirm it. */
  flush(): void {
    this.#settleLate(Infinity);
    this.#release();
  }

  #isLate({ deviceS, arrivalS }: Sample): boolean {
    return arrivalS - this.#live.hubUs(deviceS) / 1e6 > LATE_S && deviceS >= this.#live.lastS;
  }

  #wait(sample: Sample): void {
    const before = this.#late.length;
    this.#late = this.#late.filter(({ arrivalS }) => arrivalS <= sample.arrivalS);
    this.#leftOut.wrong += before - this.#late.length;
    this.#late.push(sample);
    if (this.#late.length >= MOST_LATE) this.#settleLate(Infinity);
  }

  /** A late arrival after which others came earlier is wrong. */
  #settleLate(arrivalS: number): void {
    const late = this.#late;
    if (late.length === 0) return;
    this.#late = [];
    const believed = late.filter((sample) => sample.arrivalS <= arrivalS);
    this.#leftOut.wrong += late.length - believed.length;
    for (const sample of believed) this.#judge(sample);
  }

  #judge(sample: Sample): void {
    const outcome = this.#live.push(sample.deviceS, sample.arrivalS * 1e6);
    if (outcome === "left_out") this.#leftOut.repeated += 1;
    else if (outcome === "early" || outcome === "strange") this.#held.push({ ...sample, is: outcome });
    else if (outcome === "fell") this.#fall(sample);
    else if (outcome === "began") this.#begin(sample);
    else this.#take(sample, outcome === "lowered");
  }

  #take(sample: Sample, isLowered: boolean): void {
    if (isLowered) this.#held = this.#held.map((held) => (held.is === "early" ? { ...held, is: "near" } : held));
    if (this.#live.isInDoubt) this.#held.push({ ...sample, is: "near" });
    else {
      this.#release();
      this.#hand(sample, false);
    }
  }

  /** All from the first early one on are of the new line. */
  #fall(sample: Sample): void {
    const from = this.#held.findIndex((held) => held.is === "early");
    const since = this.#held.splice(Math.max(0, from));
    const fallen = [...since.filter((held) => held.is !== "strange"), sample];
    this.#leftOut.wrong += since.length + 1 - fallen.length;
    this.#release();
    fallen.forEach((each, index) => this.#hand(each, index === 0));
  }

  /** The strange ones just before agree with this one. */
  #begin(sample: Sample): void {
    const begun: Held[] = [];
    while (this.#held.at(-1)?.is === "strange" && begun.length < CERTAIN - 1) begun.unshift(this.#held.pop()!);
    // The first sample of all is not believed before a second one goes on from it.
    if (this.#live.starts === 1) this.#held.push({ ...sample, is: "near" });
    else {
      if (this.#hasHandedOver) this.#release();
      else this.#leftOut.wrong += this.#held.splice(0).length;
      for (const each of [...begun, sample]) this.#hand(each, false);
    }
  }

  #hand({ deviceS, arrivalS }: Sample, fell: boolean): void {
    this.#hasHandedOver = true;
    this.#sink(deviceS, arrivalS, fell);
  }

  #release(): void {
    for (const held of this.#held.splice(0)) {
      if (held.is === "near") this.#hand(held, false);
      else this.#leftOut.wrong += 1;
    }
  }
}
