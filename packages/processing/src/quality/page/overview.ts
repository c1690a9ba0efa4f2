import type { DeviceQuality, QualityFinding, QualityReport } from "@polychron/session/format";
import { boundText, driftText, scoreText } from "../words.js";
import { levelBadge } from "./badge.js";
import { boundPlot } from "./bound-plot.js";
import { figure } from "./figure.js";
import { element, table, type Content, type Markup } from "./markup.js";
import { presencePlot } from "./presence-plot.js";
import { partsText, scoreDial } from "./score-dial.js";

/** What can be quoted, and the findings behind it. */
export function verdictSection({ verdict }: QualityReport): Markup {
  const findings = verdict.findings.map((finding) => element("li", { class: finding.severity }, findingText(finding)));
  return element(
    "section",
    { class: `verdict ${verdict.level}`, "aria-labelledby": "verdict" },
    element("h2", { id: "verdict" }, levelBadge(verdict.level), " Verdict"),
    element("p", { class: "quote" }, verdict.text),
    findings.length === 0 ? undefined : element("ul", { class: "findings" }, findings),
  );
}

function findingText({ device, severity, text }: QualityFinding): Content[] {
  const sign = { bad: "\u2715", warning: "!", note: "i" }[severity];
  const word = { bad: "Bad", warning: "Limit", note: "Note" }[severity];
  const mark = element("span", { class: "mark", role: "img", "aria-label": `${word}: ` }, sign);
  return [mark, element("strong", {}, device ?? "session"), " ", text];
}

const SCORES = [
  ["synchronization", "Synchronisation", "how closely and how surely the times hold"],
  ["data", "Data", "what was recorded of what should have been"],
  ["coordination", "Coordination", "starts, confirmations, heartbeats"],
] as const;

/** The three scores of the session, with the device that each is due to. */
export function scoreSection({ scores }: QualityReport): Markup {
  const cards = SCORES.map(([key, name, meaning]) =>
    element(
      "div",
      { class: "card score" },
      scoreDial(name, scores[key]),
      element(
        "div",
        {},
        element("h3", {}, name),
        element("p", { class: "dim" }, meaning),
        element("p", { class: "parts" }, partsText(scores[key]), dueTo(scores[key].device)),
      ),
    ),
  );
  const head = element("h2", { id: "scores" }, "Scores");
  return element("section", { "aria-labelledby": "scores" }, head, element("div", { class: "cards" }, cards));
}

function dueTo(device: string | null): Content {
  return device === null ? undefined : [" \u2013 lowest: ", element("strong", {}, device)];
}

/** All devices side by side: which is bad, and where. */
export function devicesSection(report: QualityReport): Markup {
  const { devices, verdict } = report;
  const columns = ["Device", "", "Clock", "Bound (99\u00a0%)", "Drift", "Sync", "Data", "Coord.", "What is wrong"];
  const rows = devices.map((device) => deviceRow(device, verdict.findings));
  return element(
    "section",
    { "aria-labelledby": "devices" },
    element("h2", { id: "devices" }, "Devices at a glance"),
    table("Each device with its level, clock and scores", columns, rows, { class: "glance" }),
    figure(
      "The session",
      presencePlot(report),
      "Green: there. Red: away. Dashed: nothing recorded. Dark: no samples. Vertical strokes: gaps by the log. Diamonds: breaks of the clock.",
    ),
    figure(
      "Time bounds",
      boundPlot(devices),
      "The largest 99\u00a0% bound wherever there are samples; the stroke inside is the median over time. Dashed: only relative, the latency of the link is unknown.",
    ),
  );
}

const METHOD_WORDS = {
  two_way: "asked",
  joint: "read while streaming",
  one_way: "one-way",
  hub: "hub's own",
  none: "unknown",
} as const;

function deviceRow(device: DeviceQuality, findings: readonly QualityFinding[]): Content[] {
  const { clock, scores, level } = device;
  const [worst] = findings.filter((finding) => finding.device === device.device && finding.severity !== "note");
  return [
    element("a", { href: `#device-${device.device}` }, device.device),
    levelBadge(level),
    METHOD_WORDS[clock.method],
    boundWords(clock),
    clock.drift_ppm === null ? "\u2013" : driftText(clock.drift_ppm, clock.drift_bound_ppm),
    ...[scores.synchronization, scores.data, scores.coordination].map(({ value }) => scoreText(value)),
    worst?.text ?? "\u2013",
  ];
}

function boundWords({ bound99_s: boundS }: DeviceQuality["clock"]): string {
  return boundS === null ? "none" : boundText(boundS);
}
