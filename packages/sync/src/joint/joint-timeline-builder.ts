import { SampleScreen } from "../arrivals/sample-screen.js";
import { ClockRuns } from "../clock-runs.js";
import { ExchangeOrder } from "../probes/exchange-order.js";
import type { RawExchange } from "../probes/probe-fit.js";
import type { Timeline } from "../timeline.js";
import { splitAt, withoutOpenEnds, type EpochSource } from "./epoch-split.js";
import { fitJointEpoch, shiftOf } from "./joint-epoch.js";
import { findSteps } from "./joint-steps.js";
import { jointTimeline } from "./joint-timeline.js";
import type { ClockReading, SeenSample } from "./observations.js";

/**
 * Collects, after the session, what was seen of a device that sends samples and was asked for its clock meanwhile, and fits
 * its timeline. Memory grows with the observations: ten pairs a second at most, as they are stored.
 */
export class JointTimelineBuilder {
  readonly #runs = new ClockRuns();
  readonly #samples: SeenSample[] = [];
  readonly #screen = new SampleScreen((deviceS, arrivalS) => {
    if (this.#runs.push(deviceS, arrivalS)) this.#samples.push({ deviceS, arrivalS });
  });
  readonly #readings: ClockReading[] = [];
  readonly #order = new ExchangeOrder((exchange) => this.#take(exchange));

  /** One pair of device clock and session time of arrival. What cannot be is left out. */
  pushSample(deviceS: number, arrivalS: number): void {
    this.#screen.push(deviceS, arrivalS);
  }

  /** One reading as it was stored, files in their order; repeated, unanswered and absurd ones are left out. */
  pushReading(exchange: RawExchange): void {
    if (Number.isFinite(exchange.t1S)) this.#order.push(exchange);
  }

  /** The timeline of all; undefined where the clock was never read, or nothing was sent. */
  build(): Timeline | undefined {
    this.#order.end();
    this.#screen.flush();
    if (this.#samples.length === 0 || this.#readings.length === 0) return undefined;
    const sources = this.#sources();
    const timeline = jointTimeline(
      sources.map((source, index) => {
        const endsWithStep = sources[index + 1]?.beginsWithStep === true;
        return { ...source, fitted: fitJointEpoch(withoutOpenEnds(source, endsWithStep)) };
      }),
    );
    return { ...timeline, leftOut: this.#screen.leftOut };
  }

  /** Cut where the clock certainly is another one, where the least latency shifts, then where samples and readings prove a jump. */
  #sources(): EpochSource[] {
    const runs = this.#runs.joined().map(({ fromArrivalS }) => fromArrivalS);
    const all = { samples: this.#samples, readings: this.#readings, beginsWithStep: false };
    const whole = splitAt(all, [...runs.slice(1), ...this.#renewals()], "another");
    const shifted = whole.flatMap(splitAtShifts);
    return shifted.flatMap((source, index) => splitAtSteps(source, shifted[index + 1]?.beginsWithStep === true));
  }

  /** Between two readings of differently named clocks: in the longest silence of the samples, which is that of the reconnect. */
  #renewals(): number[] {
    const found: number[] = [];
    this.#readings.forEach((reading, index) => {
      const before = this.#readings[index - 1];
      if (before !== undefined && before.clockId !== reading.clockId)
        found.push(endOfSilence(this.#samples, before.t4S, reading.t1S));
    });
    return found;
  }

  #take({ t1S, t2S, t3S, t4S, clockId, quantS: told }: RawExchange): void {
    const quantS = told >= 0 ? told : 0;
    const isForward = t4S >= t1S && t3S >= t2S && t4S - t1S - (t3S - t2S) >= -2 * quantS;
    // The counter may have been about to change: the true reading is up to one step later than the one told.
    if (isForward) this.#readings.push({ t1S, t2S, t4S, clockId, quantS, leastS: t1S - (t2S + quantS) });
  }
}

/** Halved until no half has a shift inside. */
function splitAtShifts(source: EpochSource): EpochSource[] {
  const atS = shiftOf(source.samples);
  if (atS === undefined) return [source];
  const halves = splitAt(source, [atS], "step");
  return halves.length < 2 ? halves : halves.flatMap(splitAtShifts);
}

/** What was seen next to a jump known already would show it once more. */
function splitAtSteps(source: EpochSource, endsWithStep: boolean): EpochSource[] {
  const { cutsS, wrong } = findSteps(withoutOpenEnds(source, endsWithStep));
  const readings = source.readings.filter((reading) => !wrong.has(reading));
  return splitAt({ ...source, readings }, cutsS, "step");
}

function endOfSilence(samples: readonly SeenSample[], fromS: number, toS: number): number {
  let longest = { lengthS: 0, endS: toS };
  let lastS = fromS;
  for (const { arrivalS } of samples) {
    if (arrivalS < fromS) continue;
    if (arrivalS > toS) break;
    if (arrivalS - lastS > longest.lengthS) longest = { lengthS: arrivalS - lastS, endS: arrivalS };
    lastS = arrivalS;
  }
  return toS - lastS > longest.lengthS ? toS : longest.endS;
}
