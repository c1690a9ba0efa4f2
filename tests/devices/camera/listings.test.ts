import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { discoverCameras } from "@polychron/devices";
import { parseAvfoundationDevices, parseDshowDevices } from "../../../packages/devices/src/camera/device-lists.js";
import {
  codingFor,
  formatsText,
  offers,
  parseAvfoundationFormats,
  parseDshowFormats,
  parseV4l2Formats,
} from "../../../packages/devices/src/camera/formats.js";
import { listV4l2Cameras } from "../../../packages/devices/src/camera/v4l2-devices.js";

/** What ffmpeg prints, line for line as its sources format it (libavdevice of 4.4 and 5.1). */
const V4L2_FORMATS = `[video4linux2,v4l2 @ 0x55d0c8a4e6c0] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480 320x240 1280x720
[video4linux2,v4l2 @ 0x55d0c8a4e6c0] Compressed:       mjpeg :          Motion-JPEG : 640x480 1280x720 1920x1080
[video4linux2,v4l2 @ 0x55d0c8a4e6c0] Compressed: Unsupported :             Strange : 640x480
/dev/video0: Immediate exit requested
`;
const AVFOUNDATION_DEVICES = `[AVFoundation indev @ 0x7f8e5a704640] AVFoundation video devices:
[AVFoundation indev @ 0x7f8e5a704640] [0] FaceTime HD Camera (Built-in)
[AVFoundation indev @ 0x7f8e5a704640] [1] USB Camera
[AVFoundation indev @ 0x7f8e5a704640] [2] USB Camera
[AVFoundation indev @ 0x7f8e5a704640] [3] Capture screen 0
[AVFoundation indev @ 0x7f8e5a704640] AVFoundation audio devices:
[AVFoundation indev @ 0x7f8e5a704640] [0] MacBook Pro Microphone
: Input/output error
`;
const AVFOUNDATION_FORMATS = `[avfoundation @ 0x7fbd1b804080] Selected video size (1x1) is not supported by the device.
[avfoundation @ 0x7fbd1b804080] Supported modes:
[avfoundation @ 0x7fbd1b804080]   640x480@[15.000000 30.000030]fps
[avfoundation @ 0x7fbd1b804080]   640x480@[15.000000 30.000030]fps
[avfoundation @ 0x7fbd1b804080]   1280x720@[30.000030 30.000030]fps
0:none: Input/output error
`;
const DSHOW_DEVICES_4 = `[dshow @ 0000021d4a2b8f40] DirectShow video devices (some may be both video and audio devices)
[dshow @ 0000021d4a2b8f40]  "Integrated Camera"
[dshow @ 0000021d4a2b8f40]     Alternative name "@device_pnp_\\\\?\\usb#vid_13d3&pid_5405#global"
[dshow @ 0000021d4a2b8f40] DirectShow audio devices
[dshow @ 0000021d4a2b8f40]  "Microphone (Realtek Audio)"
[dshow @ 0000021d4a2b8f40]     Alternative name "@device_cm_{33D9A762}\\wave_{1}"
dummy: Immediate exit requested
`;
const DSHOW_DEVICES_5 = `[dshow @ 000001d4] "Integrated Camera" (video)
[dshow @ 000001d4]   Alternative name "@device_pnp_\\\\?\\usb#vid_13d3&pid_5405#global"
[dshow @ 000001d4] "OBS Virtual Camera" (none)
[dshow @ 000001d4]   Alternative name "@device_sw_{860BB310}\\{A3FCE0F5}"
[dshow @ 000001d4] "Microphone (Realtek Audio)" (audio)
[dshow @ 000001d4]   Alternative name "@device_cm_{33D9A762}\\wave_{1}"
dummy: Immediate exit requested
`;
const DSHOW_FORMATS = `[dshow @ 0000028b] DirectShow video device options (from video devices)
[dshow @ 0000028b]  Pin "Capture" (alternative pin name "0")
[dshow @ 0000028b]   vcodec=mjpeg  min s=1280x720 fps=5 max s=1280x720 fps=30
[dshow @ 0000028b]   vcodec=mjpeg  min s=1280x720 fps=5 max s=1280x720 fps=30 (pc, bt470bg/bt709/unknown, center)
[dshow @ 0000028b]   pixel_format=yuyv422  min s=640x480 fps=15 max s=640x480 fps=30.0003
video=Integrated Camera: Immediate exit requested
`;

describe("formats", () => {
  test("of a Linux camera: sizes of each coding that can be read, without rates", () => {
    const formats = parseV4l2Formats(V4L2_FORMATS);
    expect(formats.length).toBe(6);
    expect(formats[0]).toEqual({ coding: "yuyv422", width: 640, height: 480 });
    expect(formats.at(-1)).toEqual({ coding: "mjpeg", width: 1920, height: 1080 });
  });

  test("of a macOS camera: each size once, with its rates", () => {
    expect(parseAvfoundationFormats(AVFOUNDATION_FORMATS)).toEqual([
      { coding: "", width: 640, height: 480, lowestHz: 15, highestHz: 30.00003 },
      { coding: "", width: 1280, height: 720, lowestHz: 30.00003, highestHz: 30.00003 },
    ]);
  });

  test("of a Windows camera: each size once, with coding and rates", () => {
    expect(parseDshowFormats(DSHOW_FORMATS)).toEqual([
      { coding: "mjpeg", width: 1280, height: 720, lowestHz: 5, highestHz: 30 },
      { coding: "yuyv422", width: 640, height: 480, lowestHz: 15, highestHz: 30.0003 },
    ]);
  });

  test("a rate within a driver's rounding is offered, one beyond is not", () => {
    const formats = parseAvfoundationFormats(AVFOUNDATION_FORMATS);
    expect(offers(formats, { width: 1280, height: 720, rateHz: 30 })).toBe(true);
    expect(offers(formats, { width: 1280, height: 720, rateHz: 15 })).toBe(false);
    expect(offers(parseV4l2Formats(V4L2_FORMATS), { width: 640, height: 480, rateHz: 17 })).toBe(true);
  });

  test("large pictures are asked for as JPEG, small ones uncoded, and where nothing is known nothing is asked for", () => {
    const formats = parseV4l2Formats(V4L2_FORMATS);
    expect(codingFor(formats, { width: 1280, height: 720, rateHz: 30 })).toBe("mjpeg");
    expect(codingFor(formats, { width: 320, height: 240, rateHz: 30 })).toBe("yuyv422");
    expect(codingFor([], { width: 320, height: 240, rateHz: 30 })).toBeUndefined();
    expect(
      codingFor(parseAvfoundationFormats(AVFOUNDATION_FORMATS), { width: 640, height: 480, rateHz: 30 }),
    ).toBeUndefined();
  });

  test("are told to people once each", () => {
    expect(formatsText(parseDshowFormats(DSHOW_FORMATS))).toBe("1280x720 at 5-30 Hz, 640x480 at 15-30 Hz");
    expect(formatsText(parseV4l2Formats(V4L2_FORMATS))).toBe("640x480, 320x240, 1280x720, 1920x1080");
  });

  test.each([parseV4l2Formats, parseAvfoundationFormats, parseDshowFormats])(
    "of an answer without formats: none",
    (parse) => {
      expect(parse("")).toEqual([]);
      expect(parse("/dev/video0: No such file or directory")).toEqual([]);
    },
  );
});

describe("lists of cameras", () => {
  test("on macOS: cameras, not screens and microphones; twins by their places", () => {
    expect(parseAvfoundationDevices(AVFOUNDATION_DEVICES)).toEqual([
      { address: "FaceTime HD Camera (Built-in)", name: "FaceTime HD Camera (Built-in)" },
      { address: "1", name: "USB Camera" },
      { address: "2", name: "USB Camera" },
    ]);
  });

  test.each([
    ["before ffmpeg 5", DSHOW_DEVICES_4, ["Integrated Camera"]],
    ["since ffmpeg 5", DSHOW_DEVICES_5, ["Integrated Camera", "OBS Virtual Camera"]],
  ])("on Windows, %s: cameras, not microphones, by the name that is theirs alone", (_name, text, names) => {
    const found = parseDshowDevices(text);
    expect(found.map(({ name }) => name)).toEqual(names);
    expect(found[0]!.address).toBe("@device_pnp_\\\\?\\usb#vid_13d3&pid_5405#global");
  });

  test("on Windows and macOS ffmpeg is asked, and the cameras are candidates", async () => {
    const ask = (): Promise<string> => Promise.resolve(DSHOW_DEVICES_5);
    const found = await discoverCameras({ ffmpegPath: "ffmpeg", platform: "win32", ask });
    expect(found[0]).toEqual({
      family: "camera",
      address: "@device_pnp_\\\\?\\usb#vid_13d3&pid_5405#global",
      label: "Integrated Camera",
      simulated: false,
    });
  });

  test("where ffmpeg must be asked and is not there, that is the error", async () => {
    const search = { ffmpegPath: "/nowhere/ffmpeg", platform: "darwin" } as const;
    await expect(discoverCameras(search)).rejects.toMatchObject({ code: "FFMPEG_MISSING" });
  });

  test("a system without a way into cameras has none", async () => {
    expect(await discoverCameras({ ffmpegPath: "ffmpeg", platform: "aix" })).toEqual([]);
  });
});

describe("cameras of a Linux system", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "polychron-v4l2-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  async function node(number: number, facts: { name: string; index: number }): Promise<void> {
    const folder = `sys/class/video4linux/video${number}`;
    await put(`${folder}/name`, `${facts.name}\n`);
    await put(`${folder}/index`, `${facts.index}\n`);
    await put(`${folder}/dev`, `81:${number}\n`);
  }

  test("are capture nodes in the order of their numbers, without the nodes of facts about pictures", async () => {
    await node(10, { name: "USB Camera", index: 0 });
    await node(0, { name: "Integrated Camera", index: 0 });
    await node(1, { name: "Integrated Camera", index: 1 });
    const found = await discoverCameras({ ffmpegPath: "ffmpeg", platform: "linux", root });
    expect(found.map(({ address, label }) => [address, label])).toEqual([
      ["/dev/video0", "Integrated Camera"],
      ["/dev/video10", "USB Camera"],
    ]);
  });

  test("are those that udev calls so, whatever their index", async () => {
    await node(0, { name: "Grabber", index: 0 });
    await node(1, { name: "Grabber", index: 1 });
    await put("run/udev/data/c81:0", "E:ID_V4L_CAPABILITIES=:video_output:\n");
    await put("run/udev/data/c81:1", "I:1\nE:ID_V4L_CAPABILITIES=:capture:\n");
    expect((await listV4l2Cameras(root)).map(({ address }) => address)).toEqual(["/dev/video1"]);
  });

  test("are known by serial number, else by socket, else by their place on the bus, else by their address", async () => {
    for (const number of [0, 1, 2, 3]) await node(number, { name: "Camera", index: 0 });
    await mkdir(join(root, "dev/v4l/by-id"), { recursive: true });
    await mkdir(join(root, "dev/v4l/by-path"), { recursive: true });
    await symlink("../../video0", join(root, "dev/v4l/by-id/usb-Maker_Camera_1234-video-index0"));
    await symlink("../../video1", join(root, "dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0"));
    await mkdir(join(root, "sys/devices/usb1/1-3:1.0"), { recursive: true });
    await symlink("../../../devices/usb1/1-3:1.0", join(root, "sys/class/video4linux/video2/device"));
    expect((await listV4l2Cameras(root)).map(({ hardwareId }) => hardwareId)).toEqual([
      "usb-Maker_Camera_1234-video-index0",
      "pci-0000:00:14.0-usb-0:1:1.0-video-index0",
      "usb-1-3:1.0",
      "/dev/video3",
    ]);
  });

  test("are none where the system has no such folder", async () => {
    expect(await listV4l2Cameras(root)).toEqual([]);
  });
});
