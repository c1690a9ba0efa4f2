import type { ProbeFit } from "@polychron/sync";

/**
 * Where a row lies: `inside` an epoch, from its first burst to its last; between two of them where the clock was exchanged
 * (`between_clocks`) or jumped (`at_steps`), or `beyond` the first and the last burst of all.
 */
export type EpochPlace = "inside" | "between_clocks" | "at_steps" | "beyond";

/** A burst goes on for about so long after its first question, seconds. */
const BURST_S = 1;

/** The place of a hub time among the epochs of a fit. */
export function epochPlace({ epochs }: Pick<ProbeFit, "epochs">, atS: number): EpochPlace {
  const next = epochs.findIndex(({ fromS }) => fromS > atS);
  const running = epochs.at(next === -1 ? epochs.length - 1 : next - 1);
  if (running === undefined || next === 0) return "beyond";
  if (atS <= running.toS) return "inside";
  if (next === -1) return atS <= running.toS + BURST_S ? "inside" : "beyond";
  return epochs[next]!.cause === "clock" ? "between_clocks" : "at_steps";
}
