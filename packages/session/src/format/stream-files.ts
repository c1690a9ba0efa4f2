import { finishedFile, parseDataFile } from "./layout.js";

/** The CSV files of one stream in one recording. */
export interface StreamParts {
  readonly deviceId: string;
  readonly fileType: string;
  /** True for the frame times beside a video. */
  readonly frames: boolean;
  /** Start of the recording, `YYYYMMDD_HHMMSS` local time. */
  readonly stamp: string;
  /** The first part's final name, relative to the session, whether or not it is finished. */
  readonly path: string;
  /** What is on disk, in order; a name ends in `.part` while the file is not finished. */
  readonly parts: readonly string[];
}

/** Groups the CSV files among `paths` by stream and recording, in the order device, file type, stamp. */
export function groupStreams(paths: readonly string[]): StreamParts[] {
  const groups = new Map<string, StreamParts & { readonly numbers: Map<number, string> }>();
  for (const path of paths) {
    const name = parseDataFile(path);
    if (name?.ext !== "csv") continue;
    const { deviceId, fileType, frames, stamp } = name;
    const key = [deviceId, fileType, frames ? 1 : 0, stamp].join("/");
    const group = groups.get(key) ?? { deviceId, fileType, frames, stamp, path: "", parts: [], numbers: new Map() };
    // A finished file hides an unfinished one of the same name: it is the one that was hashed.
    if (!group.numbers.has(name.part) || finishedFile(path) === undefined) group.numbers.set(name.part, path);
    groups.set(key, group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => withParts(group, group.numbers));
}

function withParts(
  { deviceId, fileType, frames, stamp }: StreamParts,
  numbers: ReadonlyMap<number, string>,
): StreamParts {
  const parts = [...numbers].sort(([a], [b]) => a - b).map(([, path]) => path);
  const first = finishedFile(parts[0]!) ?? parts[0]!;
  return { deviceId, fileType, frames, stamp, path: first.replace(/_part\d+\.csv$/, ".csv"), parts };
}
