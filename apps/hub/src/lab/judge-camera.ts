import {
  CsvReader,
  dataFile,
  folderOf,
  parseDataFile,
  type FileEntry,
  type StreamCounts,
} from "@polychron/session/format";
import { execFile } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { promisify } from "node:util";
import { ServiceError } from "../errors.js";
import type { Evidence } from "./evidence.js";
import type { SimulatedStream, SimulatedVideo } from "./simulated-stream.js";

const run = promisify(execFile);
const COUNTED_WITHIN_MS = 600_000;
/** More dropped frames than these are no hiccup: the computer is too small for so many cameras. */
const DROPPED_SHARE_MAX = 0.02;

/** The videos of a camera: as many pictures as lines with their times, and as the metadata say, in the file that stays. Throws `SIMULATION_FAILED`. */
export async function judgeVideos(
  device: string,
  evidence: Pick<Evidence, "filesOf" | "pathOf">,
): Promise<readonly SimulatedVideo[]> {
  const videos: SimulatedVideo[] = [];
  for (const entry of evidence.filesOf(device)) {
    const frames = framesFileOf(entry);
    if (frames === undefined) continue;
    const packets = await countPackets(evidence.pathOf(entry));
    const rows = await countRows(evidence.pathOf({ file_path: frames }));
    const isConverted = entry.file_path.endsWith(".mp4");
    const isSame = packets === rows && rows === entry.frames && packets > 0;
    videos.push({
      device,
      path: entry.file_path,
      packets,
      rows,
      frames: entry.frames ?? 0,
      ok: isSame && isConverted && entry.complete,
    });
  }
  return videos;
}

/** What the log says is missing of a camera's frames. */
export interface MissingFrames {
  /** All of it. */
  readonly logged: number;
  /** Frames that the camera itself failed to deliver. */
  readonly dropped: number;
}

/**
 * The frames of a camera: all that it delivered are there; where its encoder was killed by order, the hole is marked and a
 * new part begins. A busy computer delays even made-up pictures: a few may be missing at the source, and are marked.
 */
export function judgeCamera(
  counts: StreamCounts,
  videos: readonly SimulatedVideo[],
  { logged, dropped }: MissingFrames,
  kills: number,
): SimulatedStream {
  const { device, stream, expected, received, written } = counts;
  const lost = expected - written;
  const rows = videos.reduce((sum, video) => sum + video.rows, 0);
  const beyond = lost - dropped;
  const isLossRight = kills > 0 ? beyond > 0 : beyond === 0;
  return {
    ...{ device, stream, expected, received, written, lost },
    lost_by_order: kills > 0 ? beyond : 0,
    lost_without_order: kills > 0 ? 0 : beyond,
    not_made: dropped,
    filled_later: 0,
    gaps_logged: logged,
    values_compared: rows,
    samples_altered: 0,
    samples_invented: Math.max(0, rows - written),
    ok:
      written > 0 &&
      received === written &&
      rows === written &&
      logged === lost &&
      dropped <= DROPPED_SHARE_MAX * expected &&
      isLossRight &&
      videos.length === kills + 1 &&
      videos.every((video) => video.ok),
  };
}

/** The file of a video's frame times, relative to the session; undefined for what is no video. */
function framesFileOf({ file_path: path }: FileEntry): string | undefined {
  const name = parseDataFile(path);
  if (name === undefined || !["mp4", "mkv"].includes(name.ext)) return undefined;
  return dataFile(folderOf(path), { ...name, frames: true, ext: "csv" });
}

/** Packets of the picture in a file, which ffprobe counts without decoding; 0 for one that it cannot read. */
async function countPackets(path: string): Promise<number> {
  const asked = ["-count_packets", "-select_streams", "v:0", "-show_entries", "stream=nb_read_packets"];
  if (!existsSync(path)) return 0;
  try {
    const args = ["-v", "error", ...asked, "-of", "csv=p=0", path];
    const { stdout } = await run("ffprobe", args, { timeout: COUNTED_WITHIN_MS });
    return Number.parseInt(stdout, 10) || 0;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("SIMULATION_FAILED", { what: `count the pictures of ${path}`, reason }, cause);
  }
}

async function countRows(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const reader = new CsvReader();
  let count = 0;
  for await (const chunk of createReadStream(path))
    for (const rows of reader.push(chunk as Buffer)) count += rows.count;
  for (const rows of reader.end()) count += rows.count;
  return count;
}
