import type { DeviceQuality, QualityReport } from "@polychron/session/format";
import { causeText } from "../findings.js";
import { countText, lengthText, momentText } from "../words.js";
import { linearScale, lowerAxis, picture, place, timeTicks, type Area, type Scale } from "./axis.js";
import { element, type Markup } from "./markup.js";

const WIDTH = 960;
const ROW = 30;
const BAR = 14;
const LEFT = 170;

/** Every device over the session: there, away, gaps, breaks of its clock. */
export function presencePlot({ devices, recordings }: QualityReport): Markup | undefined {
  if (recordings.length === 0 || devices.length === 0) return undefined;
  const area: Area = { left: LEFT, top: 10, right: WIDTH - 14, bottom: 10 + ROW * devices.length };
  const [fromS, toS] = [recordings[0]!.start_t_s, recordings.at(-1)!.stop_t_s];
  const x = linearScale(fromS, toS, [area.left, area.right]);
  const rows = devices.flatMap((device, index) => deviceRow(device, recordings, x, area.top + ROW * (index + 0.5)));
  const label = `${devices.length} devices over ${lengthText(toS - fromS)} of session time; what each was missing stands in the table of devices.`;
  return picture(
    label,
    WIDTH,
    area.bottom + 36,
    ...lowerAxis(area, x, timeTicks(fromS, toS, 10), momentText),
    ...rows,
    element("text", { class: "axis", x: area.right, y: area.bottom + 32, "text-anchor": "end" }, "session time"),
  );
}

function deviceRow(device: DeviceQuality, recordings: QualityReport["recordings"], x: Scale, middle: number): Markup[] {
  const isIn = (number: number): boolean =>
    device.streams.some(({ recording }) => recording === null || recording === number);
  return [
    element("text", { class: "name", x: LEFT - 12, y: middle + 4, "text-anchor": "end" }, shortened(device.device)),
    ...recordings.map((run) =>
      stretch(
        isIn(run.number) ? "present" : "absent",
        x,
        { from: run.start_t_s, to: run.stop_t_s },
        middle,
        `recording ${run.number}`,
      ),
    ),
    ...device.absences.map(({ from_t_s: from, to_t_s: to }) =>
      stretch("away-bar", x, { from, to }, middle, `away for ${lengthText(to - from)} from ${momentText(from)}`),
    ),
    ...device.silences.map(({ stream, from_t_s: from, to_t_s: to }) =>
      stretch(
        "silent-bar",
        x,
        { from, to },
        middle,
        `${stream}: no samples for ${lengthText(to - from)} from ${momentText(from)}`,
      ),
    ),
    ...device.largest_gaps.map((gap) => gapMark(gap, x, middle)),
    ...device.clock.epochs.slice(1).map(({ from_t_s: atS }) => breakMark(x.at(atS), middle, momentText(atS))),
  ];
}

function stretch(
  kind: string,
  x: Scale,
  { from, to }: { readonly from: number; readonly to: number },
  middle: number,
  words: string,
): Markup {
  const left = place(x.at(from));
  const width = Math.max(1.5, place(x.at(to) - left));
  const box = { class: kind, x: left, width, y: middle - BAR / 2, height: BAR, rx: 2 };
  return element("rect", box, element("title", {}, words));
}

function gapMark(gap: DeviceQuality["largest_gaps"][number], x: Scale, middle: number): Markup {
  const at = place(x.at(gap.t_s));
  const words = `${gap.stream || "all streams"}, ${momentText(gap.t_s)}: ${countText(gap.samples, "sample")}, ${causeText(gap.cause)}`;
  const line = { class: "gap", x1: at, x2: at, y1: middle - BAR / 2 - 3, y2: middle + BAR / 2 + 3 };
  return element("line", line, element("title", {}, words));
}

function breakMark(at: number, middle: number, when: string): Markup {
  const [x, size] = [place(at), 6];
  const d = `M${x} ${middle - size}L${x + size} ${middle}L${x} ${middle + size}L${x - size} ${middle}Z`;
  return element("path", { class: "break-mark", d }, element("title", {}, `clock break at ${when}`));
}

function shortened(name: string): string {
  return name.length <= 22 ? name : `${name.slice(0, 21)}\u2026`;
}
