import type { StreamCounts } from "@polychron/session/format";
import type { Route } from "./route.js";

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
  };
}

/** Rate and skew stay those of the first run: the later one began when the device was back, not when it was told to. */
function sum(first: StreamCounts, next: StreamCounts): StreamCounts {
  return {
    ...first,
    // What the first run was thought to be missing at its end is what the next one brought, or said is gone.
    expected: first.expected - first.expected_extrapolated + next.expected,
    received: first.received + next.received,
    written: first.written + next.written,
    expected_extrapolated: next.expected_extrapolated,
  };
}
