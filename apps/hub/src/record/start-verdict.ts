import type { DeviceStart, DeviceStop, OwnStart } from "@polychron/session/format";

/** Where a regular stream begins and ends in a recording, hub microseconds; null where nothing was kept. */
export interface StreamEnds {
  readonly device: string;
  readonly stream: string;
  readonly firstUs: number | null;
  readonly lastUs: number | null;
  /** Less up to one period of the stream, seconds. */
  readonly startSkewS: number | null;
  readonly stopSkewS: number | null;
}

/** What is known of a device that was to begin at `startUs`. */
export interface StartFacts {
  readonly startUs: number;
  readonly nowUs: number;
  /** When the wait for it began: the start, or the moment that it came behind it. */
  readonly awaitedFromUs: number;
  /** Its regular streams. */
  readonly streams: readonly StreamEnds[];
  /** It does not stream at this moment. */
  readonly isGone: boolean;
  /** Its files could not be opened. */
  readonly isRefused: boolean;
  readonly own: OwnFacts | null;
}

/** What is known of the own recording of a device that records on itself. */
export interface OwnFacts {
  /** The latest of its first kept samples, hub microseconds. */
  readonly firstUs: number | null;
  readonly skewS: number | null;
  readonly answeredUs: number | null;
  /** Why it did not start. */
  readonly code: string | null;
}

/** What is known of a device at the end of a recording. */
export interface StopFacts {
  readonly streams: readonly StreamEnds[];
  readonly isGone: boolean;
  /** It was told to stop a recording of its own. */
  readonly wasTold: boolean;
  readonly answeredUs: number | null;
}

/** How a device kept to the start, as far as is known now. */
export interface StartVerdict {
  readonly status: DeviceStart["status"] | "waiting";
  readonly skewS: number | null;
  readonly firstUs: number | null;
  readonly reason: DeviceStart["reason"];
  readonly silent: readonly string[];
}

/** How a device kept to the stop. */
export interface StopVerdict {
  readonly status: DeviceStop["status"];
  readonly skewS: number | null;
  /** The last kept sample of the stream that ended first. */
  readonly lastUs: number | null;
  readonly answeredUs: number | null;
  readonly reason: DeviceStop["reason"];
}

/** Less than that is no missed start: a lost packet, a dropped frame. */
const ON_TIME_WITHIN_S = 0.05;
/** Longer than any link holds a sample back: a stream that is silent for so long behind the start has not begun. */
export const NO_SAMPLE_AFTER_US = 5e6;

/**
 * By the samples that came. Who has begun is judged by the stream that began last; who has not may still begin until the
 * limit, unless nothing can come from it.
 */
export function judgeStart(facts: StartFacts): StartVerdict {
  const { startUs, nowUs, streams } = facts;
  const begun = streams.filter(({ firstUs }) => firstUs !== null);
  const silent = streams.filter(({ firstUs }) => firstUs === null).map(({ stream }) => stream);
  const isOver = nowUs >= facts.awaitedFromUs + NO_SAMPLE_AFTER_US;
  const firstUs = begun.length === 0 ? null : Math.max(...begun.map((stream) => stream.firstUs!));
  const skewS = begun.length === 0 ? null : Math.max(...begun.map((stream) => stream.startSkewS!));
  const known = { skewS, firstUs, reason: null, silent };
  const mayCome = !isOver && !facts.isGone && !facts.isRefused;
  if (skewS !== null && (silent.length === 0 || !mayCome)) return { ...known, status: statusOf(skewS) };
  if (facts.isRefused) return { ...known, status: "never", reason: "refused" };
  if (facts.isGone && nowUs >= startUs) return { ...known, status: "never", reason: "gone" };
  // What has no regular stream owes no sample: it has begun if its own recording has, or by being there.
  if (streams.length === 0 && nowUs >= startUs && !facts.isGone) return withoutStreams(facts.own);
  return isOver ? { ...known, status: "never", reason: "no_sample" } : { ...known, status: "waiting" };
}

/** By its own answer; null before it. */
export function judgeOwn({ firstUs, skewS, code }: OwnFacts): OwnStart["status"] | null {
  if (code !== null) return "never";
  return firstUs === null ? null : statusOf(skewS ?? 0);
}

/** A device that records on itself has stopped when it says so; any other one when its samples reach the stop. */
export function judgeStop({ streams, isGone, wasTold, answeredUs }: StopFacts): StopVerdict {
  const ended = streams.filter(({ lastUs }) => lastUs !== null);
  const skewS = ended.length === 0 ? null : Math.max(...ended.map((stream) => stream.stopSkewS ?? 0));
  const lastUs = ended.length === 0 ? null : Math.min(...ended.map((stream) => stream.lastUs!));
  const known = { skewS, lastUs, answeredUs };
  if (wasTold && answeredUs === null) return { ...known, status: "never", reason: isGone ? "gone" : "no_answer" };
  const hasReached = skewS !== null && skewS <= ON_TIME_WITHIN_S;
  if (wasTold || hasReached || (streams.length === 0 && !isGone)) return { ...known, status: "on_time", reason: null };
  return { ...known, status: "never", reason: isGone ? "gone" : "no_sample" };
}

function withoutStreams(own: OwnFacts | null): StartVerdict {
  const known = { skewS: own?.skewS ?? null, firstUs: own?.firstUs ?? null, silent: [] };
  if (own === null) return { ...known, status: "on_time", reason: null };
  const status = judgeOwn(own) ?? "waiting";
  return { ...known, status, reason: status === "never" ? "refused" : null };
}

function statusOf(skewS: number): "on_time" | "late" {
  return skewS <= ON_TIME_WITHIN_S ? "on_time" : "late";
}
