import type { DeviceCoordination, RecordingEntry, StreamCounts } from "@polychron/session/format";
import { startSkews } from "../../../apps/hub/src/lab/start-skews.js";

function counts(device: string, startSkewS: number | null): StreamCounts {
  const nothing = { expected: 0, received: 0, written: 0, expected_extrapolated: 0, nominal: 0 };
  return { device, stream: "gsr", ...nothing, effective_rate_hz: null, start_skew_s: startSkewS };
}

function coordination(device: string, skewS: number | null, joinedLateS: number | null): DeviceCoordination {
  const status = skewS === null ? "never" : skewS > 0.05 ? "late" : "on_time";
  const start = { status, skew_s: skewS, first_t_s: 1, reason: null, silent: new Array<string>(), own: null } as const;
  return { device, start, stop: null, joined_late_t_s: joinedLateS, rejoined: [], retried_t_s: [] };
}

const recording = (part: Pick<RecordingEntry, "streams" | "coordination">): RecordingEntry => ({
  ...{ number: 1, kind: "live", stamp: "20250731_143022", devices: [], start_t_s: 0, stop_t_s: null },
  ...{ start_time: "", stop_time: null },
  ...part,
});

test("the skew is that of all streams that were to begin at the start; who joined later or never came is told apart", () => {
  const streams = [counts("a", 0.001), counts("b", 0.004), counts("c", 7), counts("d", null)];
  const entries = [coordination("a", 0.001, null), coordination("b", 0.004, null), coordination("c", 7, 7)];
  const report = startSkews({
    recordings: [recording({ streams, coordination: [...entries, coordination("d", null, null)] })],
  });
  expect([report.skew_p99_ms, report.skew_max_ms]).toEqual([4, 4]);
  expect(report.devices.map(({ start, joined_late: late }) => [start, late])).toEqual([
    ["on_time", false],
    ["on_time", false],
    ["late", true],
    ["never", false],
  ]);
});

test("a recording from before starts were watched has no devices and no numbers", () => {
  const none = { skew_p99_ms: null, skew_max_ms: null, devices: [] };
  expect(startSkews({ recordings: [recording({ streams: [] })] })).toEqual(none);
});
