import { DeviceError } from "../errors.js";
import { ffmpegVersion, type AskProgram } from "./ask-ffmpeg.js";
import type { CaptureSystem } from "./capture-arguments.js";
import { parseAvfoundationDevices, parseDshowDevices, type ListedCamera } from "./device-lists.js";
import { captureFailure } from "./failure.js";
import { parseAvfoundationFormats, parseDshowFormats, parseV4l2Formats, type CameraFormat } from "./formats.js";
import { listV4l2Cameras } from "./v4l2-devices.js";

/** Where cameras are looked for. */
export interface CameraWorld {
  readonly ffmpegPath: string;
  readonly ask: AskProgram;
  /** Where a Linux system's own folders are. */
  readonly root: string;
}

/** What a camera is, before it is asked to deliver. */
export interface CameraFacts {
  readonly label: string;
  readonly hardwareId: string;
  /** Empty = any. */
  readonly formats: readonly CameraFormat[];
  readonly ffmpegVersion: string;
}

/** The cameras of a system, as it lists them. Throws `FFMPEG_MISSING` where ffmpeg must be asked. */
export async function listCameras(
  system: CaptureSystem,
  { ask, ffmpegPath, root }: CameraWorld,
  signal: AbortSignal,
): Promise<(ListedCamera & { readonly hardwareId?: string })[]> {
  const list = (name: string): Promise<string> =>
    ask(ffmpegPath, ["-hide_banner", "-f", name, "-list_devices", "true", "-i", ""], signal);
  switch (system) {
    case "v4l2":
      return listV4l2Cameras(root);
    case "avfoundation":
      return parseAvfoundationDevices(await list("avfoundation"));
    case "dshow":
      return parseDshowDevices(await list("dshow"));
    case "simulated":
      return [];
  }
}

/** Asks ffmpeg and the system about one camera. Throws `FFMPEG_MISSING`, `CAMERA_*`. */
export async function inspectCamera(
  { system, address }: { readonly system: CaptureSystem; readonly address: string },
  world: CameraWorld,
  signal: AbortSignal,
): Promise<CameraFacts> {
  const version = await ffmpegVersion(world.ask, world.ffmpegPath, signal);
  const formats = system === "simulated" ? [] : await formatsOf(system, address, world, signal);
  const listed = (await listCameras(system, world, signal)).find((camera) => camera.address === address);
  const label = listed?.name ?? (system === "simulated" ? simulatedLabel(address) : address);
  return { label, hardwareId: listed?.hardwareId ?? address, formats, ffmpegVersion: version };
}

/** `Simulated camera 2` for `simulated-camera-2`. */
function simulatedLabel(address: string): string {
  const text = address.replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How each system is asked for formats, and how its answer is read; avfoundation tells them only when asked for one that it has not. */
const QUESTIONS: Record<
  Exclude<CaptureSystem, "simulated">,
  { args(address: string): string[]; parse(text: string): CameraFormat[] }
> = {
  v4l2: {
    args: (address) => ["-f", "v4l2", "-list_formats", "all", "-i", address],
    parse: parseV4l2Formats,
  },
  avfoundation: {
    args: (address) => [
      "-f",
      "avfoundation",
      "-framerate",
      "1",
      "-video_size",
      "1x1",
      "-t",
      "0",
      "-i",
      `${address}:none`,
    ],
    parse: parseAvfoundationFormats,
  },
  dshow: {
    args: (address) => ["-f", "dshow", "-list_options", "true", "-i", `video=${address}`],
    parse: parseDshowFormats,
  },
};

async function formatsOf(
  system: Exclude<CaptureSystem, "simulated">,
  address: string,
  { ask, ffmpegPath }: CameraWorld,
  signal: AbortSignal,
): Promise<CameraFormat[]> {
  const { args, parse } = QUESTIONS[system];
  const text = await ask(ffmpegPath, ["-hide_banner", ...args(address)], signal);
  const formats = parse(text);
  if (formats.length > 0) return formats;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const about = { address, wanted: "any format", offered: "none" };
  const error = captureFailure(lines, lines.at(-1) ?? "it names no format", about);
  throw error.code === "CAMERA_FORMAT_UNSUPPORTED"
    ? new DeviceError("CAMERA_FAILED", { address, reason: "it names no format" })
    : error;
}
