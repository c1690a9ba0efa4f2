import uPlot from "uplot";
import type { TimelineMarks } from "./timeline-marks.js";
import { placeLabels } from "./label-rows.js";
import { PlotWindowReader, valueLimits, type PlotWindow } from "./plot-window.js";
import type { TraceRing } from "./trace-ring.js";

/** How much of the past is shown, seconds. */
export const SPAN_S = 60;
const NOTHING: PlotWindow = { xS: new Float64Array(0), y: new Float64Array(0), count: 0, gaps: [] };
const NO_MARKS: TimelineMarks = { markers: [], recordings: [] };

/** Height of the line with the seconds, pixels. */
const TIME_AXIS_PX = 26;
const LABEL_ROWS = 4;
const LABEL_ROW_PX = 13;
const LABEL_MAX = 28;

/** How a plot is drawn among others under a common time axis. */
export interface TraceLook {
  /** Of the drawn area with its margin, without the time axis. */
  readonly heightPx: number;
  readonly hasTimeAxis: boolean;
  /** Whether the markers' labels stand beside their lines. */
  readonly hasLabels: boolean;
}

/** The whole height of a plot. */
export function traceHeightPx({ heightPx, hasTimeAxis }: TraceLook): number {
  return heightPx + (hasTimeAxis ? TIME_AXIS_PX : 0);
}

/** One uPlot on a page element: a fixed minute of time, the signal moving through it, marks behind it. */
export class LiveTrace {
  readonly #plot: uPlot;
  readonly #watch: ResizeObserver;
  readonly #hasLabels: boolean;
  #reader: PlotWindowReader | undefined;
  #window = NOTHING;
  #marks = NO_MARKS;
  #nowUs = 0;

  constructor(host: HTMLElement, look: TraceLook & { readonly unit: string }) {
    const height = traceHeightPx(look);
    this.#hasLabels = look.hasLabels;
    this.#plot = new uPlot(this.#options({ width: host.clientWidth, height, ...look }), [NOTHING.xS, NOTHING.y], host);
    this.#watch = new ResizeObserver(() => this.#plot.setSize({ width: host.clientWidth, height }));
    this.#watch.observe(host);
  }

  /** Shows the stretch of `ring` that ends at `nowUs` (hub microseconds). */
  draw(ring: TraceRing | undefined, channel: number, nowUs: number, marks: TimelineMarks): void {
    this.#nowUs = nowUs;
    this.#marks = marks;
    this.#reader ??= ring && new PlotWindowReader(ring.capacity);
    this.#window = ring && this.#reader ? this.#reader.read(ring, channel, nowUs, SPAN_S) : NOTHING;
    this.#plot.setData([this.#window.xS, this.#window.y]);
  }

  close(): void {
    this.#watch.disconnect();
    this.#plot.destroy();
  }

  #options(frame: TraceLook & { width: number; height: number; unit: string }): uPlot.Options {
    const { width, height, unit, hasTimeAxis } = frame;
    const colours = {
      stroke: () => cssColour("--plot-ink"),
      grid: { stroke: () => cssColour("--plot-grid"), width: 1 },
    };
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 12, 0, 0],
      scales: { x: { time: false, range: [-SPAN_S, 0] }, y: { range: (_plot, low, high) => valueLimits(low, high) } },
      axes: [
        {
          ...colours,
          size: hasTimeAxis ? TIME_AXIS_PX : 0,
          space: 60,
          values: (_plot, ticks) => ticks.map((tick) => (hasTimeAxis ? secondsText(tick) : "")),
        },
        { ...colours, size: 64, space: 30, label: unit, labelSize: 18, labelGap: 0 },
      ],
      series: [
        {},
        {
          stroke: () => cssColour("--plot-line"),
          width: 1.5,
          points: { show: false },
          gaps: (plot) => this.#gapsPx(plot),
        },
      ],
      hooks: { drawClear: [(plot) => this.#drawRecordings(plot)], draw: [(plot) => this.#drawMarkers(plot)] },
    };
  }

  #gapsPx(plot: uPlot): uPlot.Series.Gaps {
    return this.#window.gaps.map(([fromS, toS]) => [
      Math.round(plot.valToPos(fromS, "x", true)),
      Math.round(plot.valToPos(toS, "x", true)),
    ]);
  }

  #drawRecordings(plot: uPlot): void {
    plot.ctx.fillStyle = cssColour("--record-shade");
    for (const { fromUs, toUs } of this.#marks.recordings) {
      const left = this.#clampedPx(plot, fromUs);
      const right = this.#clampedPx(plot, toUs ?? this.#nowUs);
      if (right > left) plot.ctx.fillRect(left, plot.bbox.top, right - left, plot.bbox.height);
    }
  }

  #drawMarkers(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const newestFirst = this.#marks.markers
      .filter(({ atUs }) => atUs >= this.#nowUs - SPAN_S * 1e6)
      .map(({ atUs, label }) => ({ linePx: this.#clampedPx(plot, atUs), text: shortened(label) }))
      .reverse();
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = cssColour("--plot-ink");
    ctx.setLineDash([4, 3]);
    for (const { linePx } of newestFirst) {
      ctx.beginPath();
      ctx.moveTo(linePx, bbox.top);
      ctx.lineTo(linePx, bbox.top + bbox.height);
      ctx.stroke();
    }
    if (this.#hasLabels) drawLabels(plot, newestFirst);
    ctx.restore();
  }

  #clampedPx(plot: uPlot, atUs: number): number {
    const { left, width } = plot.bbox;
    return Math.min(left + width, Math.max(left, plot.valToPos((atUs - this.#nowUs) / 1e6, "x", true)));
  }
}

/** Each label on a patch of the page's colour, so that the signal behind it does not cross it out. */
function drawLabels({ ctx, bbox }: uPlot, marks: readonly { readonly linePx: number; readonly text: string }[]): void {
  const rowPx = LABEL_ROW_PX * uPlot.pxRatio;
  ctx.font = `${11 * uPlot.pxRatio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  const wishes = marks.map(({ linePx, text }) => ({ linePx, widthPx: ctx.measureText(text).width }));
  const places = placeLabels(wishes, { rightPx: bbox.left + bbox.width, rows: LABEL_ROWS });
  for (const [index, place] of places.entries()) {
    if (place === null) continue;
    const top = bbox.top + place.row * rowPx;
    ctx.globalAlpha = 0.8;
    ctx.fillStyle = cssColour("--raised");
    ctx.fillRect(place.leftPx - 2, top + 1, wishes[index]!.widthPx + 4, rowPx - 1);
    ctx.globalAlpha = 1;
    ctx.fillStyle = cssColour("--plot-ink");
    ctx.fillText(marks[index]!.text, place.leftPx, top + rowPx * 0.8);
  }
}

function shortened(label: string): string {
  return label.length > LABEL_MAX ? `${label.slice(0, LABEL_MAX - 1)}…` : label;
}

function secondsText(tick: number): string {
  return tick === 0 ? "0" : `−${Math.abs(tick)}`;
}

function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
