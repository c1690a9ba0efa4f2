import type { DeviceStartView, DeviceView, RecordingView, SessionView } from "@polychron/protocol";
import type { Catalogue } from "../catalogue/choose.js";

/** How one device kept to the start, in words. */
export interface StartLine {
  readonly device: string;
  readonly label: string;
  readonly text: string;
  /** Something is not as it was ordered. */
  readonly isBad: boolean;
}

/** How far apart the devices of a recording began. */
export interface TogetherView {
  readonly count: number;
  readonly withinMs: number;
  /** Devices of whose clock no bound is known: they are in the number with their skew alone. */
  readonly unbounded: readonly string[];
}

/** Each device of the running recording; none before the start, when there is nothing to tell yet. */
export function startLines(session: SessionView, devices: readonly DeviceView[], texts: Catalogue): StartLine[] {
  const starts = session.recording?.starts ?? [];
  if (starts.every(({ status }) => status === "waiting")) return [];
  return starts.map((start) => ({
    device: start.device,
    label: labelOf(start.device, devices),
    text: startText(start, texts),
    isBad: isBadStart(start),
  }));
}

/** Null while one of them is awaited, or where one missed the start; who joined later does not count. */
export function together(recording: RecordingView | null, devices: readonly DeviceView[]): TogetherView | null {
  // One that joined a moment late may still have kept what it sensed from the start.
  const isOfStart = ({ joined_late_s: late, status }: DeviceStartView): boolean =>
    late === null || status === "on_time";
  const starts = recording?.starts.filter(isOfStart) ?? [];
  if (starts.length === 0 || !starts.every(({ status }) => status === "on_time")) return null;
  const boundOf = (id: string): number | null => devices.find((device) => device.id === id)?.clock?.bound99_ms ?? null;
  const isOpen = (id: string): boolean => {
    const clock = devices.find((device) => device.id === id)?.clock;
    return clock?.method !== "hub" && boundOf(id) === null;
  };
  return {
    count: starts.length,
    // The skew is read on the device's clock, which is known to within its bound.
    withinMs: Math.max(...starts.map(({ device, skew_ms: skewMs }) => (skewMs ?? 0) + (boundOf(device) ?? 0))),
    unbounded: starts.flatMap(({ device }) => (isOpen(device) ? [labelOf(device, devices)] : [])),
  };
}

/** In words, the most important first. */
export function startText(start: DeviceStartView, { starts: texts }: Catalogue): string {
  const { own, silent, rejoined } = start;
  return [
    statusText(start, texts),
    ...(silent.length > 0 && start.status !== "never" && start.status !== "waiting"
      ? [texts.silent(silent.join(", "))]
      : []),
    ...(own?.status === "late" ? [texts.ownLate(msText(own.skew_ms ?? 0))] : []),
    ...(own?.status === "never" ? [texts.ownNever] : []),
    ...(rejoined > 0 ? [texts.rejoined(rejoined)] : []),
  ].join("; ");
}

/** Whether a device missed the start, or part of it. */
export function isBadStart({ status, silent, own }: DeviceStartView): boolean {
  if (status === "waiting") return false;
  return status !== "on_time" || silent.length > 0 || (own !== null && own.status !== "on_time");
}

/** A short span in the unit that fits: `3.2 ms`, `120 ms`, `4.2 s`; what is less than a tenth of a millisecond is called that. */
export function msText(ms: number): string {
  if (ms < 0.1) return "0.1\u00a0ms";
  if (ms < 9.95) return `${ms.toFixed(1)}\u00a0ms`;
  return ms < 999.5 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`;
}

/** A device's label, else its id. */
export function labelOf(id: string, devices: readonly DeviceView[]): string {
  return devices.find((device) => device.id === id)?.label ?? id;
}

function statusText(start: DeviceStartView, texts: Catalogue["starts"]): string {
  const { status, skew_ms: skewMs, reason, joined_late_s: joinedS } = start;
  if (status === "waiting") return texts.waiting;
  if (status === "never") return texts.never[reason ?? "no_sample"];
  if (status === "late" && joinedS !== null) return texts.joined(msText(joinedS * 1000));
  if (status === "late") return texts.late(msText(skewMs ?? 0));
  return skewMs === null || skewMs < 0.1 ? texts.onTime : texts.behind(msText(skewMs));
}
