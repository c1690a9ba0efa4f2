import type { Command } from "commander";
import { findCues } from "@polychron/processing";
import type { CueReport, CueRow } from "@polychron/session/format";
import { DiskFiles } from "@polychron/session/store";
import { programVersion } from "../version.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";
import { textTable } from "./text-table.js";

/** `polychron cues`: the cues of sessions, found again in their streams, against the hub times at which they were made. */
export function addCuesCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("cues")
    .description(
      "find the sync cues of sessions in their recordings and compare the times; can be run again at any time",
    )
    .argument("<session...>", "ids of sessions")
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings", "ffmpeg"]).action(
    async (sessions: readonly string[], options: { json?: true }) => {
      const { recordings: recordingsFolder, ffmpeg } = configOf(command, ["recordings", "ffmpeg"], surroundings);
      const software = { name: "polychron", version: programVersion() };
      const search = { ffmpeg, software, signal: surroundings.stopSignal() };
      const reports: CueReport[] = [];
      for (const sessionId of sessions) {
        const { report } = await findCues(new DiskFiles(), { recordingsFolder, sessionId }, search);
        reports.push(report);
        if (options.json === undefined) surroundings.out(reportText(report));
      }
      if (options.json) surroundings.out(JSON.stringify({ sessions: reports }, undefined, 2));
    },
  );
}

function reportText({ session_id: session, cues, streams }: CueReport): string {
  if (cues.length === 0) return `${session}: no cue was made that a stream of it could have`;
  const rows = cues.map((row) => [
    ...[row.cue, row.kind, row.maker, `${row.device}/${row.stream}`, row.at_s.toFixed(3)],
    ...[inMs(row.residual_s), inMs(allowedS(row)), row.reason ?? verdictOf(row)],
  ]);
  const found = streams.map(({ device, stream, kind, n, missed, median_s: median, max_s: most, inside }) => [
    ...[`${device}/${stream}`, kind, String(n), String(missed), inMs(median), inMs(most), String(inside)],
  ]);
  return [
    session,
    textTable([["cue", "kind", "made by", "stream", "at s", "residual ms", "allowed ms", ""], ...rows]),
    textTable([["stream", "kind", "found", "missed", "median ms", "largest ms", "inside"], ...found]),
  ].join("\n\n");
}

/** What stream, cue and search together may be off. */
function allowedS({ bound_s: stream, cue_bound_s: cue, search_bound_s: search }: CueRow): number | null {
  return stream === null || cue === null || search === null ? null : stream + cue + search;
}

function verdictOf({ inside }: CueRow): string {
  if (inside === null) return "no bound is stated";
  return inside ? "inside" : "OUTSIDE";
}

function inMs(seconds: number | null): string {
  return seconds === null ? "-" : (seconds * 1e3).toFixed(3);
}
