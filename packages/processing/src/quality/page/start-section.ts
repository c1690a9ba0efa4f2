import type { DeviceQuality, QualityReport } from "@polychron/session/format";
import { boundText, lengthText } from "../words.js";
import { figure } from "./figure.js";
import { element, table, type Markup } from "./markup.js";
import { skewPlot, streamBegins, type StreamBegin } from "./skew-plot.js";

/** More streams than this are told in numbers alone. */
const DRAWN_MAX = 40;

/** When the streams began, seen from the scheduled start, on the clocks as they are known after the session. */
export function startSection({ devices }: QualityReport): Markup | undefined {
  const begins = streamBegins(devices);
  const never = neverBegan(devices);
  if (begins.length === 0 && never.length === 0) return undefined;
  return element(
    "section",
    { "aria-labelledby": "starts" },
    element("h2", { id: "starts" }, "Start together"),
    ...never.map((text) => element("p", {}, text)),
    ...(begins.length === 0 ? [] : beginParts(begins)),
  );
}

function beginParts(begins: readonly StreamBegin[]): (Markup | undefined)[] {
  const columns = ["Stream", "Recording", "First sample", "Period", "Known to", "Live figure"];
  const caption =
    "First kept sample of each stream against the scheduled start. Grey: one sample period, in which any first sample is the one that was due. Whisker: how far its time may be off (99\u00a0%).";
  return [
    element("p", {}, summary(begins)),
    figure("Start of each stream", begins.length <= DRAWN_MAX ? skewPlot(begins) : undefined, caption),
    element(
      "details",
      {},
      element("summary", {}, "Numbers"),
      table("Start of each stream", columns, begins.map(beginRow)),
    ),
  ];
}

/** The distances as they are, then what of them no period explains. */
function summary(begins: readonly StreamBegin[]): string {
  const distances = begins.map(({ distanceS }) => distanceS);
  const most = begins.reduce((worst, next) => (Math.abs(next.skewS) > Math.abs(worst.skewS) ? next : worst));
  const beyond =
    most.skewS === 0
      ? "none of them by more than one period of its stream."
      : `beyond one period of its stream ${most.device}/${most.stream} by most, ${lengthText(Math.abs(most.skewS))}${most.skewS < 0 ? " before the start" : ""}.`;
  return `First samples lie from ${beginText(Math.min(...distances))} to ${beginText(Math.max(...distances))} the scheduled start; ${beyond}`;
}

function beginText(distanceS: number): string {
  return `${lengthText(Math.abs(distanceS))} ${distanceS < 0 ? "before" : "after"}`;
}

function beginRow({ device, stream, recording, distanceS, periodS, boundS, liveS }: StreamBegin): string[] {
  return [
    `${device}/${stream}`,
    recording === null ? "\u2013" : String(recording),
    `${beginText(distanceS)} the start`,
    lengthText(periodS),
    boundS === null ? "not known against the hub" : `\u00b1${boundText(boundS)}`,
    liveS === null ? "\u2013" : lengthText(liveS),
  ];
}

function neverBegan(devices: readonly DeviceQuality[]): string[] {
  return devices.flatMap(({ device, starts }) =>
    starts
      .filter(({ status }) => status === "never")
      .map(
        ({ recording, code }) => `${device} never began recording ${recording}${code === null ? "" : ` (${code})`}.`,
      ),
  );
}
