import type { ClockQuality, DeviceQuality, QualityReport, StreamQuality } from "@polychron/session/format";
import { causeText } from "../findings.js";
import {
  boundText,
  countText,
  driftText,
  jumpText,
  lengthText,
  momentText,
  percentText,
  rateText,
  scoreText,
} from "../words.js";
import { levelBadge } from "./badge.js";
import { figure } from "./figure.js";
import { roundTripPlot } from "./histogram-plot.js";
import { element, table, type Content, type Markup } from "./markup.js";
import { offsetPlot } from "./offset-plot.js";
import { partsText } from "./score-dial.js";

const DASH = "\u2013";

/** All that is known of one device. */
export function deviceSection(device: DeviceQuality, { recordings, verdict }: QualityReport): Markup {
  const id = `device-${device.device}`;
  const findings = verdict.findings.filter((finding) => finding.device === device.device);
  return element(
    "section",
    { class: "device card", "aria-labelledby": id },
    element(
      "h2",
      { id },
      device.device,
      " ",
      levelBadge(device.level),
      element(
        "span",
        { class: "dim type" },
        ` ${device.device_type.replaceAll("_", " ")}${device.simulated ? ", simulated" : ""}`,
      ),
    ),
    findings.length === 0
      ? undefined
      : element(
          "ul",
          { class: "plain" },
          findings.map(({ text }) => element("li", {}, text)),
        ),
    clockPart(device, recordings),
    streamTable(device.streams),
    absenceTable(device),
    lossTable(device),
    scoreTable(device),
  );
}

function clockPart(device: DeviceQuality, recordings: QualityReport["recordings"]): Content {
  const { clock } = device;
  const caption =
    "Line: the offset less the straight line of each epoch. Band: 99\u00a0% bound. Grey: recordings. Red: away, or a bound that did not hold.";
  return [
    figure("Clock offset", offsetPlot(device, recordings), caption),
    element(
      "div",
      { class: "columns" },
      element("div", {}, clockTable(device.device, clock), element("p", { class: "dim" }, clock.note)),
      figure("Round trips", roundTripPlot(device), "How long answers of its clock took."),
    ),
    clock.epochs.length > 1 ? epochTable(device.device, clock) : undefined,
  ];
}

function clockTable(device: string, clock: ClockQuality): Markup {
  const trips = clock.round_trips;
  const rows: [string, string][] = [
    ...(clock.method === "hub" ? [["Clock", "the hub's own"] as [string, string]] : boundRows(clock)),
    ...(clock.asked === 0 ? [] : askedRows(clock)),
    ...(trips === null
      ? []
      : [
          [
            "Round trip, shortest / median",
            `${textOr(trips.min_s, lengthText)} / ${textOr(trips.median_s, lengthText)}`,
          ] as [string, string],
        ]),
  ];
  return table(`Clock of ${device}`, ["Clock", "Value"], rows);
}

function boundRows(clock: ClockQuality): [string, string][] {
  return [
    ["Bound 99\u00a0%, largest", textOr(clock.bound99_s, boundText)],
    ["Bound 99\u00a0%, median", textOr(clock.bound99_median_s, boundText)],
    ["Hard bound, largest", textOr(clock.hard_s, boundText)],
    ["Hard bound, median", textOr(clock.hard_median_s, boundText)],
    ["Drift in the longest epoch", textOr(clock.drift_ppm, (ppm) => driftText(ppm, clock.drift_bound_ppm))],
  ];
}

function askedRows({
  asked,
  answered,
  bursts,
  outside,
  longest_silence_s: silenceS,
  epochs,
}: ClockQuality): [string, string][] {
  return [
    ["Questions, answered", `${countText(answered)} of ${countText(asked)} (${percentText(answered / asked)})`],
    ["Bursts of questions", countText(bursts)],
    ["Longest silence in a recording", textOr(silenceS, lengthText)],
    ["Live bound did not hold", countText(outside, "time")],
    ["Breaks of the clock", String(Math.max(0, epochs.length - 1))],
  ];
}

const CAUSES = { first: "begin", clock: "another clock", step: "jump, certain", squeeze: "jump, suspected" } as const;
const EPOCHS_SHOWN = 50;

function epochTable(device: string, { epochs }: ClockQuality): Markup {
  const rows = epochs
    .slice(0, EPOCHS_SHOWN)
    .map((epoch) => [
      momentText(epoch.from_t_s),
      CAUSES[epoch.cause],
      textOr(epoch.jump_s, jumpText),
      driftText(epoch.drift_ppm, epoch.drift_bound_ppm),
      countText(epoch.bursts),
    ]);
  return table(`Epochs of the clock of ${device}`, ["From", "Cause", "Jump", "Drift", "Bursts"], rows);
}

function streamTable(streams: readonly StreamQuality[]): Markup | undefined {
  if (streams.length === 0) return undefined;
  const rates = ["Nominal rate", "Effective"];
  const samples = ["Expected", "Received", "Written", "No samples for"];
  const columns = ["Stream", "Rec.", ...rates, ...samples, "First sample", "Times by", "Bound"];
  return table("Streams", columns, streams.map(streamRow));
}

function streamRow(stream: StreamQuality): string[] {
  const counts = [stream.expected, stream.received, stream.written];
  return [
    stream.stream,
    textOr(stream.recording, String),
    stream.nominal_rate_hz === 0 ? "irregular" : rateText(stream.nominal_rate_hz),
    textOr(stream.effective_rate_hz, rateText),
    ...counts.map((value) => textOr(value, (count) => countText(count))),
    textOr(stream.silent_s, lengthText),
    textOr(stream.start_distance_s, jumpText),
    stream.method.replaceAll("_", " "),
    streamBound(stream),
  ];
}

function streamBound({ bound_s: boundS }: StreamQuality): string {
  return boundS === null ? "none" : boundText(boundS);
}

const ABSENCES_SHOWN = 50;

function absenceTable({ device, absences }: DeviceQuality): Markup | undefined {
  if (absences.length === 0) return undefined;
  const rows = absences
    .slice(0, ABSENCES_SHOWN)
    .map(({ from_t_s: fromS, to_t_s: toS, without_samples_s: withoutS }) => [
      momentText(fromS),
      lengthText(toS - fromS),
      withoutS === null ? "not known" : lengthText(withoutS),
    ]);
  return table(`Absences of ${device}`, ["Away from", "For", "Without samples"], rows);
}

function lossTable({ losses }: DeviceQuality): Markup | undefined {
  if (losses.length === 0) return undefined;
  const rows = losses.map(({ stream, cause, gaps, samples }) => [
    stream || "all",
    causeText(cause),
    countText(gaps),
    countText(samples),
  ]);
  return table("Gaps by cause", ["Stream", "Cause", "Gaps", "Samples"], rows);
}

function scoreTable({ scores }: DeviceQuality): Markup {
  const named = [
    ["Synchronisation", scores.synchronization],
    ["Data", scores.data],
    ["Coordination", scores.coordination],
  ] as const;
  const rows = named.map(([name, score]) => [name, scoreText(score.value), partsText(score)]);
  return table("Scores", ["Score", "Value", "Made of"], rows);
}

function textOr(value: number | null, text: (value: number) => string): string {
  return value === null ? DASH : text(value);
}
