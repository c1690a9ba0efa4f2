import type { DeviceQuality } from "@polychron/session/format";
import { boundText, lengthText } from "../words.js";
import { linearScale, lowerAxis, picture, place, roundTicks, type Area, type Scale } from "./axis.js";
import { element, type Markup } from "./markup.js";

const WIDTH = 960;
const ROW = 24;
const BAR = 10;
const LEFT = 200;
/** Room for what is said of each, beside it. */
const RIGHT = 330;
/** The axis reaches at least so far, seconds: what is together should look so. */
const LEAST_S = 0.01;
/** And so far at most: one that joined minutes later must not press all others flat. */
const MOST_S = 0.5;

/** One stream in one recording whose first sample lies some time from the scheduled start; seconds. */
export interface StreamBegin {
  readonly device: string;
  readonly stream: string;
  readonly recording: number | null;
  readonly distanceS: number;
  readonly periodS: number;
  /** Null where its time is not known against the hub. */
  readonly boundS: number | null;
  /** What of the distance no period explains. */
  readonly skewS: number;
  /** The same as it was seen live. */
  readonly liveS: number | null;
}

/** The starts of a session, in the order of its devices. */
export function streamBegins(devices: readonly DeviceQuality[]): StreamBegin[] {
  return devices.flatMap(({ device, streams }) =>
    streams.flatMap(({ stream, recording, start_distance_s: distanceS, period_s: periodS, ...begin }) => {
      const { start_bound_s: boundS, start_skew_s: skewS, live_start_skew_s: liveS } = begin;
      if (distanceS === null || periodS === null || skewS === null) return [];
      return [{ device, stream, recording, distanceS, periodS, boundS, skewS, liveS }];
    }),
  );
}

/** The first kept sample of each stream against the scheduled start. */
export function skewPlot(begins: readonly StreamBegin[]): Markup {
  const area: Area = { left: LEFT, top: 10, right: WIDTH - RIGHT, bottom: 10 + ROW * begins.length };
  const least = Math.max(-MOST_S, Math.min(0, ...begins.map(({ distanceS, boundS }) => distanceS - (boundS ?? 0))));
  const reaches = begins.map(({ distanceS, boundS, periodS }) => Math.max(distanceS + (boundS ?? 0), periodS));
  const most = Math.min(MOST_S, Math.max(LEAST_S, ...reaches));
  const x = linearScale(least, most, [area.left, area.right]);
  const label = `First samples of ${begins.length} streams against the scheduled start: ${begins.map((each) => `${each.device}/${each.stream} ${beginWords(each)}`).join("; ")}.`;
  return picture(
    label,
    WIDTH,
    area.bottom + 36,
    ...lowerAxis(area, x, roundTicks(least, most, 5), lengthText),
    ...begins.flatMap((begin, index) => row(begin, x, area.top + ROW * (index + 0.5))),
    element(
      "text",
      { class: "axis", x: area.right, y: area.bottom + 32, "text-anchor": "end" },
      "after the scheduled start",
    ),
  );
}

/** `4.1 ms after; period 10 ms; known to ±0.3 ms`. */
function beginWords({ distanceS, periodS, boundS }: StreamBegin): string {
  const known = boundS === null ? "latency unknown" : `known to \u00b1${boundText(boundS)}`;
  const side = distanceS < 0 ? "before" : "after";
  return `${lengthText(Math.abs(distanceS))} ${side}; period ${lengthText(periodS)}; ${known}`;
}

function row(begin: StreamBegin, x: Scale, middle: number): Markup[] {
  const { device, stream, distanceS, periodS, boundS } = begin;
  const at = (atS: number): number => place(x.at(Math.min(x.to, Math.max(x.from, atS))));
  const zero = at(0);
  const period = { class: "recording", x: zero, width: at(periodS) - zero, y: middle - BAR / 2, height: BAR };
  const whisker = {
    class: "stem",
    x1: at(distanceS - (boundS ?? 0)),
    x2: at(distanceS + (boundS ?? 0)),
    y1: middle,
    y2: middle,
  };
  const name = `${device}/${stream}`.slice(0, 28);
  const words = { class: "tick strong", x: WIDTH - RIGHT + 12, y: middle + 4 };
  return [
    element("text", { class: "name", x: LEFT - 12, y: middle + 4, "text-anchor": "end" }, name),
    element("rect", period),
    element("line", whisker),
    element("circle", { class: "dot", cx: at(distanceS), cy: middle, r: 4 }),
    element("text", words, beginWords(begin)),
  ];
}
