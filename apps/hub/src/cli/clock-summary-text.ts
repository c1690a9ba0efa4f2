import type { BoundSummary } from "./bound-tally.js";
import type { ArrivalSummary } from "./clock-arrivals.js";
import type { ProbeSummary } from "./clock-probes.js";

/** What a recording of clocks came to, in lines for people. */
export function clockSummaryText(summary: ProbeSummary | ArrivalSummary): string {
  return (summary.kind === "probes" ? probeLines(summary) : arrivalLines(summary)).join("\n");
}

function probeLines(summary: ProbeSummary): string[] {
  const { rows, answered, bursts, epochs, steps, squeezes, outside, post } = summary;
  return [
    [
      ...[counted(rows, "question"), `${answered} answered`, counted(bursts, "burst"), counted(epochs, "epoch")],
      ...[counted(steps, "step"), ...(squeezes > 0 ? [`${squeezes} suspected`] : [])],
    ].join(", "),
    ...leftOutLines(summary),
    `  resolution of the stamps: ${resolutionText(summary.resolution)}`,
    `  ${driftText(summary)}`,
    `  live bound (99 %) ${summary.live.rows > 0 ? boundsText(summary.live) : "not known"}`,
    `  after the session ${post.inside.rows > 0 ? boundsText(post.inside) : "not known"}`,
    ...betweenLine("between two clocks", post.between_clocks),
    ...betweenLine("while it jumped", post.at_steps),
    ...betweenLine("before the first burst and behind the last", post.beyond),
    `  ${counted(outside, "burst")} outside ${outside === 1 ? "its" : "their"} prediction's bound`,
  ];
}

function arrivalLines(summary: ArrivalSummary): string[] {
  const { rows, left_out: leftOut, epochs } = summary;
  const bound = summary.post_bound_s === null ? "not known" : lengthText(summary.post_bound_s);
  return [
    `${counted(rows, "sample")}, ${counted(epochs, "epoch")}, ${driftText(summary)}`,
    ...(leftOut.repeated_or_late > 0 ? [`  left out: ${leftOut.repeated_or_late} repeated or out of order`] : []),
    ...(leftOut.wrong > 0 ? [`  left out: ${leftOut.wrong} with a time that cannot be`] : []),
    `  bound of times against each other: ${bound}; the constant latency of the link comes on top`,
  ];
}

function leftOutLines({ left_out: rows, bursts_left_out: bursts }: ProbeSummary): string[] {
  const causes = [
    [rows.repeated_or_late, "repeated, or more than 5 s out of order"],
    [rows.refuted, "ahead of rows that ran back"],
    [rows.implausible, "with a time that cannot be"],
    [rows.backwards, "running backwards in time"],
  ] as const;
  const texts = causes.filter(([count]) => count > 0).map(([count, cause]) => `${counted(count, "row")} ${cause}`);
  if (bursts > 0) texts.push(`${counted(bursts, "burst")} contradicting the others`);
  return texts.length === 0 ? [] : [`  left out: ${texts.join("; ")}`];
}

function resolutionText({ device_s: deviceS, is_told: isTold, hub_s: hubS }: ProbeSummary["resolution"]): string {
  return `device ${stepText(deviceS)} (${isTold ? "told" : "seen"}), hub ${stepText(hubS)} (seen)`;
}

function stepText(stepS: number | null): string {
  return stepS === null ? "finer than 0.001 ms" : `${Number((stepS * 1000).toPrecision(4))} ms`;
}

function driftText(summary: ProbeSummary | ArrivalSummary): string {
  const { drift_ppm: driftPpm, drift_within_ppm: withinPpm, longest_epoch_s: lengthS } = summary;
  if (driftPpm === null || withinPpm === null || lengthS === null) return "drift not known";
  return `drift ${driftPpm.toFixed(2)} ± ${withinPpm.toFixed(2)} ppm in the longest epoch (${lengthS.toFixed(1)} s)`;
}

function boundsText({ median_s, largest_s, median_hard_s, largest_hard_s }: BoundSummary): string {
  const hard = `median ${lengthText(median_hard_s)}, largest ${lengthText(largest_hard_s)}`;
  return `median ${lengthText(median_s)}, largest ${lengthText(largest_s)}; whatever the split ${hard}`;
}

function betweenLine(where: string, { rows, largest_s: largestS }: BoundSummary): string[] {
  return rows === 0 ? [] : [`  ${where} ${counted(rows, "row")}, known within ${lengthText(largestS)} at worst`];
}

function lengthText(seconds: number | null): string {
  if (seconds === null) return "not known";
  return seconds < 1 ? `${(seconds * 1000).toFixed(3)} ms` : `${seconds.toFixed(3)} s`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
