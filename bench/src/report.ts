import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { WORK_MEMORY_FLAGS } from "@polychron/hub";
import { DiskFiles } from "@polychron/session/store";
import type { LinkName } from "@polychron/sync/link-model";
import { writeLongSession, type LongSession } from "./long-session.js";
import { probedClock } from "./probed-clock.js";
import type { BenchResult } from "./runner.js";

/** The same phones for a quarter of a day and for a whole one: what grows with the session shows in the difference. */
const SHORT_S = 6 * 3600;
const LONG_S = 24 * 3600;
const PEAK_MB = 300;
/** What grows is the fit of one clock; it would be 4 if the whole of the memory were that. */
const LONG_OVER_SHORT_MEMORY = 1.75;
const LINKS: readonly LinkName[] = ["wifi-quiet", "wifi-busy", "wifi-upload", "wifi-psm"];
const PHONES = 8;

const session = (durationS: number): LongSession => ({
  sessionId: `session_20250731_1430${durationS === LONG_S ? "24" : "06"}`,
  durationS,
  streams: Array.from({ length: PHONES }, (_, phone) => ({
    deviceId: `phone_${phone + 1}`,
    fileType: "status",
    rateHz: 1,
    channels: 2,
    clock: probedClock(LINKS[phone % LINKS.length]!, phone + 1, durationS),
  })),
});

interface Run {
  readonly seconds: number;
  readonly peakMb: number;
  readonly sampleRows: number;
  readonly exchanges: number;
  readonly synchronizationScore: number | null;
  readonly bareReadSeconds: number;
  readonly bareReadPeakMb: number;
}

/** The quality report of 8 phones whose clocks were asked for 6 and for 24 hours, made as the hub's work process makes it, beside a bare read of the same files as numbers. */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-report-"));
  try {
    const [short, long] = [await measure(folder, SHORT_S), await measure(folder, LONG_S)];
    const memory = long.peakMb / short.peakMb;
    return {
      ok: long.peakMb <= PEAK_MB && memory <= LONG_OVER_SHORT_MEMORY,
      short,
      long,
      longOverShortMemory: memory,
      overBareRead: long.seconds / long.bareReadSeconds,
      bounds: { peakMb: PEAK_MB, longOverShortMemory: LONG_OVER_SHORT_MEMORY },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, durationS: number): Promise<Run> {
  const made = session(durationS);
  await writeLongSession(new DiskFiles(), folder, made);
  const child = async (task: string): Promise<object> => {
    const program = fileURLToPath(new URL("./report-child.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...WORK_MEMORY_FLAGS,
      ...[program, folder, made.sessionId, task],
    ]);
    return JSON.parse(stdout) as object;
  };
  return { ...(await child("read")), ...(await child("report")) } as Run;
}
