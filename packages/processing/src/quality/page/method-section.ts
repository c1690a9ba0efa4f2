import type { CueResidual, QualityReport } from "@polychron/session/format";
import { SCORE_LIMITS } from "../scores.js";
import { boundText, jumpText, lengthText, momentText, percentText } from "../words.js";
import { element, table, type Markup } from "./markup.js";

/** Cues found again in the streams: the proof that needs no estimate. */
export function cueSection({ cues }: QualityReport): Markup | undefined {
  if (cues.length === 0) return undefined;
  const columns = ["Cue", "Kind", "Stream", "At", "Residual", "Bound", "Inside"];
  return element(
    "section",
    { "aria-labelledby": "cues" },
    element("h2", { id: "cues" }, "Cues"),
    element("p", {}, "A residual is the time at which a stream shows a cue, less the time at which it was given."),
    table("Cues found again in the streams", columns, cues.map(cueRow)),
  );
}

function cueRow(cue: CueResidual): string[] {
  const { at_s: atS, residual_s: residualS, bound_s: boundS, inside } = cue;
  return [
    cue.cue,
    cue.kind,
    `${cue.device}/${cue.stream}`,
    momentText(atS),
    residualS === null ? "not found" : jumpText(residualS),
    boundS === null ? "none" : boundText(boundS),
    inside === null ? "\u2013" : inside ? "yes" : "NO",
  ];
}

/** What is not whole. */
export function lacksSection({ incomplete }: QualityReport): Markup | undefined {
  if (incomplete.length === 0) return undefined;
  const rows = incomplete.map(({ target, reason }) => [target, reason]);
  return element(
    "section",
    { "aria-labelledby": "lacks" },
    element("h2", { id: "lacks" }, "What is not whole"),
    table("What is not whole", ["Where", "Why"], rows),
  );
}

/** How the numbers were made, so that a reader can repeat them. */
export function methodSection({ software }: QualityReport): Markup {
  const { boundS, skewS, rate, outside, oneWay } = SCORE_LIMITS;
  const rules: [string, string][] = [
    ["fade(x, best, worst)", "1 up to best, 0 from worst on, log(worst / x) / log(worst / best) in between"],
    [
      "Synchronisation",
      `closeness \u00d7 held. closeness = fade(bound, ${lengthText(boundS[0])}, ${lengthText(boundS[1])}), ${oneWay} of it for a clock that cannot be asked, 0 without a bound. held = 1 \u2212 (bursts outside their live bound / bursts) / ${percentText(outside)}, at least 0`,
    ],
    [
      "Data",
      `completeness \u00d7 presence \u00d7 rate \u00d7 files. completeness = mean of written / expected samples. presence = share of the recorded time for which the device has samples, on the way or delivered later, by its tables. rate = mean of fade(|effective / nominal \u2212 1|, ${percentText(rate[0])}, ${percentText(rate[1])}), losses taken out. files = complete files / files`,
    ],
    [
      "Coordination",
      `mean of starts, acknowledgements and heartbeats. starts = mean of fade(|start skew|, ${lengthText(skewS[0])}, ${lengthText(skewS[1])}); the skew is the first sample against the scheduled start, less up to one period, by the times fitted after the session. acknowledgements = confirmed starts / starts. heartbeats = share of the recorded time in which the device was there \u00d7 answered / asked clock questions`,
    ],
    ["Session", "the lowest value of its devices; what does not apply is left out"],
  ];
  return element(
    "section",
    { "aria-labelledby": "method" },
    element("h2", { id: "method" }, "How this was computed"),
    table("Formulas of the scores", ["Score", "Formula"], rules, { class: "rules" }),
    element(
      "p",
      {},
      "A device clock that can be asked is compared with the hub's by exchanges of messages. No exchange can show how its round trip divides between the two directions. The 99\u00a0% bound therefore assumes that the best delay of one direction is at most three times that of the other; the hard bound assumes nothing. Bounds are against the hub's clock: two streams differ by at most the sum of theirs.",
    ),
    element(
      "p",
      { class: "dim" },
      `Made by ${software.name} ${software.version} from the session folder alone. All numbers stand in report.json beside this page.`,
    ),
  );
}
