import { useEffect, useRef } from "react";
import { useHub, usePage } from "../hub-context.js";
import { hubNowUs, type HubTime } from "../hub-time.js";
import { LiveTrace, traceHeightPx, type TraceLook } from "../trace/live-trace.js";
import type { ChannelChoice } from "./channel-choice.js";
import type { TimelineMarks } from "../trace/timeline-marks.js";

const FRAME_MS = 1000 / 30;
/** For those who asked for less motion. */
const CALM_FRAME_MS = 1000;

interface Props {
  readonly choice: ChannelChoice;
  readonly marks: TimelineMarks;
  readonly look: TraceLook;
}

/** One channel's moving plot: React mounts it, the animation frame draws it. */
export function PlotCanvas({ choice, marks, look }: Props) {
  const { traces } = useHub();
  const { hubTime, link } = usePage();
  const host = useRef<HTMLDivElement>(null);
  const now = useRef<{ hubTime: HubTime | null; marks: TimelineMarks; isLive: boolean }>({
    hubTime,
    marks,
    isLive: true,
  });
  useEffect(() => {
    now.current = { hubTime, marks, isLive: link === "connected" };
  });
  const { device, fileType, channel, unit } = choice;
  const { heightPx, hasLabels, hasTimeAxis } = look;
  useEffect(() => {
    const trace = new LiveTrace(host.current!, { heightPx, hasLabels, hasTimeAxis, unit });
    const stop = eachFrame(() => {
      const { hubTime: time, marks: drawn, isLive } = now.current;
      if (time !== null && isLive)
        trace.draw(traces.find(device, fileType), channel, hubNowUs(time, performance.now()), drawn);
    });
    return () => {
      stop();
      trace.close();
    };
  }, [traces, device, fileType, channel, unit, heightPx, hasLabels, hasTimeAxis]);
  return <div ref={host} style={{ height: traceHeightPx(look) }} />;
}

/** Calls at most thirty times a second while the page is visible. */
function eachFrame(draw: () => void): () => void {
  const periodMs = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM_FRAME_MS : FRAME_MS;
  let lastMs = Number.NEGATIVE_INFINITY;
  let handle = requestAnimationFrame(function step(nowMs) {
    handle = requestAnimationFrame(step);
    if (nowMs - lastMs < periodMs - 1) return;
    lastMs = nowMs;
    draw();
  });
  return () => cancelAnimationFrame(handle);
}
