import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CameraDriver, spawnCapture, systemTimers, type DriverSink } from "@polychron/devices";
import { hubUs, utcUs } from "@polychron/session/model";
import { ProcessWatch, type Look } from "./process-watch.js";
import type { BenchResult } from "./runner.js";

const CAMERAS = 2;
const SETTINGS = { width: 1280, height: 720, rateHz: 30 } as const;
const DURATION_S = 20;
const STARTS = 5;
/** What is filmed must be what the rate promises, but for what it takes to start and stop. */
const LEAST_OF_NOMINAL = 0.97;

const clock = {
  nowUs: () => hubUs(Number(process.hrtime.bigint()) / 1000),
  utcUs: () => utcUs(Date.now() * 1000),
};
const never = new AbortController().signal;

/** What one camera brought in one run. */
interface Filmed {
  readonly rows: number;
  readonly framesInFile: number;
  readonly dropped: number;
  readonly duplicated: number;
  readonly bytes: number;
  readonly faults: readonly string[];
  readonly firstFrameMs: number;
  readonly encoderCpuShare: number;
}

/** Two simulated cameras through their drivers into a file each; then the same two pictures by a bare ffmpeg that writes to a file. */
export async function run(): Promise<BenchResult> {
  const durationS = Number(process.env["POLYCHRON_BENCH_S"] ?? DURATION_S);
  const folder = await mkdtemp(join(tmpdir(), "polychron-camera-"));
  try {
    const before = process.cpuUsage();
    const filmed = await Promise.all(numbers(CAMERAS).map((number) => film(number, folder, durationS)));
    const used = process.cpuUsage(before);
    const floor = await Promise.all(numbers(CAMERAS).map((number) => filmBare(number, folder, durationS)));
    const startMs = await startTimes();
    return summary({ durationS, filmed, floor, startMs, hubCpuS: (used.user + used.system) / 1e6 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly durationS: number;
  readonly filmed: readonly Filmed[];
  /** Of one core, a camera each. */
  readonly floor: readonly number[];
  readonly startMs: readonly number[];
  readonly hubCpuS: number;
}

function summary({ durationS, filmed, floor, startMs, hubCpuS }: Measured): BenchResult {
  const sum = (value: (one: Filmed) => number): number => filmed.reduce((total, one) => total + value(one), 0);
  const rows = sum((one) => one.rows);
  const framesInFile = sum((one) => one.framesInFile);
  const dropped = sum((one) => one.dropped);
  const duplicated = sum((one) => one.duplicated);
  const faults = filmed.flatMap((one) => one.faults);
  const encoderCpuShare = sum((one) => one.encoderCpuShare);
  const floorCpuShare = floor.reduce((total, one) => total + one, 0);
  const isWhole = framesInFile === rows && rows >= CAMERAS * SETTINGS.rateHz * durationS * LEAST_OF_NOMINAL;
  return {
    ok: isWhole && dropped === 0 && duplicated === 0 && faults.length === 0,
    ...{ cameras: CAMERAS, ...SETTINGS, durationS },
    ...{ rows, framesInFile, dropped, duplicated, faults, bytesPerS: Math.round(sum((one) => one.bytes) / durationS) },
    spawnToFirstFrameMs: { median: median(startMs), all: startMs, bothAtOnce: filmed.map((one) => one.firstFrameMs) },
    hub: { cpuShare: hubCpuS / durationS, microsecondsPerFrame: (1e6 * hubCpuS) / rows },
    encoders: { cpuShare: encoderCpuShare },
    floor: { cpuShare: floorCpuShare },
    cpuOverFloor: (encoderCpuShare + hubCpuS / durationS) / floorCpuShare,
    bounds: { dropped: 0, duplicated: 0, framesInFileOverRows: 1 },
  };
}

async function film(number: number, folder: string, durationS: number): Promise<Filmed> {
  const path = join(folder, `camera-${number}.mkv`);
  const file = createWriteStream(path);
  const counts = { rows: 0, dropped: 0, duplicated: 0 };
  const faults: string[] = [];
  let hasHead = false;
  const camera = new BenchCamera(number, {
    onBlock: () => undefined,
    onNotice: (notice) => {
      if (notice.kind === "frames") counts.dropped += notice.dropped;
      if (notice.kind === "frames") counts.duplicated += notice.duplicated;
      if (notice.kind === "fault") faults.push(notice.error.message);
    },
    onFragment: ({ head, bytes, frames }) => {
      if (!hasHead) file.write(head);
      hasHead = true;
      file.write(bytes);
      counts.rows += frames.count;
    },
  });
  const firstFrameMs = await camera.start();
  const watch = new ProcessWatch(camera.pid);
  await pause(durationS);
  const encoderCpuShare = cpuShare(watch.stop());
  await camera.close();
  const bytes = await new Promise<number>((resolve) => file.end(() => resolve(file.bytesWritten)));
  return { ...counts, faults, bytes, firstFrameMs, encoderCpuShare, framesInFile: await countFrames(path) };
}

/** A simulated camera at its driver, and the process behind it. */
class BenchCamera {
  readonly #driver: CameraDriver;
  #child: ChildProcess | undefined;
  #spawnedUs = 0;

  constructor(number: number, sink: DriverSink) {
    this.#driver = new CameraDriver({
      ...{ address: `simulated-camera-${number}`, simulated: true, ffmpegPath: "ffmpeg" },
      ...{ settings: SETTINGS, sink, clock, timers: systemTimers },
      spawn: (program, args) => {
        this.#spawnedUs = clock.nowUs();
        return (this.#child = spawnCapture(program, args));
      },
    });
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Milliseconds from the spawn to the first frame. */
  async start(): Promise<number> {
    await this.#driver.connect(never);
    await this.#driver.arm(never);
    return (clock.nowUs() - this.#spawnedUs) / 1000;
  }

  /** The last fragment is handed over when this resolves. */
  async close(): Promise<void> {
    await this.#driver.disarm(never);
    await this.#driver.close();
  }
}

/** The share of a core that ffmpeg takes for the same pictures, paced alike and coded alike, with nobody at its pipes. */
async function filmBare(number: number, folder: string, durationS: number): Promise<number> {
  const { width, height, rateHz } = SETTINGS;
  const child = spawn(
    "ffmpeg",
    [
      ...[
        "-hide_banner",
        "-loglevel",
        "error",
        "-re",
        "-f",
        "lavfi",
        "-i",
        `testsrc2=size=${width}x${height}:rate=${rateHz}`,
      ],
      ...["-vf", "format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-bf", "0"],
      ...["-g", String(rateHz / 2), "-threads", "2", join(folder, `bare-${number}.mkv`)],
    ],
    { stdio: ["pipe", "ignore", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const watch = new ProcessWatch(child.pid!);
  await pause(durationS);
  const share = cpuShare(watch.stop());
  child.stdin.end("q");
  await ended;
  return share;
}

async function startTimes(): Promise<number[]> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const camera = new BenchCamera(1, { onBlock: () => undefined, onNotice: () => undefined });
    times.push(Math.round(await camera.start()));
    await camera.close();
  }
  return times;
}

async function countFrames(path: string): Promise<number> {
  const asked = ["-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"];
  const { stdout } = await promisify(execFile)("ffprobe", ["-v", "error", "-count_frames", ...asked, path]);
  return Number(stdout.trim());
}

/** Of one core. */
function cpuShare(looks: readonly Look[]): number {
  const [first, last] = [looks[0]!, looks.at(-1)!];
  return (last.cpuS - first.cpuS) / (last.atS - first.atS);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
