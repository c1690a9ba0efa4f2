import { OneWayClock, TimelineBuilder } from "@polychron/sync";
import { ClockModel, oneWayTrace, type OneWayLinkName, type OneWayTrace } from "@polychron/sync/link-model";

/** How far off one-way streams are timed over one link, over all seeds; milliseconds, |error - its median| from 60 s on. */
export interface OneWayResult {
  readonly link: OneWayLinkName;
  readonly rateHz: number;
  readonly liveP99Ms: number;
  readonly postP99Ms: number;
  /** Means of the stated bounds, and the share of samples that kept them. */
  readonly liveBoundMs: number;
  readonly liveCoverage: number;
  readonly postBoundMs: number;
  readonly postCoverage: number;
  /** Microseconds a sample, live. */
  readonly liveCostUs: number;
  /** The required figures are kept. */
  readonly ok: boolean;
}

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const SKEW_PPM = 30;
const FROM_S = 60;
const COVERED = 0.99;
const TARGETS_MS = { ble: { live: 0.6, post: 0.25 }, spp: { live: 0.4, post: 0.1 } } as const;
/** 51.2 Hz is what the targets are for; at 50 Hz the samples keep step with a radio that sends every 30 ms. */
const CASES = [
  { link: "ble", rateHz: 51.2, hasTarget: true },
  { link: "spp", rateHz: 51.2, hasTarget: true },
  { link: "ble", rateHz: 50, hasTarget: false },
] as const;

interface Run {
  readonly live: readonly number[];
  readonly post: readonly number[];
  readonly liveBoundsMs: readonly number[];
  readonly postBoundMs: number;
  readonly liveCostUs: number;
}

/** One-way streams with known truth over every link model, seeds 1 to 10: live and after the session. */
export function oneWayResults(): OneWayResult[] {
  return CASES.map(({ link, rateHz, hasTarget }) => {
    const runs = SEEDS.map((seed) =>
      measured(oneWayTrace({ link, seed, rateHz, thetaS: thetaOf(new ClockModel("phone", seed, SKEW_PPM)) })),
    );
    const result = summary(runs);
    const isCovered = result.liveCoverage >= COVERED && result.postCoverage >= COVERED;
    const isNear = result.liveP99Ms <= TARGETS_MS[link].live && result.postP99Ms <= TARGETS_MS[link].post;
    return { link, rateHz, ...result, ok: isCovered && (isNear || !hasTarget) };
  });
}

function thetaOf(clock: ClockModel): (hubS: number) => number {
  return (hubS) => clock.thetaS(hubS);
}

function measured(trace: OneWayTrace): Run {
  const { deviceS, hubS, arrivalS } = trace;
  const clock = new OneWayClock();
  const builder = new TimelineBuilder();
  const liveS = new Float64Array(deviceS.length);
  const boundsS = new Float64Array(deviceS.length);
  const beforeMs = performance.now();
  for (let row = 0; row < deviceS.length; row++) {
    clock.push(deviceS[row]!, arrivalS[row]! * 1e6);
    liveS[row] = clock.hubUs(deviceS[row]!) / 1e6;
    boundsS[row] = clock.boundS(deviceS[row]!).relativeS ?? Number.NaN;
  }
  const liveCostUs = ((performance.now() - beforeMs) * 1000) / deviceS.length;
  for (let row = 0; row < deviceS.length; row++) builder.push(deviceS[row]!, arrivalS[row]!);
  const timeline = builder.build();
  const first = hubS.findIndex((timeS) => timeS >= FROM_S);
  return {
    live: deviationsMs(liveS, hubS, first),
    post: deviationsMs(
      deviceS.map((timeS, row) => timeline.toSessionS(timeS, arrivalS[row]!)),
      hubS,
      first,
    ),
    liveBoundsMs: [...boundsS.subarray(first)].map((boundS) => boundS * 1000),
    postBoundMs: timeline.boundS! * 1000,
    liveCostUs,
  };
}

function deviationsMs(estimateS: Float64Array, truthS: Float64Array, first: number): number[] {
  const errors = [...estimateS.subarray(first)].map((timeS, row) => (timeS - truthS[first + row]!) * 1000);
  const middle = percentile(errors, 0.5);
  return errors.map((error) => Math.abs(error - middle));
}

function summary(runs: readonly Run[]): Omit<OneWayResult, "link" | "rateHz" | "ok"> {
  const live = runs.flatMap((run) => run.live);
  const post = runs.flatMap((run) => run.post);
  const liveBounds = runs.flatMap((run) => run.liveBoundsMs);
  const postBounds = runs.flatMap((run) => run.post.map(() => run.postBoundMs));
  return {
    liveP99Ms: percentile(live, 0.99),
    postP99Ms: percentile(post, 0.99),
    liveBoundMs: mean(liveBounds),
    liveCoverage: share(live, liveBounds),
    postBoundMs: mean(postBounds),
    postCoverage: share(post, postBounds),
    liveCostUs: mean(runs.map((run) => run.liveCostUs)),
  };
}

function share(errors: readonly number[], bounds: readonly number[]): number {
  return errors.filter((error, row) => error <= bounds[row]!).length / errors.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percentile(values: readonly number[], part: number): number {
  return Float64Array.from(values).sort()[Math.floor(part * (values.length - 1))]!;
}
