import type { StreamCounts } from "@polychron/session/format";
import type { StreamInfo } from "@polychron/session/model";
import type { LiveDevice } from "./live-device.js";
import type { Route } from "./route.js";
import type { StreamEnds } from "./start-verdict.js";

/** The counts of each stream; a device that began anew in mid-recording has two routes of one name, which are one stream. */
export function sumOfRoutes(routes: readonly Route[], atUs: number, spanS: number): StreamCounts[] {
  const sums = new Map<string, StreamCounts>();
  for (const route of routes) {
    const counts = countsOf(route, atUs, spanS);
    const key = `${counts.device} ${counts.stream}`;
    const before = sums.get(key);
    sums.set(key, before === undefined ? counts : sum(before, counts));
  }
  return [...sums.values()];
}

/**
 * Where each regular stream begins and ends: those of `devices`, whether they have a route yet or not, and those that have one.
 * Of two routes of one name the first tells the start, the later one the end.
 */
export function endsOfRoutes(
  routes: readonly Route[],
  devices: readonly Pick<LiveDevice, "id" | "streams">[],
  atUs: number,
): StreamEnds[] {
  const all = new Map<string, StreamEnds>();
  for (const { id, streams } of devices)
    for (const { info } of streams) if (info.nominalRateHz > 0) nothing(all, id, info);
  for (const route of routes) {
    const { device, stream } = route;
    if (stream.info.nominalRateHz === 0) continue;
    const before = all.get(keyOf(device.id, stream.info)) ?? nothing(all, device.id, stream.info);
    const { firstUs, lastUs, startSkewS, stopSkewS } = route.counts(atUs);
    const start = before.firstUs === null ? { firstUs, startSkewS } : {};
    const end = lastUs === null ? {} : { lastUs, stopSkewS };
    all.set(keyOf(device.id, stream.info), { ...before, ...start, ...end });
  }
  return [...all.values()];
}

function nothing(all: Map<string, StreamEnds>, device: string, info: StreamInfo): StreamEnds {
  const ends = { device, stream: info.fileType, firstUs: null, lastUs: null, startSkewS: null, stopSkewS: null };
  all.set(keyOf(device, info), ends);
  return ends;
}

function keyOf(device: string, { fileType }: StreamInfo): string {
  return `${device} ${fileType}`;
}

function countsOf(route: Route, atUs: number, spanS: number): StreamCounts {
  const { device, stream } = route;
  const counts = route.counts(atUs);
  return {
    device: device.id,
    stream: stream.info.fileType,
    expected: counts.expected,
    received: counts.received,
    written: counts.written,
    expected_extrapolated: counts.expectedExtrapolated,
    nominal: Math.round(spanS * stream.info.nominalRateHz),
    effective_rate_hz: counts.effectiveRateHz,
    start_skew_s: counts.startSkewS,
    stop_skew_s: counts.stopSkewS,
  };
}

/** Rate and start skew stay those of the first run: the later one began when the device was back, not when it was told to. */
function sum(first: StreamCounts, next: StreamCounts): StreamCounts {
  return {
    ...first,
    ...expectedOf(first, next),
    received: first.received + next.received,
    written: first.written + next.written,
    stop_skew_s: next.stop_skew_s ?? first.stop_skew_s ?? null,
  };
}

/**
 * What the first run was thought to be missing at its end is what the next one brought, or said is gone. From a next one that
 * brought nothing the stream is as silent as it was: what it offered and nobody took lies within that silence.
 */
function expectedOf(first: StreamCounts, next: StreamCounts): Pick<StreamCounts, "expected" | "expected_extrapolated"> {
  const known = first.expected - first.expected_extrapolated + next.expected - next.expected_extrapolated;
  const expected = Math.max(known + next.expected_extrapolated, next.received === 0 ? first.expected : 0);
  return { expected, expected_extrapolated: expected - known };
}
