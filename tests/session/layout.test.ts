import {
  clockFile,
  dataFile,
  deviceFolders,
  joinPath,
  logFile,
  logPart,
  parseDataFile,
  sidecarFile,
  streamFile,
  temporaryFile,
  isTemporaryFile,
  unfinishedFile,
} from "@polychron/session/format";

const STAMP = "20250731_143022";

test.each([
  [
    streamFile({ deviceId: "phone_1", deviceType: "android_phone" }, "sensor_data", "gsr", STAMP),
    `devices/phone_1/sensor_data/phone_1_gsr_${STAMP}.csv`,
  ],
  [
    clockFile({ deviceId: "shimmer_3a5f", deviceType: "shimmer_gsr" }, STAMP, 2),
    `devices/shimmer_3a5f/sensor_data/shimmer_3a5f_clock_${STAMP}_part2.csv`,
  ],
  [
    dataFile("webcam", { deviceId: "webcam_1", fileType: "rgb", stamp: STAMP, part: 1, frames: false, ext: "mp4" }),
    `webcam/webcam_1_${STAMP}.mp4`,
  ],
  [
    dataFile("webcam", { deviceId: "webcam_1", fileType: "rgb", stamp: STAMP, part: 1, frames: true, ext: "csv" }),
    `webcam/webcam_1_${STAMP}_frames.csv`,
  ],
  [clockFile({ deviceId: "webcam_1", deviceType: "pc_webcam" }, STAMP), `webcam/webcam_1_clock_${STAMP}.csv`],
])("%s is the name of the format", (made, expected) => {
  expect(made).toBe(expected);
});

test.each([
  [
    `devices/phone_1/rgb_videos/phone_1_rgb_${STAMP}.mp4`,
    { deviceId: "phone_1", fileType: "rgb", part: 1, frames: false, ext: "mp4" },
  ],
  [
    `devices/phone_1/sensor_data/phone_1_gsr_${STAMP}_part12.csv.part`,
    { deviceId: "phone_1", fileType: "gsr", part: 12, frames: false, ext: "csv" },
  ],
  [
    `webcam/webcam_1_${STAMP}_frames_part2.csv`,
    { deviceId: "webcam_1", fileType: "rgb", part: 2, frames: true, ext: "csv" },
  ],
  [
    `webcam/webcam_1_clock_${STAMP}.csv`,
    { deviceId: "webcam_1", fileType: "clock", part: 1, frames: false, ext: "csv" },
  ],
  [
    `devices/a_b/sensor_data/a_b_c_d_${STAMP}.csv`,
    { deviceId: "a_b", fileType: "c_d", part: 1, frames: false, ext: "csv" },
  ],
])("%s reads back", (path, parts) => {
  expect(parseDataFile(path)).toEqual({ ...parts, stamp: STAMP });
});

test.each([
  `devices/phone_1/sensor_data/phone_2_gsr_${STAMP}.csv`,
  `devices/phone_1/phone_1_gsr_${STAMP}.csv`,
  `devices/phone_1/sensor_data/phone_1_gsr.csv`,
  `devices/phone_1/sensor_data/phone_1_gsr_${STAMP}_part1.csv`,
  `devices/phone_1/sensor_data/phone_1_GSR_${STAMP}.csv`,
  `devices/phone_1/sensor_data/phone_1_con_${STAMP}.csv`,
  `devices/phone_1/secret/phone_1_gsr_${STAMP}.csv`,
  `phone_1_gsr_${STAMP}.csv`,
])("%s is no recorded file", (path) => {
  expect(parseDataFile(path)).toBeUndefined();
});

test.each(["", "..", "a/b", "a\\b", "Shimmer", "a b", "con", "_x", "ä", "a\0", "x".repeat(41)])(
  "the device id %j is refused, not repaired",
  (deviceId) => {
    expect(() => streamFile({ deviceId, deviceType: "shimmer_gsr" }, "sensor_data", "gsr", STAMP)).toThrow(
      expect.objectContaining({ code: "NAME_INVALID" }),
    );
  },
);

test("a device gets the folders of its capabilities, a phone always its three, a PC camera none", () => {
  const folders = (deviceType: string, ...capabilities: string[]): string[] =>
    deviceFolders({ deviceId: "d_1", deviceType, capabilities });
  expect(folders("shimmer_gsr", "gsr_data", "motion_data")).toEqual(["devices/d_1", "devices/d_1/sensor_data"]);
  expect(folders("android_phone", "audio_recording")).toEqual([
    "devices/d_1",
    "devices/d_1/rgb_videos",
    "devices/d_1/thermal_videos",
    "devices/d_1/sensor_data",
    "devices/d_1/audio",
  ]);
  expect(folders("pc_webcam", "rgb_video")).toEqual([]);
});

test("log parts, sidecars and temporary files are recognised by the names they are given", () => {
  const id = `pilot_${STAMP}`;
  expect([1, 2, 11].map((part) => logPart(id, logFile(id, part)))).toEqual([1, 2, 11]);
  expect([`${id}_log_part1.json`, "other_log.json", `${id}_log.json.bak`].map((name) => logPart(id, name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(sidecarFile(`x/a_gsr_${STAMP}.csv`)).toBe(`x/a_gsr_${STAMP}.json`);
  expect(isTemporaryFile(temporaryFile("x/session_metadata.json", 12, "ab3").split("/")[1]!)).toBe(true);
  expect(isTemporaryFile("notes.tmp")).toBe(false);
  expect(unfinishedFile("a.csv")).toBe("a.csv.part");
  expect(joinPath("/rec/", "a", "b/c")).toBe("/rec/a/b/c");
});
