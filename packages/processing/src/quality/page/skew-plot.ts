import type { DeviceQuality } from "@polychron/session/format";
import { lengthText } from "../words.js";
import { linearScale, lowerAxis, picture, place, roundTicks, type Area } from "./axis.js";
import { element, type Markup } from "./markup.js";

const WIDTH = 960;
const ROW = 24;
const LEFT = 240;
/** The axis reaches at least so far, seconds: what is together should look so. */
const LEAST_S = 0.01;

/** One stream in one recording that began some time from the scheduled start. */
export interface StartSkew {
  readonly device: string;
  readonly stream: string;
  readonly recording: number | null;
  readonly skewS: number;
}

/** The starts of a session, in the order of its devices. */
export function startSkews(devices: readonly DeviceQuality[]): StartSkew[] {
  return devices.flatMap(({ device, streams }) =>
    streams.flatMap(({ stream, recording, start_skew_s: skewS }) =>
      skewS === null ? [] : [{ device, stream, recording, skewS }],
    ),
  );
}

/** The first kept sample of each stream against the scheduled start. */
export function skewPlot(skews: readonly StartSkew[]): Markup | undefined {
  if (skews.length === 0) return undefined;
  const area: Area = { left: LEFT, top: 10, right: WIDTH - 80, bottom: 10 + ROW * skews.length };
  const least = Math.min(0, ...skews.map(({ skewS }) => skewS));
  const most = Math.max(LEAST_S, ...skews.map(({ skewS }) => skewS));
  const x = linearScale(least, most, [area.left, area.right]);
  const rows = skews.flatMap((skew, index) => row(skew, x.at(0), x.at(skew.skewS), area.top + ROW * (index + 0.5)));
  const label = `Start of ${skews.length} streams against the scheduled start, from ${lengthText(least)} to ${lengthText(Math.max(...skews.map(({ skewS }) => skewS)))}.`;
  return picture(
    label,
    WIDTH,
    area.bottom + 36,
    ...lowerAxis(area, x, roundTicks(least, most, 6), lengthText),
    ...rows,
    element(
      "text",
      { class: "axis", x: area.right, y: area.bottom + 32, "text-anchor": "end" },
      "after the scheduled start",
    ),
  );
}

function row({ device, stream, skewS }: StartSkew, zero: number, at: number, middle: number): Markup[] {
  const name = `${device}/${stream}`;
  return [
    element("text", { class: "name", x: LEFT - 12, y: middle + 4, "text-anchor": "end" }, name.slice(0, 34)),
    element("line", { class: "stem", x1: place(zero), x2: place(at), y1: middle, y2: middle }),
    element("circle", { class: "dot", cx: place(at), cy: middle, r: 4 }),
    element("text", { class: "tick strong", x: place(Math.max(at, zero)) + 9, y: middle + 4 }, lengthText(skewS)),
  ];
}
