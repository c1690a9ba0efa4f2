import type { Candidate } from "../driver.js";
import { askProgram, type AskProgram } from "./ask-ffmpeg.js";
import type { CaptureSystem } from "./capture-arguments.js";
import { listCameras } from "./inspect.js";

/** Where cameras are looked for; everything but the program has the real system as its default. */
export interface CameraSearch {
  readonly ffmpegPath: string;
  readonly platform?: NodeJS.Platform;
  readonly ask?: AskProgram;
  /** Where a Linux system's own folders are. */
  readonly root?: string;
}

const WITHIN_MS = 10_000;

/** ffmpeg's way into the cameras of a platform; undefined where it has none. */
export function captureSystem(platform: NodeJS.Platform): Exclude<CaptureSystem, "simulated"> | undefined {
  if (platform === "linux") return "v4l2";
  if (platform === "darwin") return "avfoundation";
  return platform === "win32" ? "dshow" : undefined;
}

/** The cameras of this computer; none is opened. Simulated ones are never among them. Throws `FFMPEG_MISSING` where ffmpeg must be asked. */
export async function discoverCameras(search: CameraSearch): Promise<Candidate[]> {
  const system = captureSystem(search.platform ?? process.platform);
  if (system === undefined) return [];
  const world = { ask: askProgram, root: "/", ...search };
  const found = await listCameras(system, world, AbortSignal.timeout(WITHIN_MS));
  return found.map(({ address, name }) => ({ family: "camera", address, label: name, simulated: false }));
}
