import { decodeBlock } from "@polychron/protocol";
import { parsePhoneFault } from "@polychron/devices";
import type { StreamCounts } from "@polychron/session/format";
import type { LiveDevice } from "../../../apps/hub/src/record/live-device.js";
import type { Route } from "../../../apps/hub/src/record/route.js";
import { sumOfRoutes } from "../../../apps/hub/src/record/route-counts.js";
import { NOTHING_KEPT, type CutCounts } from "../../../apps/hub/src/record/stream-cut.js";
import { PhoneOnBench } from "./phone-on-bench.js";

/** A route of one stream of one device that has come to these counts. */
function route(counts: Partial<CutCounts>): Route {
  const device = { id: "phone_1" } as LiveDevice;
  const stream = { info: { fileType: "imu", nominalRateHz: 100 } } as Route["stream"];
  const all = { ...NOTHING_KEPT, ...counts };
  const rest = { stopAt: () => undefined, settle: () => Promise.resolve(), hasBegun: true, isPast: true };
  return { device, stream, ...rest, counts: () => ({ ...all, written: all.received }) };
}

const sumOf = (...routes: Route[]): StreamCounts => sumOfRoutes(routes, 5e6, 5)[0]!;

const SILENT = { expected: 500, expectedExtrapolated: 300, received: 200 };

test("what a stream lacked before its device began anew is what the new run brings", () => {
  const sum = sumOf(route(SILENT), route({ expected: 100, received: 100 }));
  expect(sum).toMatchObject({ expected: 300, received: 300, written: 300, expected_extrapolated: 0 });
});

test("a new run that brings nothing leaves the stream as silent as it was", () => {
  expect(sumOf(route(SILENT), route({}))).toMatchObject({ expected: 500, received: 200, expected_extrapolated: 300 });
});

test("what a new run offered and nobody took is missing for certain, the rest of the silence by its length", () => {
  const sum = sumOf(route(SILENT), route({ expected: 110, expectedExtrapolated: 10, received: 0 }));
  expect(sum).toMatchObject({ expected: 500, received: 200, expected_extrapolated: 200 });
});

test("a third run that brings samples ends the silence of the two before it", () => {
  const sum = sumOf(route(SILENT), route({}), route({ expected: 40, received: 40 }));
  expect(sum).toMatchObject({ expected: 240, received: 240, expected_extrapolated: 0 });
});

/** A phone that is restarted in mid-recording, and of whose new blocks only those pass that `passes` lets through. */
async function restarted(passes: (firstSeq: number) => boolean): Promise<{ on: PhoneOnBench; session: string }> {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.brain.order(parsePhoneFault("reboot@0:1"));
  await on.bench.time.pass(200);
  const send = on.link.sendBlock.bind(on.link);
  on.link.sendBlock = (bytes) => {
    const read = decodeBlock(bytes);
    if (read.kind === "block" && passes(read.block.firstSeq)) send(bytes);
  };
  await on.bench.time.pass(4_000);
  await on.bench.order({ kind: "stop_recording", session });
  return { on, session };
}

async function imuOf({ on, session }: { on: PhoneOnBench; session: string }): Promise<{
  counts: StreamCounts;
  gaps: Record<string, unknown>[];
}> {
  const counts = on.bench.store
    .require(session)
    .metadata.recordings[0]!.streams.find(({ stream }) => stream === "imu")!;
  const gaps = (await on.bench.events(session)).filter(({ event, stream }) => event === "gap" && stream === "imu");
  return { counts, gaps };
}

test("a phone that was restarted and delivers nothing more is missing until the stop, and the log says so", async () => {
  const { counts, gaps } = await imuOf(await restarted(() => false));
  expect(counts.expected).toBeGreaterThan(counts.nominal - 5);
  expect(counts.expected_extrapolated).toBe(counts.expected - counts.written);
  expect(gaps).toMatchObject([{ cause: "silent_tail", samples: counts.expected_extrapolated }]);
});

test("samples that a restarted phone offers, but never what lies before them, are counted as missing", async () => {
  const { counts, gaps } = await imuOf(await restarted((firstSeq) => firstSeq >= 50));
  const missing = counts.expected - counts.written;
  expect(counts.expected).toBeGreaterThan(counts.nominal - 5);
  expect(gaps.map(({ cause }) => cause)).toEqual(["out_of_order", "silent_tail"]);
  expect(gaps.reduce((sum, { samples }) => sum + Number(samples), 0)).toBe(missing);
  expect(Number(gaps[0]!["samples"])).toBeGreaterThan(150);
});
