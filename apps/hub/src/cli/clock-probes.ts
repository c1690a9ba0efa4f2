import { ProbeFitBuilder, ProbeReplay, type ClockEstimate, type ProbeFit, type RawExchange } from "@polychron/sync";
import { numberText, type TraceShape } from "./clock-trace.js";
import { RunningMean } from "./running-mean.js";
import { TraceError } from "./trace-error.js";
import { rowsOf, unchanged, writeTrace, type Trace } from "./trace-file.js";

/** What a recording of exchanges came to; bounds are means over its rows, null where no row has one. */
export interface ProbeSummary {
  readonly kind: "probes";
  readonly rows: number;
  readonly answered: number;
  readonly bursts: number;
  readonly epochs: number;
  /** Jumps of the clock that are proven, and those that are suspected. */
  readonly steps: number;
  readonly squeezes: number;
  /** Mean gain of the clock in the longest epoch, parts per million. */
  readonly drift_ppm: number | null;
  readonly mean_live_bound_s: number | null;
  readonly mean_live_hard_s: number | null;
  readonly mean_post_bound_s: number | null;
  readonly mean_post_hard_s: number | null;
  /** Bursts that missed their prediction by more than its 99 % bound. */
  readonly outside: number;
}

const HEADER = "t1,live_theta_s,live_bound_s,live_hard_s,post_theta_s,post_bound_s,post_hard_s";

type ProbeShape = Extract<TraceShape, { readonly kind: "probes" }>;

/**
 * Reads the recording twice: once for the fit after the session, once to replay it beside that fit; what is held grows
 * with bursts, not with rows. Throws `TRACE_*`.
 */
export async function analyzeProbes({ path }: Trace, { read }: ProbeShape, out: string): Promise<ProbeSummary> {
  const builder = new ProbeFitBuilder();
  let rows = 0;
  for await (const exchange of rowsOf(path, read)) {
    builder.push(exchange);
    rows += 1;
  }
  if (rows === 0) throw new TraceError("TRACE_EMPTY", { path });
  const fit = builder.build();
  const writer = new EstimateRows(fit);
  await writeTrace({ path: out, from: path }, unchanged(writer.lines(rowsOf(path, read)), { path, rows }));
  return { ...summaryOf(fit), rows, ...writer.means };
}

/** The lines of the result, and what they come to. */
class EstimateRows {
  readonly #fit: ProbeFit;
  readonly #replay = new ProbeReplay();
  readonly #live = { bound: new RunningMean(), hard: new RunningMean() };
  readonly #post = { bound: new RunningMean(), hard: new RunningMean() };

  constructor(fit: ProbeFit) {
    this.#fit = fit;
  }

  get means(): Pick<ProbeSummary, "mean_live_bound_s" | "mean_live_hard_s" | "mean_post_bound_s" | "mean_post_hard_s"> {
    return {
      mean_live_bound_s: this.#live.bound.value,
      mean_live_hard_s: this.#live.hard.value,
      mean_post_bound_s: this.#post.bound.value,
      mean_post_hard_s: this.#post.hard.value,
    };
  }

  async *lines(exchanges: AsyncIterable<RawExchange>): AsyncGenerator<string> {
    yield HEADER;
    for await (const exchange of exchanges) {
      const live = this.#replay.push(exchange);
      const post = this.#fit.estimate(exchange.t1S);
      count(this.#live, live);
      count(this.#post, post);
      yield [exchange.t1S, ...columnsOf(live), ...columnsOf(post)].map(numberText).join(",");
    }
  }
}

function columnsOf(estimate: ClockEstimate | undefined): (number | undefined)[] {
  return [estimate?.thetaS, estimate?.bound99S, estimate?.hardS];
}

function count(means: { readonly bound: RunningMean; readonly hard: RunningMean }, estimate?: ClockEstimate): void {
  if (estimate === undefined) return;
  means.bound.push(estimate.bound99S);
  means.hard.push(estimate.hardS);
}

function summaryOf(fit: ProbeFit): Omit<ProbeSummary, "rows" | keyof EstimateRows["means"]> {
  const longest = [...fit.epochs].sort((a, b) => b.bursts - a.bursts)[0];
  const of = (cause: string): number => fit.epochs.filter((epoch) => epoch.cause === cause).length;
  return {
    kind: "probes",
    answered: fit.answered,
    bursts: fit.bursts.length,
    epochs: fit.epochs.length,
    steps: of("step"),
    squeezes: of("squeeze"),
    drift_ppm: longest?.driftPpm ?? null,
    outside: fit.outside,
  };
}
