import { element, type Markup } from "./markup.js";

/** The drawing area of a plot inside its picture, in the picture's own units. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Values on one axis to places in the picture. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  at(value: number): number;
}

/** Equal steps for equal differences. */
export function linearScale(from: number, to: number, [start, end]: readonly [number, number]): Scale {
  const span = to === from ? 1 : to - from;
  return { from, to, at: (value) => start + ((value - from) / span) * (end - start) };
}

/** Equal steps for equal ratios; what lies outside is drawn at the edge. */
export function logScale(from: number, to: number, [start, end]: readonly [number, number]): Scale {
  const inner = linearScale(Math.log10(from), Math.log10(to), [start, end]);
  return { from, to, at: (value) => inner.at(Math.log10(Math.min(to, Math.max(from, value)))) };
}

/** About `wanted` round numbers from one end to the other. */
export function roundTicks(from: number, to: number, wanted: number): number[] {
  const raw = (to - from) / wanted;
  if (!(raw > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw)!;
  return ticksOf(from, to, step);
}

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** About `wanted` times that people count in: full seconds, minutes, hours. */
export function timeTicks(fromS: number, toS: number, wanted: number): number[] {
  const step = TIME_STEPS_S.find((size) => size >= (toS - fromS) / wanted) ?? 604_800;
  return ticksOf(fromS, toS, step);
}

/** The powers of ten from one end to the other. */
export function decadeTicks(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => Number(`1e${first + step}`));
}

/** The lower axis: ticks with their words, and what it shows. */
export function lowerAxis(
  area: Area,
  scale: Scale,
  ticks: readonly number[],
  text: (value: number) => string,
): Markup[] {
  return ticks.flatMap((tick) => {
    const x = place(scale.at(tick));
    return [
      element("line", { class: "grid", x1: x, x2: x, y1: area.top, y2: area.bottom }),
      element("text", { class: "tick", x, y: area.bottom + 16, "text-anchor": "middle" }, text(tick)),
    ];
  });
}

/** The left axis. */
export function leftAxis(
  area: Area,
  scale: Scale,
  ticks: readonly number[],
  text: (value: number) => string,
): Markup[] {
  return ticks.flatMap((tick) => {
    const y = place(scale.at(tick));
    return [
      element("line", { class: "grid", x1: area.left, x2: area.right, y1: y, y2: y }),
      element("text", { class: "tick", x: area.left - 8, y: y + 4, "text-anchor": "end" }, text(tick)),
    ];
  });
}

/** A picture that is read out as one sentence, and as wide as there is room. */
export function picture(label: string, width: number, height: number, ...content: readonly Markup[]): Markup {
  const box = `0 0 ${width} ${height}`;
  return element("svg", { viewBox: box, role: "img", "aria-label": label, class: "plot" }, content);
}

/** A place with two decimals: more is not seen and only makes the page long. */
export function place(value: number): number {
  return Math.round(value * 100) / 100;
}

function ticksOf(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const tick = Number(((first + index) * step).toPrecision(12));
    return tick === 0 ? 0 : tick;
  });
}
