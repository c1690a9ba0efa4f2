import { Burst } from "../probes/burst.js";
import type { ClockEstimate } from "../probes/clock-estimate.js";
import { LiveClock, type BurstOutcome } from "../probes/live-clock.js";
import type { ProbeFit } from "../probes/probe-fit.js";
import { ProbeFitBuilder } from "../probes/probe-fit-builder.js";
import type { Exchange } from "../two-way.js";
import { ClockModel, type ClockName } from "./clock-model.js";
import { DelayModel, type DelayOptions } from "./delay-model.js";
import type { LinkName } from "./links.js";
import { probeSession, SESSION_S } from "./probe-session.js";

/** A session with a known truth: a clock behind a link, and what goes wrong. */
export interface Scenario extends DelayOptions {
  readonly link: LinkName;
  /** `phone` when absent. */
  readonly clock?: ClockName;
  /** Replaces the largest rate error of the clock, ppm. */
  readonly skewPpm?: number;
  /** The clock jumps by so much at a hub time, seconds. */
  readonly step?: { readonly atS: number; readonly byS: number };
  /** No probe is asked between these hub times. */
  readonly gap?: { readonly fromS: number; readonly toS: number };
}

/** The exchanges of a scenario, and the truth behind them. */
export interface ProbedRun {
  readonly bursts: readonly (readonly Exchange[])[];
  /** Device clock minus hub clock at a hub time, seconds. */
  truthS(hubS: number): number;
}

/** Makes one run of a scenario from a seed. */
export function probedRun(scenario: Scenario, seed: number): ProbedRun {
  const { link, clock = "phone", skewPpm, step, gap, ...options } = scenario;
  const model = new ClockModel(clock, seed, skewPpm);
  const jumpS = (hubS: number): number => (step !== undefined && hubS >= step.atS ? step.byS : 0);
  const truthS = (hubS: number): number => model.thetaS(hubS) + jumpS(hubS);
  const bursts = probeSession({ seed, clock: { thetaS: truthS }, link: new DelayModel(link, seed, options) });
  const isAsked = ([first]: readonly Exchange[]): boolean => !(gap && first!.t1S >= gap.fromS && first!.t1S < gap.toS);
  return { bursts: bursts.filter(isAsked), truthS };
}

/** A question to an estimate, and what it answered; undefined before there was an answer. */
export interface Asked {
  readonly atS: number;
  readonly estimate: ClockEstimate | undefined;
  /** Estimated less true theta, seconds; not a number before there was an answer. */
  readonly errorS: number;
}

/** The hub times from `fromS` to the session's end at which the benchmark asks, seconds. */
export function questionTimes(fromS = 15, everyS = 0.5): number[] {
  return Array.from({ length: Math.floor((SESSION_S - fromS) / everyS) }, (_, index) => fromS + index * everyS);
}

/** What the live estimator says at each of these rising times, by the bursts complete until then. */
export function askLive(run: ProbedRun, times: readonly number[]): { asked: Asked[]; outcomes: BurstOutcome[] } {
  const clock = new LiveClock();
  const burst = new Burst();
  const outcomes: BurstOutcome[] = [];
  let next = 0;
  const asked = times.map((atS) => {
    for (; next < run.bursts.length; next++) {
      fill(burst, run.bursts[next]!);
      if (burst.endS > atS) break;
      outcomes.push(clock.push(burst));
    }
    return answered(run, atS, clock.estimate(atS));
  });
  return { asked, outcomes };
}

/** What the whole session says at each of these times. */
export function askFit(run: ProbedRun, fit: ProbeFit, times: readonly number[]): Asked[] {
  return times.map((atS) => answered(run, atS, fit.estimate(atS)));
}

/** The fit of a run. */
export function fitOf(run: ProbedRun): ProbeFit {
  const builder = new ProbeFitBuilder();
  for (const exchange of run.bursts.flat()) builder.push({ ...exchange, clockId: Number.NaN, quantS: 0 });
  return builder.build();
}

function answered(run: ProbedRun, atS: number, estimate: ClockEstimate | undefined): Asked {
  return { atS, estimate, errorS: (estimate?.thetaS ?? Number.NaN) - run.truthS(atS) };
}

function fill(burst: Burst, exchanges: readonly Exchange[]): void {
  burst.clear();
  for (const { t1S, t2S, t3S, t4S } of exchanges) burst.add(t1S, t2S, t3S, t4S, 0);
}
