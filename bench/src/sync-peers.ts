import type { Exchange } from "@polychron/sync";
import type { ProbedRun } from "@polychron/sync/link-model";

/** What another way of estimating says of theta at each of some rising hub times; not a number before it says anything. */
export type Peer = (run: ProbedRun, times: readonly number[]) => Float64Array;

/** The middles of one exchange: hub time, theta, round trip; seconds. */
interface Reading {
  readonly atS: number;
  readonly thetaS: number;
  readonly roundTripS: number;
  /** When the answer was here. */
  readonly knownS: number;
}

const NTP_STAGES = 8;
/** Lab Streaming Layer asks eight times in a row, every five seconds: here every second burst. */
const LSL_EVERY = 2;
/** Lab Streaming Layer's smoothing forgets half in this. */
const LSL_HALF_S = 90;
/** Readings further off than this many typical deviations count less (Huber). */
const HUBER = 1.345;
const HUBER_ROUNDS = 20;

/** The other ways, live: each uses only answers that were here. */
export const LIVE_PEERS: Readonly<Record<string, Peer>> = {
  lastSample: (run, times) => held(run.bursts.flat().map(reading), times),
  ntpClockFilter: (run, times) => held(ntpFiltered(run.bursts.flat().map(reading)), times),
  lslHold: (run, times) => held(quickest(run, LSL_EVERY), times),
  lslDejitter: (run, times) => smoothed(quickest(run, LSL_EVERY), times),
};

/** One line under Huber's weights through each burst's quickest exchange, after the session. */
export const robustLine: Peer = (run, times) => {
  const readings = quickest(run, 1);
  let line = fitted(readings, () => 1);
  for (let round = 0; round < HUBER_ROUNDS; round++) {
    const { intercept, slope } = line;
    const off = (each: Reading): number => Math.abs(each.thetaS - intercept - slope * each.atS);
    const limitS = Math.max(1e-9, HUBER * 1.4826 * median(readings.map(off)));
    line = fitted(readings, (each) => Math.min(1, limitS / Math.max(off(each), 1e-12)));
  }
  return Float64Array.from(times, (atS) => line.intercept + line.slope * atS);
};

function reading({ t1S, t2S, t3S, t4S }: Exchange): Reading {
  return {
    atS: (t1S + t4S) / 2,
    thetaS: (t2S - t1S + t3S - t4S) / 2,
    roundTripS: t4S - t1S - (t3S - t2S),
    knownS: t4S,
  };
}

/** Of every so many bursts the quickest exchange, known when its burst is complete. */
function quickest(run: ProbedRun, every: number): Reading[] {
  return run.bursts
    .filter((_, index) => index % every === 0)
    .map((burst) => {
      const readings = burst.map(reading);
      const best = readings.reduce((least, each) => (each.roundTripS < least.roundTripS ? each : least));
      return { ...best, knownS: readings.at(-1)!.knownS };
    });
}

/** Of the last eight exchanges the quickest (RFC 5905, section 10, without its frequency loop). */
function ntpFiltered(readings: readonly Reading[]): Reading[] {
  return readings.map((now, index) => {
    const stages = readings.slice(Math.max(0, index + 1 - NTP_STAGES), index + 1);
    const best = stages.reduce((least, each) => (each.roundTripS < least.roundTripS ? each : least));
    return { ...best, knownS: now.knownS };
  });
}

/** The last reading that was known. */
function held(readings: readonly Reading[], times: readonly number[]): Float64Array {
  let next = 0;
  return Float64Array.from(times, (atS) => {
    while (next < readings.length && readings[next]!.knownS <= atS) next += 1;
    return readings[next - 1]?.thetaS ?? Number.NaN;
  });
}

/** A line through the readings so far, old ones forgotten. */
function smoothed(readings: readonly Reading[], times: readonly number[]): Float64Array {
  let next = 0;
  return Float64Array.from(times, (atS) => {
    while (next < readings.length && readings[next]!.knownS <= atS) next += 1;
    // What is older than ten half-lives weighs less than a thousandth.
    const recent = readings.slice(Math.max(0, next - 400), next);
    if (recent.length < 2) return recent[0]?.thetaS ?? Number.NaN;
    const { intercept, slope } = fitted(recent, (each) => 0.5 ** ((atS - each.atS) / LSL_HALF_S));
    return intercept + slope * atS;
  });
}

function fitted(
  readings: readonly Reading[],
  weight: (reading: Reading) => number,
): { readonly intercept: number; readonly slope: number } {
  const weights = readings.map(weight);
  const sum = (value: (each: Reading) => number): number =>
    readings.reduce((total, each, index) => total + weights[index]! * value(each), 0);
  const all = sum(() => 1);
  const [meanX, meanY] = [sum((each) => each.atS) / all, sum((each) => each.thetaS) / all];
  const spread = sum((each) => (each.atS - meanX) ** 2);
  const slope = spread > 0 ? sum((each) => (each.atS - meanX) * (each.thetaS - meanY)) / spread : 0;
  return { slope, intercept: meanY - slope * meanX };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
