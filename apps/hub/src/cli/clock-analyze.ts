import type { Command } from "commander";
import { resolve } from "node:path";
import { analyzeArrivals, type ArrivalSummary } from "./clock-arrivals.js";
import { analyzeProbes, type ProbeSummary } from "./clock-probes.js";
import type { Surroundings } from "./surroundings.js";
import { openTrace } from "./trace-file.js";

/** `polychron clock analyze`: what the estimator says of a recording of clocks, live and after the session. */
export function addAnalyzeCommand(clock: Command, surroundings: Surroundings): void {
  clock
    .command("analyze")
    .description("estimate a device clock from recorded exchanges (t1,t2,t3,t4) or arrivals, live and afterwards")
    .argument("<file>", "CSV with t1,t2,t3,t4 or device_timestamp,host_arrival, seconds")
    .requiredOption("--out <file>", "where the estimates go, one row a row")
    .option("--json", "print the summary as JSON")
    .action(async (file: string, options: { out: string; json?: true }) => {
      const { workingFolder } = surroundings;
      const trace = await openTrace(resolve(workingFolder, file));
      const out = resolve(workingFolder, options.out);
      const summary =
        trace.shape.kind === "probes"
          ? await analyzeProbes(trace, trace.shape, out)
          : await analyzeArrivals(trace, trace.shape, out);
      surroundings.out(options.json ? JSON.stringify({ ok: true, ...summary }, undefined, 2) : summaryText(summary));
    });
}

function summaryText(summary: ProbeSummary | ArrivalSummary): string {
  return summary.kind === "probes" ? probeText(summary) : arrivalText(summary);
}

function probeText(summary: ProbeSummary): string {
  const { rows, answered, bursts, epochs, steps, outside, drift_ppm: driftPpm } = summary;
  return [
    `${rows} questions, ${answered} answered, ${bursts} bursts, ${epochs} epochs, ${steps} steps`,
    `  drift ${shown(driftPpm, 2)} ppm`,
    `  live bound (99 %) ${ms(summary.mean_live_bound_s)} in the mean, whatever the split ${ms(summary.mean_live_hard_s)}`,
    `  after the session ${ms(summary.mean_post_bound_s)}, whatever the split ${ms(summary.mean_post_hard_s)}`,
    `  ${outside} bursts outside their prediction's bound`,
  ].join("\n");
}

function arrivalText(summary: ArrivalSummary): string {
  const bound = summary.post_bound_s === null ? "not known" : ms(summary.post_bound_s);
  return [
    `${summary.rows} samples, ${summary.epochs} epochs, drift ${shown(summary.drift_ppm, 2)} ppm`,
    `  bound of times against each other: ${bound}; the constant latency of the link comes on top`,
  ].join("\n");
}

function ms(seconds: number | null): string {
  return seconds === null ? "not known" : `${shown(seconds * 1000, 3)} ms`;
}

function shown(value: number | null, digits: number): string {
  return value === null ? "not known" : value.toFixed(digits);
}
