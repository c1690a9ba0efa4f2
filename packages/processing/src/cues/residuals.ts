import type { CueRow, CueStream } from "@polychron/session/format";
import type { Timeline } from "@polychron/sync";
import type { CueFinding } from "./finding.js";
import type { LoggedAct } from "./logged-acts.js";
import { medianOf } from "./tap-search.js";

/** A stream in which an act was looked for. */
export interface SearchedStream {
  readonly device: string;
  readonly stream: string;
  /** How far its times may be off, as stated by its timeline; null where nothing tells. */
  readonly boundS: number | null;
}

/** How far a timeline's times may be off the hub's; null for one that only says how far they may be off each other. */
export function statedBoundS({ method, boundS }: Pick<Timeline, "method" | "boundS">): number | null {
  return method === "lower_envelope" ? null : boundS;
}

/** One line of the report. */
export function residualRow(act: LoggedAct, { device, stream, boundS }: SearchedStream, finding: CueFinding): CueRow {
  const found = finding.kind === "found" ? finding : undefined;
  const residualS = found === undefined ? null : rounded(found.atS - act.atS);
  const bounds = [boundS, act.boundS, found?.boundS ?? null];
  const sumS = bounds.reduce((sum, bound) => (sum === null || bound === null ? null : sum + bound), 0);
  return {
    ...{ cue: act.cue, kind: act.kind, maker: act.maker, device, stream, at_s: act.atS },
    found_s: found === undefined ? null : rounded(found.atS),
    residual_s: residualS,
    bound_s: boundS === null ? null : rounded(boundS),
    cue_bound_s: act.boundS,
    search_bound_s: found === undefined ? null : rounded(found.boundS),
    inside: residualS === null || sumS === null ? null : Math.abs(residualS) <= sumS,
    confidence: Math.round(Math.min(1, Math.max(0, finding.confidence)) * 1000) / 1000,
    reason: finding.kind === "absent" ? finding.reason : null,
  };
}

/** What all rows say of each stream and kind, in the order of the rows. */
export function summarise(rows: readonly CueRow[]): CueStream[] {
  const groups = new Map<string, CueRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.device, row.stream, row.kind]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map(summary);
}

function summary(rows: readonly CueRow[]): CueStream {
  const { device, stream, kind } = rows[0]!;
  const residuals = rows.flatMap(({ residual_s: residualS }) => (residualS === null ? [] : [residualS]));
  const farthest = residuals.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  const isNone = residuals.length === 0;
  return {
    ...{ device, stream, kind, n: residuals.length, missed: rows.length - residuals.length },
    median_s: isNone ? null : rounded(medianOf(residuals)),
    max_s: isNone ? null : farthest,
    inside: rows.filter(({ inside }) => inside === true).length,
    outside: rows.filter(({ inside }) => inside === false).length,
  };
}

/** To the microsecond: less is never known. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
