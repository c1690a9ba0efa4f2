import { joinPath, type DataFileName } from "../../format/index.js";
import { readChunks, type FileSystem } from "../files.js";
import { endOfRow } from "../frame-table.js";
import { measureFile } from "../measure-file.js";
import type { DataSalvage, SalvagedFile } from "./salvage-data.js";
import { cutTo, setAside, type SetAside } from "./set-aside.js";

/** How much of a video's file is good. */
export interface WholeVideo {
  /** Its pictures. */
  readonly frames: number;
  /** Where they end in the file. */
  readonly sizeBytes: number;
}

/**
 * Reads a video that a crash cut off: its longest good beginning of at most so many pictures. Undefined where that holds no
 * picture, or where what was read is no such video.
 */
export type ReadVideo = (chunks: AsyncIterable<Uint8Array>, mostFrames: number) => Promise<WholeVideo | undefined>;

/** A video and its frame times, as they were found. */
interface Pair {
  readonly video: SalvagedFile;
  readonly times: SalvagedFile;
}

/**
 * Video and frame times are two files, and a crash cuts each at another place: of every pair that nobody finished only the frames
 * stay that are in both. What is cut off goes to `recovered/`. Throws `STORAGE_*`.
 */
export async function matchVideos(
  files: FileSystem,
  folder: string,
  found: DataSalvage,
  readVideo: ReadVideo,
): Promise<DataSalvage> {
  const kept: SetAside[] = [...found.setAside];
  const byPath = new Map(found.files.map((file) => [file.path, file]));
  for (const pair of pairsOf(found.files))
    for (const file of await matched(files, folder, { pair, readVideo, kept })) byPath.set(file.path, file);
  return { ...found, files: [...byPath.values()], setAside: kept };
}

/** Whether a file holds the frame times of a video. */
export function isBeside(times: DataFileName, video: DataFileName): boolean {
  const isSame = times.deviceId === video.deviceId && times.fileType === video.fileType;
  return times.frames && isSame && times.stamp === video.stamp && times.part === video.part;
}

/** What a device has sent, and what is registered, is as it was meant to be. */
function pairsOf(found: readonly SalvagedFile[]): Pair[] {
  const loose = found.filter(({ registered, announced }) => registered === undefined && announced === undefined);
  return loose.flatMap((video) => {
    if (video.name.ext === "csv") return [];
    const times = loose.find(({ name }) => isBeside(name, video.name));
    return times === undefined ? [] : [{ video, times }];
  });
}

/** The files that were cut, as they are now. */
async function matched(
  files: FileSystem,
  folder: string,
  work: { readonly pair: Pair; readonly readVideo: ReadVideo; readonly kept: SetAside[] },
): Promise<SalvagedFile[]> {
  const { video, times } = work.pair;
  const rows = times.measured.csv?.tail.rows ?? 0;
  const whole = await work.readVideo(readChunks(files, joinPath(folder, video.path)), rows);
  if (whole === undefined) return [];
  const cut: SalvagedFile[] = [];
  if (whole.sizeBytes < video.measured.sizeBytes)
    cut.push(await cutOff(files, folder, { file: video, offset: whole.sizeBytes, kept: work.kept }));
  if (whole.frames < rows) {
    const offset = await endOfRow(files, joinPath(folder, times.path), whole.frames);
    cut.push(await cutOff(files, folder, { file: times, offset, kept: work.kept }));
  }
  return cut;
}

async function cutOff(
  files: FileSystem,
  folder: string,
  { file, offset, kept }: { readonly file: SalvagedFile; readonly offset: number; readonly kept: SetAside[] },
): Promise<SalvagedFile> {
  const at = joinPath(folder, file.path);
  kept.push(await setAside(files, folder, { path: file.path, offset, reason: "tail" }));
  await cutTo(files, at, offset);
  return { ...file, measured: await measureFile(files, at) };
}
