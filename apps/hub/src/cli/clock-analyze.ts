import type { Command } from "commander";
import { resolve } from "node:path";
import { analyzeArrivals } from "./clock-arrivals.js";
import { analyzeProbes } from "./clock-probes.js";
import { clockSummaryText } from "./clock-summary-text.js";
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
      const asJson = (): string => JSON.stringify({ ok: true, ...summary }, undefined, 2);
      surroundings.out(options.json ? asJson() : clockSummaryText(summary));
    });
}
