import type { TraceChunk } from "@polychron/protocol";
import type { SampleBlock } from "@polychron/session/model";
import { Trace } from "../../../apps/hub/src/record/trace.js";

const toHubUs = (deviceS: number): number => deviceS * 1e6;
const shown = (trace: Trace, samples: SampleBlock): TraceChunk | undefined => {
  trace.push(samples);
  return trace.fresh();
};
const traceOf = (): Trace => new Trace({ device: "shimmer_1", fileType: "gsr", channels: 1 }, toHubUs);

/** One sample after the other at `rateHz` from `fromS`; the value is the device time. */
function block(fromS: number, count: number, rateHz: number): SampleBlock {
  const deviceTimeS = Float64Array.from({ length: count }, (_, row) => fromS + row / rateHz);
  return {
    fileType: "gsr",
    firstSeq: 0,
    count,
    deviceTimeS,
    arrivalUs: deviceTimeS.map(toHubUs),
    channels: [deviceTimeS],
  };
}

test("a fast stream is thinned to what a screen can show", () => {
  const trace = traceOf();
  trace.push(block(0, 5120, 512));
  expect(trace.recent!.at_us.length).toBeGreaterThan(300);
  expect(trace.recent!.at_us.length).toBeLessThan(330);
});

test("points leave in groups of a tenth of a second, each once and in order", () => {
  const trace = traceOf();
  const chunks = Array.from({ length: 512 }, (_, index) => shown(trace, block(index / 512, 1, 512))).filter(
    (chunk) => chunk !== undefined,
  );
  expect(chunks.length).toBeGreaterThan(6);
  expect(chunks.length).toBeLessThan(11);
  const times = chunks.flatMap((chunk) => chunk.at_us);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
});

test("each sample of a slow stream is shown at once", () => {
  const trace = traceOf();
  expect([0, 1, 2].map((second) => shown(trace, block(second, 1, 1))?.at_us)).toEqual([[0], [1e6], [2e6]]);
});

test("the last minute is kept and no more", () => {
  const trace = traceOf();
  for (let second = 0; second < 200; second++) trace.push(block(second, 128, 128));
  const times = trace.recent!.at_us;
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(55e6);
  expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual(61e6);
});

test("an invalid value is a hole in the curve, not a number", () => {
  const trace = traceOf();
  const invalid = { ...block(0, 1, 1), channels: [Float64Array.of(Number.NaN)] };
  expect(shown(trace, invalid)!.channels).toEqual([[null]]);
});

test("a device clock that begins anew does not silence the curve", () => {
  const trace = traceOf();
  shown(trace, block(1000, 128, 128));
  expect(shown(trace, block(5, 128, 128))!.at_us[0]).toBe(5e6);
});

test("what nobody saw is not told as new: a page that opens gets the last minute instead", () => {
  const trace = traceOf();
  trace.push(block(0, 128, 128));
  trace.skip();
  trace.push(block(1, 128, 128));
  expect(trace.fresh()!.at_us[0]).toBeGreaterThanOrEqual(1e6);
  expect(trace.recent!.at_us[0]).toBe(0);
});
