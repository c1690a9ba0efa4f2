import { JointClock } from "../joint-clock.js";
import type { ClockReading, Seen, SeenSample } from "./observations.js";

/** What a run of samples without a gap of more than a second turns out to be. */
export interface FoundSteps {
  /** Session times from which on the clock is another one. */
  readonly cutsS: readonly number[];
  /** Readings that fit neither the line before nor the one after. */
  readonly wrong: ReadonlySet<ClockReading>;
}

/** Finds the jumps that samples and readings prove together: what no single line of the clock can have sent. */
export function findSteps({ samples, readings }: Seen): FoundSteps {
  const search = new StepSearch();
  let next = 0;
  for (const sample of samples) {
    for (; next < readings.length && readings[next]!.t4S <= sample.arrivalS; next++) search.read(readings[next]!);
    search.push(sample);
  }
  for (const reading of readings.slice(next)) search.read(reading);
  return search;
}

class StepSearch implements FoundSteps {
  readonly cutsS: number[] = [];
  readonly wrong = new Set<ClockReading>();
  #clock = new JointClock();
  #isPlaced = false;
  #contradicting: ClockReading | undefined;
  /** Arrival of the first sample of which it is open whether the clock jumped ahead with it. */
  #earlyS: number | undefined;

  push({ deviceS, arrivalS }: SeenSample): void {
    const { starts } = this.#clock;
    const outcome = this.#clock.push(deviceS, arrivalS * 1e6);
    if (outcome === "early") this.#earlyS ??= arrivalS;
    if (this.#clock.isInDoubt) return;
    const isPlaced = this.#clock.boundS(deviceS).hardS !== null;
    // It arrived before the clock that was read could have taken it: that clock has jumped ahead. Another start afresh is a stall.
    const hasJumped = this.#isPlaced && !isPlaced && (this.#clock.starts === starts || outcome === "fell");
    if (hasJumped) {
      this.#cut(this.#earlyS ?? arrivalS);
      this.#clock.push(deviceS, arrivalS * 1e6);
    }
    this.#earlyS = undefined;
    this.#isPlaced = isPlaced;
  }

  read(reading: ClockReading): void {
    const { t1S, t2S, t4S, quantS, clockId } = reading;
    const outcome = this.#clock.probe({ t1S, t2S, t3S: t2S, t4S, quantS, clockId: String(clockId) });
    if (outcome === "contradicts") {
      this.#contradicting = reading;
    } else if (outcome === "renewed" && this.#contradicting !== undefined) {
      this.#cut(this.#contradicting.t1S);
    } else if (outcome === "taken") {
      if (this.#contradicting !== undefined) this.wrong.add(this.#contradicting);
      this.#contradicting = undefined;
      this.#isPlaced = true;
    }
  }

  #cut(atS: number): void {
    this.cutsS.push(atS);
    this.#clock = new JointClock();
    this.#isPlaced = false;
    this.#contradicting = undefined;
  }
}
