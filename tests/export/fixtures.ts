import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportSession, type ExportOptions, type ExportResult } from "@polychron/export";
import { DiskFiles, readWhole, type FileSystem } from "@polychron/session/store";
import { SESSION_ID, writeTree, type Tree, type TreeStream } from "./session-tree.js";

export const SOFTWARE = { name: "polychron", version: "0.1.0" };

/** Doubles that lose a bit wherever something rounds, and those that are no numbers. */
export const AWKWARD = [
  0.1,
  -0,
  1 / 3,
  5e-324,
  Number.MAX_VALUE,
  -Number.MIN_VALUE,
  2 ** 53 + 2,
  1e21,
  123456789 + 1 / 7,
  Number.NaN,
  Infinity,
  -Infinity,
  1e-7,
  0.1 + 0.2,
  Math.PI,
  -1.5,
  2 ** 52 + 1.5,
  1e22,
  9007199254740992,
  100,
];

/** A stream whose samples arrive 10 ms late; `offsetS` is added to session time to give device time. */
export function stream(
  deviceId: string,
  fileType: string,
  channels: TreeStream["channels"],
  more: Partial<TreeStream> & { fromS?: number; offsetS?: number; stepS?: number } = {},
): TreeStream {
  const { fromS = 1, offsetS = 1000, stepS = 0.125, ...rest } = more;
  const rows = Object.values(channels)[0]?.length ?? 0;
  const at = Array.from({ length: rows }, (_, row) => fromS + row * stepS);
  return {
    deviceId,
    fileType,
    recording: 1,
    seq: at.map((_, row) => row),
    deviceTimeS: at.map((atS) => atS + offsetS),
    arrivalS: at.map((atS) => atS + 0.01),
    channels,
    ...rest,
  };
}

/** Runs `use` with a recordings folder on disk that is gone afterwards. */
export async function withFolder<Result>(use: (recordings: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-export-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes a tree and exports it. */
export async function exported(
  files: FileSystem,
  recordings: string,
  tree: Tree,
  options: Partial<ExportOptions> = {},
): Promise<ExportResult> {
  await writeTree(files, recordings, tree);
  return again(files, recordings, options);
}

/** Exports the session once more. */
export function again(
  files: FileSystem,
  recordings: string,
  options: Partial<ExportOptions> = {},
): Promise<ExportResult> {
  return exportSession(
    files,
    { recordingsFolder: recordings, sessionId: SESSION_ID },
    { formats: ["csv", "mat"], software: SOFTWARE, ...options },
  );
}

/** A file of the session as text. */
export async function textOf(files: FileSystem, recordings: string, path: string): Promise<string> {
  return new TextDecoder().decode(await readWhole(files, `${recordings}/${SESSION_ID}/${path}`));
}

export const diskFiles = new DiskFiles();
export { SESSION_ID };
