import { emulateOnLoopback, ShimmerDriver } from "@polychron/devices";
import { reportSession } from "@polychron/processing";
import { openTimedSession, type StreamTable } from "@polychron/processing/timed";
import { QUALITY_REPORT_FILE, qualityReport } from "@polychron/session/format";
import { checkSession, readWhole } from "@polychron/session/store";
import type { Family } from "../../../apps/hub/src/record/device-registry.js";
import { HubBench, type BenchOptions } from "../hub-bench.js";

const DRIFT_PPM = 40;
const OFFSET_S = 0.25;
const signal = new AbortController().signal;

/** A bench with one Shimmer whose clock is known: 40 ppm fast, and a quarter of a second when it was switched on. */
async function opened(): Promise<{ bench: HubBench; device: string; onUs: number }> {
  let onUs = 0;
  const families: BenchOptions["families"] = ({ clock, timers }) => {
    onUs = clock.nowUs();
    const emulator = { clock, timers, seed: 5, macSuffix: "00b1", driftPpm: DRIFT_PPM, offsetTicks: OFFSET_S * 32_768 };
    const { transport } = emulateOnLoopback(emulator);
    const known: Family = {
      family: "known",
      discover: () => Promise.resolve([{ family: "known", address: "known:1", label: "known", simulated: true }]),
      create: ({ address }, settings, sink) =>
        new ShimmerDriver({ transport, address, sink, clock, timers, simulated: true, settings, random: () => 0.5 }),
    };
    return [known];
  };
  const bench = await HubBench.open({ devices: 0, families });
  const { device } = await bench.order({ kind: "connect_device", family: "known", address: "known:1" });
  return { bench, device: String(device), onUs };
}

async function streamOf(bench: HubBench, session: string): Promise<StreamTable> {
  const { streams } = await openTimedSession(await bench.reader(session), signal);
  return streams.find(({ fileType }) => fileType === "gsr")!;
}

test("a Shimmer that was read while it streamed has true times with a bound after the session, latency included", async () => {
  const { bench, device, onUs } = await opened();
  await bench.time.pass(20_000);
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(60_000);
  await bench.order({ kind: "stop_recording", session });
  await bench.order({ kind: "end_session", session });

  const { timeline, columns, rows } = await streamOf(bench, session);
  expect(timeline.method).toBe("joint");
  expect(timeline.boundS!).toBeLessThan(0.06);
  const [timeAt, deviceAt] = ["t_s", "device_time_s"].map((name) =>
    columns.findIndex((column) => column.name === name),
  );
  const zeroS = (await bench.reader(session)).metadata.clock.epochs[0]!.monotonic_zero_us / 1e6;
  let judged = 0;
  for await (const { count, columns: values } of rows()) {
    for (let row = 0; row < count; row++, judged++) {
      const trueS = onUs / 1e6 + (values[deviceAt!]![row]! - OFFSET_S) / (1 + DRIFT_PPM / 1e6) - zeroS;
      expect(Math.abs(values[timeAt!]![row]! - trueS)).toBeLessThanOrEqual(timeline.boundS!);
    }
  }
  expect(judged).toBeGreaterThan(2_000);

  const { metadata } = await bench.reader(session);
  const readings = metadata.files[device]!.find(({ file_type }) => file_type === "clock_readings")!;
  // Those from before the session are there as well.
  expect(readings.samples).toBeGreaterThan(14);
  expect(await checkSession({ files: bench.memory, recordingsFolder: "/rec", sessionId: session })).toMatchObject({
    ok: true,
  });
});

test("the report counts it among the streams that are aligned to a bound", async () => {
  const { bench } = await opened();
  await bench.time.pass(10_000);
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(30_000);
  await bench.order({ kind: "stop_recording", session });
  await bench.order({ kind: "end_session", session });
  const software = { name: "polychron", version: "0.0.0" };
  await reportSession(bench.memory, { recordingsFolder: "/rec", sessionId: session }, { software, signal });
  const path = `/rec/${session}/${QUALITY_REPORT_FILE}`;
  const report = qualityReport.parse(JSON.parse(new TextDecoder().decode(await readWhole(bench.memory, path))));
  const { clock } = report.devices[0]!;
  expect(clock).toMatchObject({ method: "joint", hard_s: clock.bound99_s });
  expect(clock.bound99_s).toBeGreaterThan(0);
  expect(report.verdict.text).not.toContain("latency");
  expect(report.verdict.text).toMatch(/within/);
});
