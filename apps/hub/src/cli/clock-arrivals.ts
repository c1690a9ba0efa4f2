import { OneWayClock, TimelineBuilder, type Timeline } from "@polychron/sync";
import { numberText, type ArrivalPair, type TraceShape } from "./clock-trace.js";
import { TraceError } from "./trace-error.js";
import { rowsOf, unchanged, writeTrace, type Trace } from "./trace-file.js";

/** What a recording of arrivals came to. */
export interface ArrivalSummary {
  readonly kind: "arrivals";
  readonly rows: number;
  /** Rows that stood here before, or out of the order of arrival; and those with a time that cannot be. */
  readonly left_out: { readonly repeated_or_late: number; readonly wrong: number };
  /** Runs of the clock without a restart or a jump. */
  readonly epochs: number;
  /** Gain of the device clock in the longest epoch, parts per million, and how far its bound leaves that open. */
  readonly drift_ppm: number | null;
  readonly drift_within_ppm: number | null;
  /** From the first arrival of the longest epoch to that of the next one, seconds. */
  readonly longest_epoch_s: number | null;
  /** How far times may be off against each other; the link's constant latency comes on top and cannot be known. */
  readonly post_bound_s: number | null;
}

const HEADER = "device_timestamp,live_hub_s,post_hub_s";

type ArrivalShape = Extract<TraceShape, { readonly kind: "arrivals" }>;

/** Reads the recording twice, as `analyzeProbes` does; what is held grows with minutes, not with rows. Throws `TRACE_*`. */
export async function analyzeArrivals({ path }: Trace, { read }: ArrivalShape, out: string): Promise<ArrivalSummary> {
  const builder = new TimelineBuilder();
  let rows = 0;
  for await (const { deviceS, arrivalS } of rowsOf(path, read)) {
    rows += 1;
    builder.push(deviceS, arrivalS);
  }
  if (rows === 0) throw new TraceError("TRACE_EMPTY", { path });
  const timeline = builder.build();
  const { leftOut = { repeated: 0, wrong: rows } } = timeline;
  await writeTrace({ path: out, from: path }, unchanged(linesOf(rowsOf(path, read), timeline), { path, rows }));
  return {
    kind: "arrivals",
    rows,
    left_out: { repeated_or_late: leftOut.repeated, wrong: leftOut.wrong },
    epochs: timeline.epochs.length,
    ...driftOf(timeline, builder.lastArrivalS),
    post_bound_s: timeline.boundS,
  };
}

/** Of the longest epoch by time: both its ends may be off by its bound. */
function driftOf(
  { epochs }: Timeline,
  toS: number,
): Pick<ArrivalSummary, "drift_ppm" | "drift_within_ppm" | "longest_epoch_s"> {
  const lengthsS = epochs.map(({ fromArrivalS }, at) => (epochs[at + 1]?.fromArrivalS ?? toS) - fromArrivalS);
  const lengthS = Math.max(...lengthsS);
  const longest = epochs[lengthsS.indexOf(lengthS)];
  if (longest === undefined) return { drift_ppm: null, drift_within_ppm: null, longest_epoch_s: null };
  const isBounded = longest.boundS !== null && lengthS > 0;
  return {
    drift_ppm: -longest.ratePpm,
    drift_within_ppm: isBounded ? ((2 * longest.boundS) / lengthS) * 1e6 : null,
    longest_epoch_s: lengthS,
  };
}

async function* linesOf(pairs: AsyncIterable<ArrivalPair>, timeline: Timeline): AsyncGenerator<string> {
  const clock = new OneWayClock();
  yield HEADER;
  for await (const { deviceS, arrivalS } of pairs) {
    clock.push(deviceS, arrivalS * 1e6);
    const live = clock.hubUs(deviceS) / 1e6;
    yield [deviceS, live, timeline.toSessionS(deviceS, arrivalS)].map(numberText).join(",");
  }
}
