import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DiskFiles } from "@polychron/session/store";
import { writeLongSession, type LongSession } from "./long-session.js";
import type { BenchResult } from "./runner.js";

/** The same streams for 15 minutes and for an hour: what grows with the session shows in the difference. */
const SHORT_S = 900;
const LONG_S = 3600;
const RATE_HZ = 100;
const PEAK_MB = 300;
const LONG_OVER_SHORT_MEMORY = 1.3;
/** An hour must be done in a tenth of it, on a slow machine too. */
const SECONDS = 360;

const session = (durationS: number): LongSession => ({
  sessionId: `session_20250731_1430${durationS === LONG_S ? "22" : "23"}`,
  durationS,
  streams: [
    { deviceId: "array_1", fileType: "analog", rateHz: 500, channels: 16 },
    { deviceId: "shimmer_3a5f", fileType: "gsr", rateHz: 128, channels: 10 },
    { deviceId: "phone_1", fileType: "accel", rateHz: 50, channels: 6 },
  ],
});

interface Run {
  readonly seconds: number;
  readonly readMb: number;
  readonly writtenMb: number;
  readonly bareReadSeconds: number;
  readonly peakMb: number;
}

/** An hour of three streams (500, 128 and 50 Hz) onto 100 Hz, disk to disk, beside a bare read of the same files as numbers. */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-synchronize-"));
  try {
    const [short, long] = [await measure(folder, SHORT_S), await measure(folder, LONG_S)];
    const memory = long.peakMb / short.peakMb;
    return {
      ok: long.peakMb <= PEAK_MB && memory <= LONG_OVER_SHORT_MEMORY && long.seconds <= SECONDS,
      rateHz: RATE_HZ,
      short,
      long,
      longOverShortMemory: memory,
      overBareRead: long.seconds / long.bareReadSeconds,
      bounds: { peakMb: PEAK_MB, longOverShortMemory: LONG_OVER_SHORT_MEMORY, seconds: SECONDS },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, durationS: number): Promise<Run> {
  const made = session(durationS);
  await writeLongSession(new DiskFiles(), folder, made);
  const child = async (task: string): Promise<object> => {
    const program = fileURLToPath(new URL("./synchronize-child.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder, made.sessionId, task]);
    return JSON.parse(stdout) as object;
  };
  return { ...(await child("read")), ...(await child(String(RATE_HZ))) } as Run;
}
