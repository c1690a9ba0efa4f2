import { buildReport, LogTally, skewsOf, startQualities, type DeviceFacts } from "@polychron/processing";
import type { DeviceCoordination, RecordingEntry } from "@polychron/session/format";
import { device, madeSession, RECORDING } from "./made-session.js";

const NEVER = { status: "never", skew_s: null, first_t_s: null, reason: "gone", silent: ["imu"], own: null } as const;

/** What the metadata say of a recording in which this device never began. */
function recordingWith(name: string, start: object = NEVER): RecordingEntry {
  const entry = { device: name, start, stop: null, joined_late_t_s: null, rejoined: [], retried_t_s: [] };
  const times = { number: 1, start_t_s: RECORDING.fromS, stop_t_s: RECORDING.toS };
  return { ...times, devices: [], streams: [], coordination: [entry as unknown as DeviceCoordination] } as never;
}

/** What the log says of a device: events with their times. */
function logOf(name: string, ...events: readonly (readonly [event: string, atS: number, code?: string])[]) {
  const tally = new LogTally();
  for (const [event, t_s, code] of events) tally.take({ event, t_s, device: name, code } as never);
  return tally.facts(name);
}

const REFUSED = [
  ["device_connected", 0],
  ["error", 9, "PHONE_CLOCK_WRONG"],
] as const;

/** A phone that the hub kept out of the recording. */
function refusedPhone(name: string): DeviceFacts {
  const log = logOf(name, ...REFUSED);
  const nothing = { streams: [], clock: { kind: "streams" as const, timelines: [] }, files: { complete: 0, total: 0 } };
  return device({ device: name, log, ...nothing, starts: startQualities(name, [recordingWith(name)], log) });
}

test("a device that was connected and kept out was refused, and the log's error says why", () => {
  const [start] = startQualities("phone_2", [recordingWith("phone_2")], logOf("phone_2", ...REFUSED));
  expect(start).toMatchObject({ status: "never", reason: "refused", code: "PHONE_CLOCK_WRONG" });
});

test("a device that was away at the start was not there, whatever else went wrong with it", () => {
  const log = logOf("phone_2", ["device_connected", 0], ["error", 5, "PHONE_AWAY"], ["device_lost", 5]);
  const [start] = startQualities("phone_2", [recordingWith("phone_2")], log);
  expect(start).toMatchObject({ reason: "gone", code: "PHONE_AWAY" });
});

test("an error from after a recording does not explain it", () => {
  const log = logOf("phone_2", ["device_connected", 0], ["error", RECORDING.toS + 1, "PHONE_CLOCK_WRONG"]);
  const [start] = startQualities("phone_2", [recordingWith("phone_2")], log);
  expect(start).toMatchObject({ reason: "gone", code: null });
});

test("a session of which one device recorded nothing is bad, though all that was recorded is good", () => {
  const { verdict, scores, devices } = buildReport(
    madeSession([device({ device: "phone_1" }), refusedPhone("phone_2")]),
  );
  expect(verdict.level).toBe("poor");
  expect(verdict.text).toBe(
    "The only recorded stream is aligned to within 0.6\u00a0ms (99\u00a0%). There are no samples of phone_2 at all. " +
      "phone_2 is bad. It never began recording 1: it was refused (PHONE_CLOCK_WRONG).",
  );
  expect(devices.map(({ level }) => level)).toEqual(["good", "poor"]);
  expect(scores).toMatchObject({
    data: { value: 0, device: "phone_2" },
    synchronization: { value: 0, device: "phone_2" },
    coordination: { value: 0, device: "phone_2" },
  });
});

test("devices that never began for the same reason are named together", () => {
  const { text } = buildReport(
    madeSession([device({ device: "phone_1" }), refusedPhone("phone_2"), refusedPhone("phone_3")]),
  ).verdict;
  expect(text).toContain("There are no samples of phone_2 and phone_3 at all.");
  expect(text).toContain("phone_2 and phone_3 are bad for the same reason. It never began recording 1");
});

test("a device that missed one of two recordings is bad, and has samples for half of the time", () => {
  const second = { number: 2, fromS: 700, toS: 1300 };
  const log = logOf("phone_1", ["device_connected", 0], ["error", 690, "PHONE_CLOCK_WRONG"]);
  const starts = startQualities(
    "phone_1",
    [{ ...recordingWith("phone_1"), number: 2, start_t_s: 700, stop_t_s: 1300 }],
    log,
  );
  const missing = device({ device: "phone_1", log, starts, recordings: [RECORDING, second] });
  const { verdict, devices } = buildReport(madeSession([missing]));
  expect(verdict.level).toBe("poor");
  expect(verdict.text).not.toContain("No sample is missing");
  expect(verdict.findings[0]!.text).toBe("It never began recording 2: it was refused (PHONE_CLOCK_WRONG).");
  expect(devices[0]!.scores.data.value).toBeCloseTo(0.5);
});

test("where no start is told, a recording without a stream of a device is found all the same", () => {
  const second = { number: 2, fromS: 700, toS: 1300 };
  const { verdict } = buildReport(madeSession([device({ device: "phone_1", recordings: [RECORDING, second] })]));
  expect(verdict.findings.map(({ text }) => text)).toEqual(["Nothing was recorded of it in recording 2."]);
  expect(verdict.level).toBe("poor");
});

test("a device that was connected but in no recording limits a session; one that was not there is only noted", () => {
  const idle = (wasThere: boolean) => {
    const nothing = { streams: [], recordings: [], clock: { kind: "streams" as const, timelines: [] }, wasThere };
    const { verdict, devices } = buildReport(
      madeSession([device({ device: "phone_1" }), device({ device: "phone_2", ...nothing })]),
    );
    return [verdict.level, devices[1]!.level, verdict.findings.map(({ text }) => text)];
  };
  expect(idle(true)).toEqual(["fair", "fair", ["It was connected, but took part in no recording."]]);
  expect(idle(false)).toEqual(["good", "unknown", ["It was not there, and took part in no recording."]]);
});

test("a start that never came counts as such beside those that did", () => {
  const starts = startQualities("phone_1", [recordingWith("phone_1")], logOf("phone_1"));
  const begun = { recording: 2, start_skew_s: 0.004, live_start_skew_s: 0 };
  expect(skewsOf(starts, [begun])).toEqual([0.004, Infinity]);
});
