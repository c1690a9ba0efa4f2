import type { ClockQuality, DeviceQuality } from "@polychron/session/format";
import { countText, lengthText } from "../words.js";
import {
  decadeTicks,
  leftAxis,
  linearScale,
  logScale,
  lowerAxis,
  picture,
  place,
  roundTicks,
  type Area,
} from "./axis.js";
import { element, type Markup } from "./markup.js";

const WIDTH = 370;
const HEIGHT = 200;
const AREA: Area = { left: 52, top: 12, right: WIDTH - 22, bottom: HEIGHT - 38 };

/** How many answers took how long, on an axis of equal ratios. */
export function roundTripPlot({ device, clock }: DeviceQuality): Markup | undefined {
  const trips = clock.round_trips;
  if (trips === null) return undefined;
  const { edges_s: edges, counts } = trips;
  const [from, to] = wholeDecades(edges);
  const x = logScale(from, to, [AREA.left, AREA.right]);
  const y = linearScale(0, Math.max(...counts), [AREA.bottom, AREA.top]);
  const bars = counts.map((count, bin) => {
    const [left, right, top] = [x.at(edges[bin]!), x.at(edges[bin + 1]!), y.at(count)];
    const size = { x: place(left + 0.5), width: place(Math.max(0.5, right - left - 1)) };
    return element("rect", { class: "bar", ...size, y: place(top), height: place(AREA.bottom - top) });
  });
  const ticks = roundTicks(0, Math.max(...counts), 4).filter((tick) => Number.isInteger(tick));
  return picture(
    describe(device, trips),
    WIDTH,
    HEIGHT,
    ...leftAxis(AREA, y, ticks, (value) => countText(value)),
    ...lowerAxis(AREA, x, decadeTicks(from, to), lengthText),
    ...bars,
    element(
      "text",
      { class: "axis", x: (AREA.left + AREA.right) / 2, y: HEIGHT - 4, "text-anchor": "middle" },
      "round trip",
    ),
  );
}

function wholeDecades(edges: readonly number[]): [number, number] {
  const [first, last] = [edges[0]!, edges.at(-1)!];
  return [10 ** Math.floor(Math.log10(first) + 1e-6), 10 ** Math.ceil(Math.log10(last) - 1e-6)];
}

function describe(device: string, trips: NonNullable<ClockQuality["round_trips"]>): string {
  const { min_s: minS, median_s: medianS, max_s: maxS } = trips;
  return `Histogram of the round trips of ${device}: shortest ${lengthText(minS!)}, median ${lengthText(medianS!)}, longest ${lengthText(maxS!)}.`;
}
