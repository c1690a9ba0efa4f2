import {
  askFit,
  askLive,
  ErrorTally,
  fitOf,
  probedRun,
  questionTimes,
  type Asked,
  type ProbedRun,
  type Scenario,
} from "@polychron/sync/link-model";
import { COVERAGE, CONVERGENCE } from "./sync-models.js";
import { LIVE_PEERS, robustLine, type Peer } from "./sync-peers.js";

/** Errors and coverage of one estimator over all seeds; milliseconds and shares. */
export interface Figures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly meanBoundMs: number;
  /** How far an answer was beyond its 99 % bound at most. */
  readonly furthestBeyondMs: number;
  readonly coverage: { readonly pooled: number; readonly worst: number; readonly hard: number };
}

/** What the estimator says of a scenario, live and after the session, over all seeds. */
export interface Judged {
  readonly live: Figures;
  readonly post: Figures;
  /** Steps that the live estimator believed to have proven. */
  readonly steps: number;
  /** Bursts that missed their prediction by more than the stated bound. */
  readonly outside: number;
}

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
/** Answers this soon are not judged but for how soon they are right. */
const FIRST_S = 15;

/** Runs a scenario with every seed. */
export function runs(scenario: Scenario): ProbedRun[] {
  return SEEDS.map((seed) => probedRun(scenario, seed));
}

/** Asks ours at the times that `isJudged` leaves. */
export function judge(scenario: Scenario, isJudged: (atS: number) => boolean = () => true): Judged {
  const times = questionTimes(FIRST_S).filter(isJudged);
  const [live, post] = [new ErrorTally(), new ErrorTally()];
  let [steps, outside] = [0, 0];
  for (const run of runs(scenario)) {
    const { asked, outcomes } = askLive(run, times);
    const fit = fitOf(run);
    live.push(asked);
    post.push(askFit(run, fit, times));
    steps += outcomes.filter((outcome) => outcome === "step").length;
    outside += fit.outside;
  }
  return { live: figures(live), post: figures(post), steps, outside };
}

/** The 99th percentiles and largest errors of the other ways. */
export function judgePeers(
  scenario: Scenario,
): Record<string, { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number }> {
  const times = questionTimes(FIRST_S);
  const all = runs(scenario);
  const tallied = (peer: Peer): { p50Ms: number; p99Ms: number; maxMs: number } => {
    const tally = new ErrorTally();
    for (const run of all) tally.push(withoutBounds(run, times, peer(run, times)));
    return { p50Ms: tally.percentileMs(0.5), p99Ms: tally.percentileMs(0.99), maxMs: tally.maxMs };
  };
  const peers = Object.entries({ ...LIVE_PEERS, robustLineAfterwards: robustLine });
  return Object.fromEntries(peers.map(([name, peer]) => [name, tallied(peer)]));
}

/** Seconds until the live error is under a millisecond for good: the value that the required share of runs keeps. */
export function convergenceS(scenario: Scenario): number {
  const times = [...questionTimes(0.05, 0.05).filter((atS) => atS < FIRST_S), ...questionTimes(FIRST_S)];
  const seconds = runs(scenario).map((run) => {
    const isWrong = ({ errorS }: Asked): boolean => !(Math.abs(errorS) * 1000 < CONVERGENCE.errorMs);
    const last = askLive(run, times).asked.findLastIndex(isWrong);
    return times[last + 1] ?? Number.POSITIVE_INFINITY;
  });
  return seconds.sort((a, b) => a - b)[Math.ceil(CONVERGENCE.share * seconds.length) - 1]!;
}

/** Whether both bounds cover what they must. */
export function isCovered({ coverage }: Figures): boolean {
  const { pooled, worst, hard } = coverage;
  return pooled >= COVERAGE.pooled && worst >= COVERAGE.worst && hard >= COVERAGE.hard;
}

function figures(tally: ErrorTally): Figures {
  return {
    p50Ms: tally.percentileMs(0.5),
    p99Ms: tally.percentileMs(0.99),
    maxMs: tally.maxMs,
    meanBoundMs: tally.meanBoundMs,
    furthestBeyondMs: tally.furthestBeyondMs,
    coverage: tally.coverage,
  };
}

function withoutBounds(run: ProbedRun, times: readonly number[], thetaS: Float64Array): Asked[] {
  return times.map((atS, index) => ({ atS, estimate: undefined, errorS: thetaS[index]! - run.truthS(atS) }));
}
