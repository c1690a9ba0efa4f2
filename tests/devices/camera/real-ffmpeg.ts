import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import {
  CameraDriver,
  systemTimers,
  type DriverNotice,
  type DriverSink,
  type MediaFragment,
  type PreviewPicture,
  type SpawnCapture,
} from "@polychron/devices";
import { spawnCapture } from "@polychron/devices";
import { hubUs, utcUs, type JsonObject } from "@polychron/session/model";
import type { ChildProcess } from "node:child_process";

const run = promisify(execFile);

/** Small pictures, so that several encoders fit on a busy machine. */
export const SMALL: JsonObject = { width: 320, height: 240, rateHz: 30 };

/** The clocks of this process. */
export const realClock = {
  nowUs: () => hubUs(Number(process.hrtime.bigint()) / 1000),
  utcUs: () => utcUs(Date.now() * 1000),
};

/** Whether this machine has ffmpeg; what needs it is named as not run where it has not. */
export function hasFfmpeg(): boolean {
  try {
    execFileSync("ffmpeg", ["-version"], { stdio: "ignore" });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw thrown;
  }
}

/** A simulated camera by the real ffmpeg, with all that it said. */
export class RealCamera {
  readonly notices: DriverNotice[] = [];
  readonly fragments: MediaFragment[] = [];
  readonly previews: PreviewPicture[] = [];
  readonly children: ChildProcess[] = [];
  readonly driver: CameraDriver;

  constructor(address = "simulated-camera-1", settings: JsonObject = SMALL) {
    const sink: DriverSink = {
      onBlock: () => undefined,
      onNotice: (notice) => void this.notices.push(notice),
      onFragment: (fragment) => void this.fragments.push(fragment),
      onPreview: (picture) => void this.previews.push(picture),
    };
    this.driver = cameraDriver(sink, { address, settings, spawn: this.#spawn });
  }

  readonly #spawn: SpawnCapture = (program, args) => {
    const child = spawnCapture(program, args);
    this.children.push(child);
    return child;
  };

  /** Resolves when it is so; looked at every 10 ms, given up by the test's own limit. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await turn();
  }

  get frames(): number {
    return this.fragments.reduce((sum, { frames }) => sum + frames.count, 0);
  }
}

/** The driver of a simulated camera with the real clocks. */
export function cameraDriver(
  sink: DriverSink,
  options: { readonly address?: string; readonly settings?: JsonObject; readonly spawn?: SpawnCapture } = {},
): CameraDriver {
  const { address = "simulated-camera-1", settings = SMALL, spawn = spawnCapture } = options;
  const ports = { sink, clock: realClock, timers: systemTimers };
  return new CameraDriver({ address, simulated: true, ffmpegPath: "ffmpeg", settings, spawn, ...ports });
}

/** A little real time. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

/** What fragments make up as a file. */
export function fileOf(fragments: readonly MediaFragment[]): Uint8Array {
  return Buffer.concat([fragments[0]!.head, ...fragments.map(({ bytes }) => bytes)]);
}

/** Pictures that a player gets out of a file; decoding must not complain. */
export async function decodedFrames(path: string): Promise<number> {
  const args = [
    "-v",
    "error",
    "-count_frames",
    "-select_streams",
    "v:0",
    "-show_entries",
    "stream=nb_read_frames",
    "-of",
    "csv=p=0",
    path,
  ];
  const { stdout, stderr } = await run("ffprobe", args);
  if (stderr !== "") throw new Error(stderr);
  return Number(stdout.trim());
}

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw thrown;
  }
}
