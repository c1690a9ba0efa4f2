import type { DeviceQuality } from "@polychron/session/format";
import { boundLevel, BOUND_LIMITS_S } from "../sync-findings.js";
import { boundText, lengthText } from "../words.js";
import { decadeTicks, logScale, lowerAxis, picture, place, type Area, type Scale } from "./axis.js";
import { element, type Markup } from "./markup.js";

const WIDTH = 960;
const ROW = 30;
const BAR = 14;
const LEFT = 170;
const [FROM_S, TO_S] = [1e-5, 1];

/** The bound of every device beside the others, on an axis of equal ratios. */
export function boundPlot(devices: readonly DeviceQuality[]): Markup | undefined {
  if (devices.every(({ clock }) => clock.bound99_s === null)) return undefined;
  const area: Area = { left: LEFT, top: 24, right: WIDTH - 90, bottom: 24 + ROW * devices.length };
  const x = logScale(FROM_S, TO_S, [area.left, area.right]);
  return picture(
    `Bound of ${devices.length} devices: ${devices.map((device) => `${device.device} ${boundWords(device)}`).join("; ")}.`,
    WIDTH,
    area.bottom + 36,
    ...zones(area, x),
    ...lowerAxis(area, x, decadeTicks(FROM_S, TO_S), lengthText),
    ...devices.flatMap((device, index) => row(device, x, area.top + ROW * (index + 0.5))),
    element("text", { class: "axis", x: area.right, y: area.bottom + 32, "text-anchor": "end" }, "99 % bound"),
  );
}

function zones(area: Area, x: Scale): Markup[] {
  const { good, fair } = BOUND_LIMITS_S;
  const zone = (kind: string, from: number, to: number): Markup => {
    const left = place(x.at(from));
    const size = { x: left, width: place(x.at(to) - left), y: area.top, height: area.bottom - area.top };
    const text = { class: "tick", x: left + 6, y: area.top - 8 };
    return element(
      "g",
      {},
      element("rect", { class: `zone ${kind}`, ...size }),
      element("text", text, ZONE_WORDS[kind]!),
    );
  };
  return [zone("good", FROM_S, good), zone("fair", good, fair), zone("poor", fair, TO_S)];
}

const ZONE_WORDS: Readonly<Record<string, string>> = { good: "good", fair: "fair", poor: "poor" };

function row(device: DeviceQuality, x: Scale, middle: number): Markup[] {
  const { bound99_s: boundS, bound99_median_s: medianS, method } = device.clock;
  const name = element(
    "text",
    { class: "name", x: LEFT - 12, y: middle + 4, "text-anchor": "end" },
    device.device.slice(0, 22),
  );
  if (boundS === null)
    return [name, element("text", { class: "tick strong", x: LEFT + 8, y: middle + 4 }, "no bound can be stated")];
  const right = place(x.at(Math.max(boundS, FROM_S)));
  const kind = method === "one_way" ? "relative" : boundLevel(boundS);
  const size = { x: LEFT, width: Math.max(2, right - LEFT), y: middle - BAR / 2, height: BAR, rx: 2 };
  const median = medianS === null || medianS === boundS ? [] : [medianMark(place(x.at(medianS)), middle)];
  const text = { class: "tick strong", x: right + 8, y: middle + 4 };
  return [
    name,
    element("rect", { class: `bound ${kind}`, ...size }),
    ...median,
    element("text", text, boundWords(device)),
  ];
}

function medianMark(at: number, middle: number): Markup {
  const line = { class: "median", x1: at, x2: at, y1: middle - BAR / 2, y2: middle + BAR / 2 };
  return element("line", line, element("title", {}, "median over time"));
}

function boundWords({ clock: { bound99_s: boundS, method } }: DeviceQuality): string {
  if (boundS === null) return "without a bound";
  if (method === "hub") return `${boundText(boundS)}, stamped by the hub`;
  return method === "one_way" ? `${boundText(boundS)}, latency unknown` : boundText(boundS);
}
