import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DiskFiles } from "@polychron/session/store";
import { measurePeers, type PeerTimes } from "./export-peers.js";
import { writeLongSession, type LongSession } from "./long-session.js";
import type { BenchResult } from "./runner.js";

const SESSION: LongSession = {
  sessionId: "session_20250731_143022",
  durationS: 3600,
  streams: [
    { deviceId: "array_1", fileType: "analog", rateHz: 100, channels: 48 },
    { deviceId: "shimmer_3a5f", fileType: "gsr", rateHz: 128, channels: 10 },
    { deviceId: "shimmer_3a60", fileType: "gsr", rateHz: 128, channels: 10 },
  ],
};
/** The table that pandas and SciPy encode too: the hour of the 48 channels. */
const PEER_ROWS = 360_000;
const PEAK_MB = 300;
const CSV_OVER_PANDAS = 2.5;
const MAT_OVER_SCIPY = 0.5;

interface DiskToDisk {
  readonly seconds: number;
  readonly writtenMb: number;
  readonly peakMb: number;
}

/** One hour of 48 channels at 100 Hz and two Shimmers at 128 Hz, disk to disk; and encoding alone beside pandas and SciPy. */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-export-"));
  try {
    await writeLongSession(new DiskFiles(), folder, SESSION);
    const csv = await diskToDisk(folder, "csv");
    const mat = await diskToDisk(folder, "mat");
    return summary(csv, mat, await measurePeers(SESSION.streams[0]!, PEER_ROWS, join(folder, "table.bin")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summary(csv: DiskToDisk, mat: DiskToDisk, peers: PeerTimes): BenchResult {
  const csvOverPandas = peers.pandasS / peers.csvS;
  const matOverScipy = peers.scipyS / peers.matS;
  const fits = csv.peakMb <= PEAK_MB && mat.peakMb <= PEAK_MB;
  return {
    ok: fits && csvOverPandas >= CSV_OVER_PANDAS && matOverScipy >= MAT_OVER_SCIPY,
    durationS: SESSION.durationS,
    csv,
    mat,
    encodingAlone: { rows: PEER_ROWS, ...peers, csvOverPandas, matOverScipy },
    bounds: { peakMb: PEAK_MB, csvOverPandas: CSV_OVER_PANDAS, matOverScipy: MAT_OVER_SCIPY },
  };
}

async function diskToDisk(folder: string, format: string): Promise<DiskToDisk> {
  const child = fileURLToPath(new URL("./export-child.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, folder, SESSION.sessionId, format]);
  return JSON.parse(stdout) as DiskToDisk;
}
