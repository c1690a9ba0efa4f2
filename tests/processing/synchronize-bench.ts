import { synchronizeSession, type SynchronizeResult } from "@polychron/processing";
import { HUB_CLOCK_NAME } from "@polychron/session/model";
import { MemoryFiles, readWhole, type FileSystem } from "@polychron/session/store";
import { SOFTWARE } from "../export/fixtures.js";
import { SESSION_ID, writeTree, type Tree, type TreeStream } from "../export/session-tree.js";

export const RECORDINGS = "/recordings";
export const FOLDER = "processing/synchronized_data";
/** The table of the first recording at 100 Hz. */
export const TABLE = `${FOLDER}/synchronized_100hz_20250731_143101.csv`;

/** A stream that the hub stamped itself, at a rate, from session second `fromS` to `toS`. */
export function series(
  device: { readonly deviceId: string; readonly fileType: string; readonly rateHz: number },
  channels: Readonly<Record<string, (atS: number, row: number) => number | null>>,
  more: Partial<TreeStream> & { fromS?: number; toS?: number; without?: (row: number) => boolean } = {},
): TreeStream {
  const { fromS = 0, toS = 10, without = () => false, ...rest } = more;
  const count = Math.floor((toS - fromS) * device.rateHz) + 1;
  const seq = Array.from({ length: count }, (_, row) => row).filter((row) => !without(row));
  const timesS = seq.map((row) => fromS + row / device.rateHz);
  const values = Object.entries(channels).map(
    ([name, at]) => [name, seq.map((row, k) => at(timesS[k]!, row))] as const,
  );
  return {
    deviceId: device.deviceId,
    fileType: device.fileType,
    recording: 1,
    seq,
    deviceTimeS: timesS,
    arrivalS: timesS.map((atS) => atS + 0.01),
    channels: Object.fromEntries(values),
    nominalRateHz: device.rateHz,
    clockName: HUB_CLOCK_NAME,
    ...rest,
  };
}

export const gsr = { deviceId: "shimmer_3a5f", fileType: "gsr", rateHz: 128 };
export const accel = { deviceId: "phone_1", fileType: "accel", rateHz: 50 };
export const units = { gsr_uS: "µS", x_mps2: "m/s²" };
export const tree: Tree = {
  streams: [
    series(gsr, { gsr_uS: (atS) => 2 + Math.sin(atS), gsr_counts: (_, row) => row % 100 }, { units }),
    series(
      accel,
      { x_mps2: (atS) => Math.cos(atS) },
      { units, simulated: true, without: (row) => row >= 200 && row < 250 },
    ),
  ],
  markers: [
    { tS: 1.2345, label: "one" },
    { tS: 6.5, label: "two" },
  ],
};

export interface Sidecar {
  readonly rows: number;
  readonly grid: { rate_hz: number; first_index: number; rows: number; from_s: number; to_s: number };
  readonly columns: { name: string; unit: string; method: string | null }[];
  readonly streams: {
    device: string;
    gap_limit_s: number | null;
    gaps: { count: number; longest_s: number | null };
    filter: { cutoff_hz: number; taps: number } | null;
  }[];
  readonly markers: { number: number; label: string; t_s: number }[];
  readonly simulated: boolean;
}

export interface Table {
  readonly header: string[];
  readonly rows: string[][];
  readonly sidecar: Sidecar;
  column(name: string): (number | null)[];
}

export async function textOf(files: FileSystem, path: string): Promise<string> {
  return new TextDecoder().decode(await readWhole(files, `${RECORDINGS}/${SESSION_ID}/${path}`));
}

export async function tableOf(files: FileSystem, path = TABLE): Promise<Table> {
  const [header, ...rows] = (await textOf(files, path))
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  const sidecar = JSON.parse(await textOf(files, path.replace(/csv$/, "json"))) as Sidecar;
  const column = (name: string) =>
    rows.map((row) => (row[header!.indexOf(name)] === "" ? null : Number(row[header!.indexOf(name)])));
  return { header: header!, rows, sidecar, column };
}

export function run(
  files: FileSystem,
  more: { rateHz?: number; signal?: AbortSignal; onProgress?: (share: number) => void } = {},
): Promise<SynchronizeResult> {
  const place = { recordingsFolder: RECORDINGS, sessionId: SESSION_ID };
  return synchronizeSession(files, place, { rateHz: 100, software: SOFTWARE, ...more });
}

export async function diskWith(session: Tree = tree): Promise<MemoryFiles> {
  const files = new MemoryFiles(RECORDINGS);
  await writeTree(files, RECORDINGS, session);
  return files;
}
