import { SESSION_STATES } from "@polychron/session/model";
import { channelChoices, channelText, shownChannels } from "../../apps/hub/web/src/record/channel-choice.js";
import {
  awayPhones,
  canStart,
  countLines,
  countsOf,
  devicesFor,
  elapsedS,
  recordingAlone,
  sessionActions,
  silentDevices,
} from "../../apps/hub/web/src/record/record-view.js";
import { timelineMarks } from "../../apps/hub/web/src/trace/timeline-marks.js";
import { aCamera, aDevice, anEvent, aPhone, aSession, aSnapshot } from "./hub-fixture.js";

test("a session offers what its state allows, and no more", () => {
  const offered = SESSION_STATES.map((state) => {
    const can = sessionActions(aSession({ state }));
    return [state, Object.entries(can).flatMap(([name, isPossible]) => (isPossible ? [name] : []))];
  });
  expect(Object.fromEntries(offered)).toEqual({
    idle: [],
    creating: [],
    active: ["end", "mark", "addDevice"],
    recording: ["stop", "mark", "addDevice"],
    processing: [],
    completed: [],
    error: ["reset"],
  });
});

describe("a session and its devices", () => {
  const session = aSession();
  const own = aDevice({ session: session.id });

  test("it starts with a live device of its own, and only while nothing runs", () => {
    expect(canStart(session, [own])).toBe(true);
    expect(canStart(session, [{ ...own, phase: "lost" }])).toBe(false);
    expect(canStart(session, [aDevice(), aDevice({ session: "P08" })])).toBe(false);
    expect(canStart(aSession({ state: "recording" }), [own])).toBe(false);
  });

  test("those that bring no samples are named, also one that is gone", () => {
    expect(silentDevices(session, [own])).toEqual([]);
    expect(silentDevices(session, [{ ...own, phase: "lost" }])).toEqual(["Shimmer3 GSR+ 3A5F"]);
    expect(silentDevices(session, [])).toEqual(["shimmer_3a5f"]);
  });

  test("a phone that goes away while it is recorded is not silent: it records on by itself", () => {
    const phone = aPhone({ session: session.id, phase: "lost" });
    const streams = [{ device: "phone_1", stream: "imu", expected: 9, received: 8, written: 7 }];
    const recording = { number: 1, start_us: 0, stop_us: null, starts: [], streams };
    const recorded = aSession({ devices: ["phone_1"], recording });
    expect([silentDevices(recorded, [phone]), recordingAlone(recorded, [phone])]).toEqual([[], [phone]]);
    const unrecorded = aSession({ devices: ["phone_1"], recording: { ...recording, streams: [] } });
    expect([silentDevices(unrecorded, [phone]), recordingAlone(unrecorded, [phone])]).toEqual([["Pixel 9"], []]);
    expect(awayPhones(unrecorded, [phone, { ...own, phase: "lost" }])).toEqual([phone]);
  });

  test("its own come first, then the free ones, then those of others", () => {
    const other = aDevice({ id: "b", session: "P08" });
    const free = aDevice({ id: "c" });
    expect(devicesFor(session, [other, free, own]).map(({ id }) => id)).toEqual(["shimmer_3a5f", "c", "b"]);
  });

  test("what is written and missing of a device counts all its streams, and nothing outside a recording", () => {
    const stream = { device: "shimmer_3a5f", stream: "gsr", expected: 9, received: 8, written: 7 };
    const streams = [stream, { ...stream, stream: "accel", written: 5 }, { ...stream, device: "b" }];
    const recording = { number: 1, start_us: 0, stop_us: null, starts: [], streams };
    expect(countsOf(aSession({ recording }), "shimmer_3a5f")).toEqual({ written: 12, missing: 2 });
    expect(countsOf(session, "shimmer_3a5f")).toBeNull();
    expect(countsOf(null, "shimmer_3a5f")).toBeNull();
  });
});

test("elapsed time counts from the scheduled start and is negative before it", () => {
  const recording = { number: 1, start_us: 10_000_000, stop_us: null, starts: [], streams: [] };
  expect(elapsedS(aSession({ recording }), 12_500_000)).toBe(2.5);
  expect(elapsedS(aSession({ recording }), 9_700_000)).toBeCloseTo(-0.3);
  expect(elapsedS(aSession(), 12_500_000)).toBeNull();
});

test("missing is what the device's numbering proves; samples on their way to the disk are not missing", () => {
  const streams = [
    { device: "shimmer_3a5f", stream: "gsr", expected: 100, received: 97, written: 90 },
    { device: "unplugged", stream: "gsr", expected: 50, received: 50, written: 20 },
  ];
  const session = aSession({ recording: { number: 1, start_us: 0, stop_us: null, starts: [], streams } });
  const lines = countLines(aSnapshot({ devices: [aDevice()] }), session);
  expect(lines.map(({ device, missing }) => [device, missing])).toEqual([
    ["Shimmer3 GSR+ 3A5F", 3],
    ["unplugged", 0],
  ]);
});

test("counts stand in the session's order of devices, whichever delivered first", () => {
  const counts = { expected: 9, received: 9, written: 9 };
  const streams = [
    { device: "webcam_1", stream: "rgb", ...counts },
    { device: "phone_1", stream: "imu", ...counts },
    { device: "shimmer_3a5f", stream: "gsr", ...counts },
    { device: "phone_1", stream: "gsr", ...counts },
  ];
  const devices = ["phone_1", "shimmer_3a5f", "webcam_1"];
  const session = aSession({ devices, recording: { number: 1, start_us: 0, stop_us: null, starts: [], streams } });
  const keys = countLines(aSnapshot(), session).map(({ key }) => key);
  expect(keys).toEqual(["phone_1/imu", "phone_1/gsr", "shimmer_3a5f/gsr", "webcam_1/rgb"]);
});

test("frames are counted as frames, and what a phone that is away still holds is told apart", () => {
  const streams = [
    { device: "webcam_1", stream: "rgb", expected: 100, received: 93, written: 90 },
    { device: "phone_1", stream: "imu", expected: 100, received: 60, written: 60 },
  ];
  const session = aSession({ recording: { number: 1, start_us: 0, stop_us: null, starts: [], streams } });
  const snapshot = aSnapshot({ devices: [aCamera(), aPhone({ phase: "lost" })] });
  expect(countLines(snapshot, session).map(({ missing, isFrames, isAway }) => [missing, isFrames, isAway])).toEqual([
    [7, true, false],
    [40, false, true],
  ]);
});

describe("the shown channels", () => {
  test("are never a phone's status or the frames of a camera", () => {
    const devices = [aPhone(), aCamera()];
    expect(channelChoices(devices).map(({ key }) => key)).toEqual(["phone_1/imu/accel_x_mps2", "phone_1/gsr/gsr_uS"]);
    expect(shownChannels(devices, null, null).map(({ key }) => key)).toEqual(["phone_1/gsr/gsr_uS"]);
  });

  test("carry their stream's name where a device has several", () => {
    const all = channelChoices([aPhone(), aDevice()]);
    expect(all.map((choice) => channelText(choice, all))).toEqual([
      "imu · accel_x_mps2",
      "gsr · gsr_uS",
      "gsr_counts",
      "gsr_uS",
    ]);
  });

  const noGsr = aDevice({
    id: "mic_1",
    streams: [
      {
        ...aDevice().streams[0]!,
        channels: [
          { name: "raw", unit: "", kind: "raw" },
          { name: "level_dB", unit: "dB", kind: "calibrated" },
        ],
      },
    ],
  });

  test("are each device's skin conductance, else its first calibrated channel", () => {
    expect(shownChannels([aDevice(), noGsr], null, null).map((choice) => choice.key)).toEqual([
      "shimmer_3a5f/gsr/gsr_uS",
      "mic_1/gsr/level_dB",
    ]);
  });

  test("are those chosen once the operator chose, also when that is none", () => {
    const chosen = ["mic_1/gsr/raw", "gone/gsr/x"];
    expect(shownChannels([aDevice(), noGsr], null, chosen).map((choice) => choice.key)).toEqual(["mic_1/gsr/raw"]);
    expect(shownChannels([aDevice()], null, [])).toEqual([]);
  });

  test("leave out the devices of another session, unless they were chosen", () => {
    const other = aDevice({ id: "b", session: "P08" });
    const free = aDevice();
    const keys = (chosen: string[] | null) =>
      shownChannels([other, free], aSession(), chosen).map((choice) => choice.key);
    expect(keys(null)).toEqual(["shimmer_3a5f/gsr/gsr_uS"]);
    expect(keys(["b/gsr/gsr_uS"])).toEqual(["b/gsr/gsr_uS"]);
  });

  test("carry the index of their channel and its newest value, none once the device is lost", () => {
    expect(shownChannels([aDevice()], null, null)[0]).toMatchObject({ channel: 1, last: 2.5 });
    expect(shownChannels([aDevice({ phase: "lost" })], null, null)[0]).toMatchObject({ last: null });
  });
});

test("markers and recorded stretches come from the log in hub time, by the entry's own instants", () => {
  const events = [
    anEvent(1, "start_record", { entry: { start_t_s: 10 } }),
    anEvent(12, "marker", { label: "Stimulus" }),
    anEvent(20, "stop_record", { entry: { start_t_s: 10, stop_t_s: 19.5 } }),
    anEvent(30, "start_record", { entry: { start_t_s: 30.5 } }),
  ];
  const session = aSession({
    zero_us: 1_000_000,
    recording: { number: 2, start_us: 31_500_000, stop_us: null, starts: [], streams: [] },
  });
  expect(timelineMarks(session, events)).toEqual({
    markers: [{ atUs: 13_000_000, label: "Stimulus" }],
    recordings: [
      { fromUs: 11_000_000, toUs: 20_500_000 },
      { fromUs: 31_500_000, toUs: null },
    ],
  });
});
