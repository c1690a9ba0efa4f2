import { captureArguments, type CapturePlan } from "../../../packages/devices/src/camera/capture-arguments.js";
import { captureFailure, changedRateHz } from "../../../packages/devices/src/camera/failure.js";
import { parseCameraSettings, usualSettings } from "../../../packages/devices/src/camera/settings.js";
import { CameraBench } from "./camera-bench.js";

describe("settings", () => {
  test("are the defaults where nothing is asked, and what is asked where something is", () => {
    expect(parseCameraSettings({})).toEqual({ width: 1280, height: 720, rateHz: 30 });
    expect(parseCameraSettings({ rateHz: 15 })).toEqual({ width: 1280, height: 720, rateHz: 15 });
  });

  test.each([
    { width: 0 },
    { width: 641 },
    { height: 1e6 },
    { height: "720" },
    { rateHz: 0 },
    { rateHz: null },
    { zoom: 2 },
  ])("%j is refused by its name", (settings) => {
    const [setting] = Object.keys(settings);
    const refused = expect.objectContaining({
      code: "DEVICE_SETTING_INVALID",
      params: expect.objectContaining({ setting }) as unknown,
    });
    expect(() => parseCameraSettings(settings)).toThrow(refused as Error);
  });

  test("of a camera of which nothing was asked are the largest picture up to the default, at its rate", () => {
    const sizes = [
      { coding: "mjpeg", width: 1920, height: 1080 },
      { coding: "mjpeg", width: 640, height: 480, highestHz: 25 },
      { coding: "mjpeg", width: 320, height: 240 },
    ];
    expect(usualSettings(sizes)).toEqual({ width: 640, height: 480, rateHz: 25 });
    expect(usualSettings(sizes.slice(0, 1))).toEqual({ width: 1920, height: 1080, rateHz: 30 });
    expect(usualSettings([])).toEqual({ width: 1280, height: 720, rateHz: 30 });
  });
});

describe("arguments", () => {
  const plan: CapturePlan = {
    system: "v4l2",
    address: "/dev/video0",
    settings: { width: 640, height: 480, rateHz: 30 },
    coding: "mjpeg",
    stamps: { kind: "steady", hubUs: 86_400_000_007, utcUs: 1_700_000_000_000_005 },
  };
  const textOf = (changed: Partial<CapturePlan>): string => captureArguments({ ...plan, ...changed }).join(" ");

  test("a Linux camera stamps its own frames, by the clock that nobody sets where it can; the offset is exact to the microsecond", () => {
    const input = "-input_format mjpeg -framerate 30 -video_size 640x480 -i /dev/video0";
    expect(textOf({})).toContain(`-itsoffset -86400.000007 -f v4l2 -ts default ${input}`);
    const stamps = { ...plan.stamps, kind: "wall" } as const;
    expect(textOf({ stamps })).toContain(`-itsoffset -1700000000.000005 -f v4l2 -ts abs ${input}`);
  });

  test("macOS and Windows cameras are stamped as their frames are read", () => {
    expect(textOf({ system: "avfoundation", address: "USB Camera", coding: undefined })).toMatch(
      /-use_wallclock_as_timestamps 1 .*-f avfoundation .*-i USB Camera:none/,
    );
    expect(textOf({ system: "dshow", address: "@device" })).toMatch(
      /-use_wallclock_as_timestamps 1 .*-f dshow .*-vcodec mjpeg .*-i video=@device/,
    );
    expect(textOf({ system: "dshow", coding: "yuyv422" })).toContain("-pixel_format yuyv422");
  });

  test("a group of pictures lasts half a second, and a cluster ends just before the next", () => {
    expect(textOf({})).toMatch(/-g 15 .*cluster_time_limit=483:/);
    expect(textOf({ settings: { width: 640, height: 480, rateHz: 1 } })).toMatch(/-g 1 .*cluster_time_limit=500:/);
  });

  test("an address is one argument, whatever it holds", () => {
    const address = "x; touch y $(z) -f null";
    expect(captureArguments({ ...plan, address })).toContain(address);
  });

  test("no two simulated cameras look alike", () => {
    const looks = [1, 2, 3, 4, 5].map((number) =>
      textOf({ system: "simulated", address: `simulated-camera-${number}` }),
    );
    expect(new Set(looks).size).toBe(5);
  });
});

describe("failures", () => {
  const about = { address: "/dev/video0", wanted: "640x480 at 30 Hz", offered: "320x240" };

  test.each([
    ["CAMERA_BUSY", "[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_STREAMON): Device or resource busy"],
    [
      "CAMERA_BUSY",
      "[dshow @ 0x5] [error] Could not run graph (sometimes caused by a device already in use by other application)",
    ],
    ["CAMERA_NO_ACCESS", "[video4linux2,v4l2 @ 0x5] [fatal] Cannot open video device /dev/video0: Permission denied"],
    [
      "CAMERA_NOT_FOUND",
      "[video4linux2,v4l2 @ 0x5] [fatal] Cannot open video device /dev/video0: No such file or directory",
    ],
    ["CAMERA_NOT_FOUND", "[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_DQBUF): No such device"],
    [
      "CAMERA_NOT_FOUND",
      "[dshow @ 0x5] [error] Could not find video device with name [X] among source devices of type video.",
    ],
    [
      "CAMERA_FORMAT_UNSUPPORTED",
      "[avfoundation @ 0x5] [error] Selected framerate (29.000000) is not supported by the device.",
    ],
    ["CAMERA_FORMAT_UNSUPPORTED", "[dshow @ 0x5] [error] Could not set video options"],
    ["CAMERA_FORMAT_UNSUPPORTED", "[v4l2 @ 0x5] [info] The V4L2 driver changed the video from 640x480 to 320x240"],
    ["CAMERA_FAILED", "[tee @ 0x5] [error] Something else"],
  ])("%s: %s", (code, line) => {
    expect(captureFailure(["[info] begun", line], "ended", about)).toMatchObject({ code, params: about });
  });

  test("the reason is ffmpeg's last error, without its decoration; silence has the way it ended", () => {
    const lines = ["[info] begun", "[tee @ 0x55d0] [error] Something else"];
    expect(captureFailure(lines, "ended", about).params["reason"]).toBe("Something else");
    expect(captureFailure(["[info] begun"], "the capture program was ended by SIGKILL", about).params["reason"]).toBe(
      "the capture program was ended by SIGKILL",
    );
  });

  test("a rate that the driver chose is read from its words", () => {
    expect(changedRateHz(["[v4l2 @ 0x5] [info] The driver changed the time per frame from 1/30 to 2/15"])).toBe(7.5);
    expect(changedRateHz(["[info] nothing of the kind"])).toBeUndefined();
  });
});

test.each([
  ["nobody asks a size, makes a small picture", {}, { width: 640, height: 360, rateHz: 30 }],
  ["a size is asked for, makes that", { width: 1280, height: 720 }, { width: 1280, height: 720, rateHz: 30 }],
])("a simulated camera, where %s", async (_name, settings, expected) => {
  const bench = new CameraBench({ simulated: true, settings });
  await bench.settle(bench.driver.connect(new AbortController().signal));
  expect(bench.driver.settings).toEqual(expected);
  expect(bench.driver.media).toMatchObject({ width: expected.width, height: expected.height });
  await bench.close();
});
