import { OneWayClock, TimelineBuilder, type Timeline } from "@polychron/sync";
import { numberText, type ArrivalPair, type TraceShape } from "./clock-trace.js";
import { TraceError } from "./trace-error.js";
import { rowsOf, unchanged, writeTrace, type Trace } from "./trace-file.js";

/** What a recording of arrivals came to. */
export interface ArrivalSummary {
  readonly kind: "arrivals";
  readonly rows: number;
  /** Runs of the clock without a restart or a jump. */
  readonly epochs: number;
  /** Gain of the device clock in the longest epoch, parts per million. */
  readonly drift_ppm: number | null;
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
    builder.push(deviceS, arrivalS);
    rows += 1;
  }
  if (rows === 0) throw new TraceError("TRACE_EMPTY", { path });
  const timeline = builder.build();
  await writeTrace({ path: out, from: path }, unchanged(linesOf(rowsOf(path, read), timeline), { path, rows }));
  const longest = [...timeline.epochs].sort((a, b) => b.observations - a.observations)[0];
  return {
    kind: "arrivals",
    rows,
    epochs: timeline.epochs.length,
    drift_ppm: longest === undefined ? null : -longest.ratePpm,
    post_bound_s: timeline.boundS,
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
