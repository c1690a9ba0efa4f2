import type { ClockQuality, DeviceQuality, QualityReport } from "@polychron/session/format";
import { momentText } from "../words.js";
import {
  leftAxis,
  linearScale,
  lowerAxis,
  picture,
  place,
  roundTicks,
  timeTicks,
  type Area,
  type Scale,
} from "./axis.js";
import { element, type Markup } from "./markup.js";
import { residuals, type ResidualCurve } from "./residuals.js";

const WIDTH = 760;
const HEIGHT = 250;
const AREA: Area = { left: 64, top: 22, right: WIDTH - 12, bottom: HEIGHT - 38 };
/** Words beside clock breaks, at most; more could not be read. */
const LABELLED = 4;

/** The clock offset over time, less its own line in each epoch, inside the band of its 99 % bound. */
export function offsetPlot(device: DeviceQuality, recordings: QualityReport["recordings"]): Markup | undefined {
  const { clock } = device;
  if (clock.offset === null || clock.offset.t_s.length < 2) return undefined;
  const curve = residuals(clock.offset);
  const [fromS, toS] = [curve.atS[0]!, curve.atS.at(-1)!];
  const x = linearScale(fromS, toS, [AREA.left, AREA.right]);
  const range = rangeMs(curve, recordings);
  const y = linearScale(-range, range, [AREA.bottom, AREA.top]);
  const clip = `clip-${device.device}`;
  const inside = element(
    "g",
    { "clip-path": `url(#${clip})` },
    ...recordings.map((run) => stretch("recording", x, { from: run.start_t_s, to: run.stop_t_s })),
    ...device.absences.map((away) => stretch("away", x, { from: away.from_t_s, to: away.to_t_s })),
    ...epochsOf(curve).flatMap((rows) => [band(curve, rows, x, y), line(curve, rows, x, y)]),
    ...clock.outside_t_s.map((atS) => outsideMark(curve, atS, x, y)),
  );
  return picture(
    describe(device, range),
    WIDTH,
    HEIGHT,
    element("defs", {}, element("clipPath", { id: clip }, element("rect", areaBox()))),
    ...leftAxis(AREA, y, roundTicks(-range, range, 4), (value) => String(value).replace("-", "\u2212")),
    ...lowerAxis(AREA, x, timeTicks(fromS, toS, 8), momentText),
    inside,
    ...clock.epochs.slice(1).flatMap((epoch, index) => breakLine(epoch, x, index)),
    axisName("offset less its line, ms"),
  );
}

/** Of the points of a recording so many fit into the picture: the seconds around a jump must not press all others flat. */
const FITTING_SHARE = 0.98;

/** Wide enough for the bound nearly wherever something was recorded, milliseconds. */
function rangeMs(curve: ResidualCurve, recordings: QualityReport["recordings"]): number {
  const isRecorded = (atS: number): boolean =>
    recordings.length === 0 || recordings.some((run) => atS >= run.start_t_s && atS <= run.stop_t_s);
  const rows = [...curve.atS.keys()].filter((row) => isRecorded(curve.atS[row]!));
  const reachesMs = rows.map((row) => Math.abs(curve.residualMs[row]!) + curve.boundMs[row]!).sort((a, b) => a - b);
  const range = reachesMs[Math.ceil(FITTING_SHARE * (reachesMs.length - 1))] ?? 0;
  return Math.max(0.05, range * 1.08);
}

function epochsOf({ epoch }: ResidualCurve): number[][] {
  const groups: number[][] = [];
  epoch.forEach((number, row) => {
    if (row === 0 || number !== epoch[row - 1]) groups.push([]);
    groups.at(-1)!.push(row);
  });
  return groups;
}

function band(curve: ResidualCurve, rows: readonly number[], x: Scale, y: Scale): Markup {
  const edge = (row: number, sign: 1 | -1): string =>
    `${place(x.at(curve.atS[row]!))} ${place(y.at(curve.residualMs[row]! + sign * curve.boundMs[row]!))}`;
  const points = [...rows.map((row) => edge(row, 1)), ...rows.toReversed().map((row) => edge(row, -1))];
  return element("path", { class: "band", d: `M${points.join("L")}Z` });
}

function line(curve: ResidualCurve, rows: readonly number[], x: Scale, y: Scale): Markup {
  const points = rows.map((row) => `${place(x.at(curve.atS[row]!))} ${place(y.at(curve.residualMs[row]!))}`);
  return element("path", { class: "line", d: `M${points.join("L")}` });
}

function stretch(kind: string, x: Scale, { from, to }: { from: number; to: number }): Markup {
  const left = place(x.at(from));
  const width = Math.max(1, place(x.at(to) - left));
  return element("rect", { class: kind, x: left, width, y: AREA.top, height: AREA.bottom - AREA.top });
}

function outsideMark(curve: ResidualCurve, atS: number, x: Scale, y: Scale): Markup {
  const row = Math.max(
    0,
    curve.atS.findLastIndex((each) => each <= atS),
  );
  return element("circle", { class: "outside", cx: place(x.at(atS)), cy: place(y.at(curve.residualMs[row]!)), r: 3.5 });
}

const BREAK_WORDS = { first: "", clock: "clock anew", step: "jump", squeeze: "jump?" } as const;

function breakLine(epoch: ClockQuality["epochs"][number], x: Scale, index: number): Markup[] {
  const at = place(x.at(epoch.from_t_s));
  const mark = element("line", { class: "break", x1: at, x2: at, y1: AREA.top - 6, y2: AREA.bottom });
  if (index >= LABELLED) return [mark];
  const anchor = at > (AREA.left + AREA.right) / 2 ? "end" : "start";
  const text = element(
    "text",
    { class: "tick strong", x: at, y: AREA.top - 9, "text-anchor": anchor },
    BREAK_WORDS[epoch.cause],
  );
  return [mark, text];
}

function areaBox(): Record<string, number> {
  return { x: AREA.left, y: AREA.top, width: AREA.right - AREA.left, height: AREA.bottom - AREA.top };
}

function axisName(text: string): Markup {
  const middle = (AREA.top + AREA.bottom) / 2;
  return element(
    "text",
    { class: "axis", transform: `translate(14 ${middle}) rotate(-90)`, "text-anchor": "middle" },
    text,
  );
}

function describe({ device, clock }: DeviceQuality, rangeMs: number): string {
  const breaks = clock.epochs.length - 1;
  const broken = breaks === 0 ? "without a break" : `with ${breaks} ${breaks === 1 ? "break" : "breaks"}`;
  return `Clock offset of ${device} over session time, ${broken}; the axis reaches from minus to plus ${rangeMs.toPrecision(2)} milliseconds.`;
}
