import { EVENT_KINDS } from "@polychron/session/model";
import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import { eventLines } from "../../apps/hub/web/src/record/event-line.js";
import { anEvent } from "./hub-fixture.js";

const texts = chooseCatalogue(["en-GB"]);
const lineOf = (...parameters: Parameters<typeof anEvent>) => eventLines([anEvent(...parameters)], texts)[0];

test("a marker shows its label, a note its text", () => {
  expect(lineOf(1, "marker", { label: "Stimulus", by: "operator:1" })).toMatchObject({
    detail: "Stimulus",
    group: "marker",
    time: "14:30:25",
  });
  expect(lineOf(1, "note", { text: "coughs", by: "operator:1" })).toMatchObject({ detail: "coughs", group: "marker" });
});

test("a fault shows the device, what happened and the remedy", () => {
  const details = {
    device: "shimmer_3a5f",
    code: "X",
    message: "No answer.",
    remedy: "Switch it on.",
    recoverable: true,
  };
  expect(lineOf(1, "error", details)).toMatchObject({
    detail: "shimmer_3a5f No answer. Switch it on.",
    group: "problem",
  });
});

test("a gap says whose samples were lost, and how many", () => {
  expect(lineOf(1, "gap", { device: "shimmer_3a5f", stream: "gsr", samples: 12 })).toMatchObject({
    detail: "shimmer_3a5f gsr: 12 samples",
    group: "problem",
  });
});

test("a gap of the hub's own says how long it was away", () => {
  expect(lineOf(1, "gap", { cause: "hub_restart", from_t_s: 10.25, to_t_s: 24.61 })?.detail).toBe(
    "14.4 s, the hub was not running",
  );
});

test("a device that was restarted, and a file that came in, are told in words", () => {
  expect(lineOf(1, "gap", { device: "webcam_1", cause: "encoder_restarted" })).toMatchObject({
    detail: "webcam_1 was restarted",
    group: "problem",
  });
  const entry = { file_path: "devices/phone_1/rgb_videos/phone_1_rgb_20250731_143022.mp4", file_size: 12_300_000 };
  expect(lineOf(1, "file_received", { device: "phone_1", entry })?.detail).toBe(
    "phone_1_rgb_20250731_143022.mp4, 12.3\u00a0MB",
  );
});

test("only a file that a device sent is received; one of the hub's own is written", () => {
  const entry = { file_path: "devices/phone_1/sensor_data/phone_1_imu_20250731_143022.csv", file_size: 10 };
  expect(lineOf(1, "file_received", { device: "phone_1", entry })?.title).toBe("File written");
  const sent = { ...entry, file_id: "rgb_1" };
  expect(lineOf(1, "file_received", { device: "phone_1", entry: sent })?.title).toBe("File received");
});

test.each([
  [{ device: "phone_1", cause: "step", certain: true, jump_s: -2.5 }, "Clock of phone_1 jumped by −2.500\u00a0s"],
  [
    { device: "phone_1", cause: "step", certain: false, jump_s: 0.0012 },
    "Clock of phone_1 may have jumped by 1.2\u00a0ms",
  ],
  [{ device: "phone_1", cause: "renewed", certain: true, jump_s: null }, "phone_1 has a new clock"],
  [{ cause: "time_set", certain: true, step_s: 3600 }, "The hub's time of day was set by 3600.000\u00a0s"],
  [{ cause: "slept", certain: true, step_s: 61, slept_s: 60 }, "The hub's computer slept for 60.000\u00a0s"],
])("a clock that jumped is told in words: %j", (details, detail) => {
  expect(lineOf(1, "clock_step", details)).toMatchObject({ detail, group: "problem" });
});

test("devices are called as people know them", () => {
  const names = new Map([["phone_1", "Left phone"]]);
  const events = [
    anEvent(1, "device_lost", { device: "phone_1" }),
    anEvent(2, "sync_cue", { phase: "done", maker: "phone_1", act: "tap" }),
    anEvent(3, "device_lost", { device: "phone_2" }),
  ];
  expect(eventLines(events, texts, names).map(({ detail }) => detail)).toEqual([
    "Left phone",
    "Left phone: knock",
    "phone_2",
  ]);
});

test("what devices confirm is told in words, but not that they follow start and stop", () => {
  const acks = [
    { device: "phone_1", ack: "start", recording: 1, first: [] },
    { device: "phone_1", recording: 1, files: [] },
    { ack: "all_started", skew_s: 0.06, recording: 1, coordination: [] },
    { ack: "all_started", skew_s: null, recording: 1, coordination: [] },
    { device: "phone_1", patch: { status: "recording" } },
  ];
  const lines = eventLines(
    acks.map((details, seq) => anEvent(seq + 1, "device_ack", details)),
    texts,
  );
  expect(lines.map(({ detail }) => detail)).toEqual([
    "phone_1: records on itself, too",
    "phone_1: named its files",
    "devices started within 60\u00a0ms",
    "no device has begun",
  ]);
});

test("ids that only a program needs are not shown", () => {
  expect(lineOf(1, "session_start", { session_name: "P07", session_uuid: "f81d4fae", by: "operator:1" })?.detail).toBe(
    "P07",
  );
  expect(lineOf(1, "session_recovered", { by: "operator:1" })?.detail).toBe("");
});

test("a command that was done is left out, a refused one is a problem", () => {
  expect(lineOf(1, "command", { command: "marker", ok: true })).toBeUndefined();
  expect(lineOf(1, "command", { command: "start_recording", ok: false, code: "SESSION_INVALID_STATE" })).toMatchObject({
    detail: "start_recording SESSION_INVALID_STATE",
    group: "problem",
  });
});

test("other events show their simple details and nothing of the envelope", () => {
  expect(lineOf(1, "device_connected", { device: "shimmer_3a5f", entry: { a: 1 } })?.detail).toBe("shimmer_3a5f");
  expect(lineOf(1, "session_end", { reason: "command", duration: 12.3456 })?.detail).toBe(
    "reason command, duration 12.346",
  );
});

test("every kind of event has words in the catalogue", () => {
  expect(EVENT_KINDS.filter((kind) => !texts.events[kind])).toEqual([]);
});

test("an unknown language gets English", () => {
  expect(chooseCatalogue(["xx"])).toBe(texts);
  expect(chooseCatalogue([])).toBe(texts);
});
