import {
  leaning,
  ProbeFitBuilder,
  ProbeReplay,
  SeenResolution,
  type ClockEstimate,
  type ProbeEpoch,
  type ProbeFit,
  type RawExchange,
  type ResolutionFacts,
} from "@polychron/sync";
import { BoundTally, type BoundSummary } from "./bound-tally.js";
import { numberText, type TraceShape } from "./clock-trace.js";
import { epochPlace, type EpochPlace } from "./epoch-places.js";
import { TraceError } from "./trace-error.js";
import { rowsOf, unchanged, writeTrace, type Trace } from "./trace-file.js";

/** What a recording of exchanges came to. */
export interface ProbeSummary {
  readonly kind: "probes";
  readonly rows: number;
  /** Rows with an answer that could be. */
  readonly answered: number;
  /** Rows that the estimate after the session does without, by cause. */
  readonly left_out: {
    /** They stood here before, or more than 5 s too late: rows stand in the order of asking. */
    readonly repeated_or_late: number;
    /** They jumped ahead to a time behind which later rows ran back. */
    readonly refuted: number;
    /** A time that is missing beside an answer, or beyond any clock. */
    readonly implausible: number;
    /** An answer before its question, or a round trip shorter than the stay at the device. */
    readonly backwards: number;
  };
  readonly bursts: number;
  /** Of them those that contradict themselves, or the ones before and behind them. */
  readonly bursts_left_out: number;
  readonly epochs: number;
  /** Jumps of the clock that are proven, and those that are suspected. */
  readonly steps: number;
  readonly squeezes: number;
  /** Of the device's clock (told, or the coarsest that was seen) and of the hub's stamps, seconds; null: finer than 1 us. */
  readonly resolution: { readonly device_s: number | null; readonly is_told: boolean; readonly hub_s: number | null };
  /** Mean gain of the clock in the longest epoch, parts per million, and within how much it is right in 99 of 100 cases. */
  readonly drift_ppm: number | null;
  readonly drift_within_ppm: number | null;
  /** From the first burst of the longest epoch to its last, seconds. */
  readonly longest_epoch_s: number | null;
  readonly live: BoundSummary;
  /** After the session, at rows by their place among the epochs; nothing where stamps are coarser than 0.25 s. */
  readonly post: Readonly<Record<EpochPlace, BoundSummary>>;
  /** Bursts that missed their prediction by more than its 99 % bound. */
  readonly outside: number;
}

/** Stamps in coarser steps shape the line after the session more than its bounds know (0.5 s: measured, 1 of 4 rows right). */
const COARSEST_S = 0.25;

const HEADER = "t1,live_theta_s,live_bound_s,live_hard_s,post_theta_s,post_bound_s,post_hard_s";

type ProbeShape = Extract<TraceShape, { readonly kind: "probes" }>;

/**
 * Reads the recording twice: once for the fit after the session, once to replay it beside that fit; what is held are its
 * bursts, and 32 bytes a row. Throws `TRACE_*`.
 */
export async function analyzeProbes({ path }: Trace, { read }: ProbeShape, out: string): Promise<ProbeSummary> {
  const seen = new SeenResolution();
  const builder = new ProbeFitBuilder({ seen });
  let rows = 0;
  for await (const exchange of rowsOf(path, read)) {
    builder.push(exchange);
    rows += 1;
  }
  if (rows === 0) throw new TraceError("TRACE_EMPTY", { path });
  const fit = builder.build();
  const writer = new EstimateRows(fit, seen.facts);
  await writeTrace({ path: out, from: path }, unchanged(writer.lines(rowsOf(path, read)), { path, rows }));
  return {
    ...summaryOf(fit),
    ...(isStated(seen.facts) ? driftOf(fit) : NO_DRIFT),
    rows,
    resolution: resolutionOf(seen),
    ...writer.bounds,
  };
}

/** The lines of the result, and what they come to. */
class EstimateRows {
  readonly #fit: ProbeFit;
  readonly #facts: ResolutionFacts;
  readonly #replay = new ProbeReplay();
  readonly #live = new BoundTally();
  readonly #post: Readonly<Record<EpochPlace, BoundTally>> = {
    inside: new BoundTally(),
    between_clocks: new BoundTally(),
    at_steps: new BoundTally(),
    beyond: new BoundTally(),
  };

  constructor(fit: ProbeFit, facts: ResolutionFacts) {
    this.#fit = fit;
    this.#facts = facts;
  }

  get bounds(): Pick<ProbeSummary, "live" | "post"> {
    const { inside, between_clocks, at_steps, beyond } = this.#post;
    const post = {
      inside: inside.summary(),
      between_clocks: between_clocks.summary(),
      at_steps: at_steps.summary(),
      beyond: beyond.summary(),
    };
    return { live: this.#live.summary(), post };
  }

  #after(atS: number): ClockEstimate | undefined {
    const estimate = isStated(this.#facts) ? this.#fit.estimate(atS) : undefined;
    return estimate && leaning(estimate, this.#facts.leanS);
  }

  async *lines(exchanges: AsyncIterable<RawExchange>): AsyncGenerator<string> {
    yield HEADER;
    for await (const exchange of exchanges) {
      const live = this.#replay.push(exchange);
      const post = this.#after(exchange.t1S);
      if (live !== undefined) this.#live.push(live);
      if (post !== undefined) this.#post[epochPlace(this.#fit, exchange.t1S)].push(post);
      yield [exchange.t1S, ...columnsOf(live), ...columnsOf(post)].map(numberText).join(",");
    }
  }
}

/** Whether the rate of a clock shows through stamps as coarse as that. */
function isStated({ deviceS, hubS }: ResolutionFacts): boolean {
  return Math.max(deviceS, hubS) <= COARSEST_S;
}

function columnsOf(estimate: ClockEstimate | undefined): (number | undefined)[] {
  return [estimate?.thetaS, estimate?.bound99S, estimate?.hardS];
}

const NO_DRIFT = { drift_ppm: null, drift_within_ppm: null, longest_epoch_s: null };

function driftOf({ epochs }: ProbeFit): Pick<ProbeSummary, keyof typeof NO_DRIFT> {
  const longest = longestOf(epochs);
  if (longest === undefined) return NO_DRIFT;
  const { driftPpm, driftWithinPpm, fromS, toS } = longest;
  return { drift_ppm: driftPpm, drift_within_ppm: driftWithinPpm, longest_epoch_s: toS - fromS };
}

function summaryOf(fit: ProbeFit): Omit<ProbeSummary, "rows" | "resolution" | "live" | "post" | keyof typeof NO_DRIFT> {
  const epochsBy = (cause: string): number => fit.epochs.filter((epoch) => epoch.cause === cause).length;
  const burstsBy = (is: string): number => fit.bursts.filter(({ outcome }) => outcome === is).length;
  const { repeated, refuted, implausible, backwards } = fit.leftOut;
  return {
    kind: "probes",
    answered: fit.answered,
    left_out: { repeated_or_late: repeated, refuted, implausible, backwards },
    bursts: fit.bursts.length,
    // Of those that contradicted, the first one of each step was right.
    bursts_left_out: burstsBy("glitch") + burstsBy("pending") - burstsBy("step"),
    epochs: fit.epochs.length,
    steps: epochsBy("step"),
    squeezes: epochsBy("squeeze"),
    outside: fit.outside,
  };
}

/** By time; of two alike the first. */
function longestOf(epochs: readonly ProbeEpoch[]): ProbeEpoch | undefined {
  return [...epochs].sort((a, b) => b.toS - b.fromS - (a.toS - a.fromS))[0];
}

function resolutionOf({ facts }: SeenResolution): ProbeSummary["resolution"] {
  const { deviceS, isDeviceTold, hubS } = facts;
  return { device_s: deviceS || null, is_told: isDeviceTold, hub_s: hubS || null };
}
