import { Burst, LiveClock } from "@polychron/sync";
import { askFit, askLive, fitOf, questionTimes, type Asked, type Scenario } from "@polychron/sync/link-model";
import type { BenchResult } from "./runner.js";
import { convergenceS, isCovered, judge, judgePeers, runs, type Judged } from "./sync-judge.js";
import {
  CONVERGENCE,
  COVERAGE,
  EDGE_ASYMMETRY,
  FAST_CLOCK,
  GAPS,
  MODELS,
  QUEUE,
  STEP_AT,
  STEPS,
  type ModelTarget,
} from "./sync-models.js";
import { oneWayResults } from "./sync-one-way.js";

const COST_ROUNDS = 10;
const MOST_NS_PER_PROBE = 1000;

/** All link models with all seeds: ours beside others, coverage of the bounds, gaps, steps, a standing queue, cost. */
export async function run(): Promise<BenchResult> {
  const models = Object.entries(MODELS).map(([name, model]) => ({ model: name, ...modelResult(model) }));
  const parts = {
    edge: edgeResult(),
    gaps: gapResults(),
    fastClock: fastClockResult(),
    steps: STEPS.map(stepResult),
    standingQueue: queueResult(),
    cost: costResult(),
  };
  const oneWay = oneWayResults();
  const all = [...models, ...Object.values(parts).flat(), ...oneWay];
  return { seeds: 20, models, ...parts, oneWay, ok: all.every((part) => part.ok) };
}

function modelResult(model: Scenario & { readonly target: ModelTarget }) {
  const { target, ...scenario } = model;
  const judged = judge(scenario);
  const under1MsAfterS = convergenceS(scenario);
  const isNear = judged.live.p99Ms <= target.liveP99 && judged.post.p99Ms <= target.postP99;
  const ok =
    isNear &&
    judged.live.meanBoundMs <= target.meanBound &&
    judged.post.meanBoundMs <= target.meanBound &&
    isHonest(judged) &&
    judged.steps === 0 &&
    under1MsAfterS <= CONVERGENCE.withinS;
  return { ...judged, under1MsAfterS, peers: judgePeers(scenario), ok };
}

function isHonest(judged: Judged): boolean {
  return isCovered(judged.live) && isCovered(judged.post) && judged.outside === 0;
}

/**
 * One direction's best delay is three times the other's: as far as the 99 % bound goes. All runs together are judged, and
 * each by itself.
 */
function edgeResult() {
  const rows = Object.entries(MODELS).flatMap(([model, { target: _, ...scenario }]) =>
    [EDGE_ASYMMETRY, -EDGE_ASYMMETRY].map((asymmetry) => ({ model, asymmetry, ...judge({ ...scenario, asymmetry }) })),
  );
  const mean = (value: (row: Judged) => number): number => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const pooled = { live: mean((row) => row.live.coverage.pooled), post: mean((row) => row.post.coverage.pooled) };
  const hard = Math.min(...rows.flatMap((row) => [row.live.coverage.hard, row.post.coverage.hard]));
  const worst = {
    live: Math.min(...rows.map((row) => row.live.coverage.worst)),
    post: Math.min(...rows.map((row) => row.post.coverage.worst)),
  };
  const furthestBeyondMs = Math.max(
    ...rows.flatMap(({ live, post }) => [live.furthestBeyondMs, post.furthestBeyondMs]),
  );
  const coverage = rows.map(({ model, asymmetry, live, post }) => ({
    ...{ model, asymmetry, live: live.coverage, post: post.coverage },
  }));
  const isPooledKept = Math.min(pooled.live, pooled.post) >= COVERAGE.pooled && hard >= COVERAGE.hard;
  const isWorstKept = Math.min(worst.live, worst.post) >= COVERAGE.worst;
  const ok = isPooledKept && isWorstKept;
  return { pooled, worst, hard, isWorstKept, furthestBeyondMs, coverage, ok };
}

function gapResults() {
  const within = ({ scenario }: (typeof GAPS)[keyof typeof GAPS]): Judged =>
    judge(scenario, (atS) => atS >= scenario.gap.fromS && atS < scenario.gap.toS);
  const [live60s, post300s] = [within(GAPS.live60s), within(GAPS.post300s)];
  const isLiveNear = live60s.live.p99Ms <= GAPS.live60s.p99;
  const isPostNear = post300s.post.p99Ms <= GAPS.post300s.p99;
  return { live60s, post300s, ok: isLiveNear && isPostNear && isHonest(live60s) && isHonest(post300s) };
}

function fastClockResult() {
  const judged = judge(FAST_CLOCK.scenario);
  const isNear = judged.live.p99Ms <= FAST_CLOCK.p99 && judged.post.p99Ms <= FAST_CLOCK.p99;
  return { ...judged, ok: isNear && isHonest(judged) };
}

function stepResult({ byS, backWithinS }: (typeof STEPS)[number]) {
  const times = questionTimes();
  const all = runs({ link: "wifi-quiet", step: { atS: STEP_AT.atS, byS } });
  const backAfterS = Math.max(
    ...all.map((each) => {
      const isFar = ({ errorS, atS }: Asked) => atS > STEP_AT.atS && Math.abs(errorS) * 1000 > STEP_AT.backUnderMs;
      return (askLive(each, times).asked.findLast(isFar)?.atS ?? STEP_AT.atS) - STEP_AT.atS;
    }),
  );
  const apart = times.filter((atS) => Math.abs(atS - STEP_AT.atS) > STEP_AT.apartS);
  const errors = all.flatMap((each) => askFit(each, fitOf(each), apart).map(({ errorS }) => Math.abs(errorS) * 1000));
  const postP99Ms = errors.sort((a, b) => a - b)[Math.floor(0.99 * errors.length)]!;
  return { byS, backAfterS, postP99Ms, ok: backAfterS <= backWithinS && postP99Ms <= STEP_AT.postP99 };
}

function queueResult() {
  const judged = judge(QUEUE.scenario);
  return { ...judged, ok: judged.post.p99Ms <= QUEUE.postP99 && isHonest(judged) };
}

/** Nanoseconds a probe, live, of the best of several rounds. */
function costResult() {
  const [example] = runs({ link: "wifi-busy" });
  const { bursts } = example!;
  const rounds = Array.from({ length: COST_ROUNDS }, () => {
    const clock = new LiveClock();
    const burst = new Burst();
    const fromNs = process.hrtime.bigint();
    for (const exchanges of bursts) {
      burst.clear();
      for (const { t1S, t2S, t3S, t4S } of exchanges) burst.add(t1S, t2S, t3S, t4S, 0);
      clock.push(burst);
    }
    return Number(process.hrtime.bigint() - fromNs) / bursts.flat().length;
  });
  const nsPerProbe = Math.min(...rounds);
  return { nsPerProbe, ok: nsPerProbe < MOST_NS_PER_PROBE };
}
