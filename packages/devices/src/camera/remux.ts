import { execFile } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { DeviceError } from "../errors.js";

/** One recorded video that becomes an MP4 file. */
export interface RemuxOrder {
  readonly ffmpeg: string;
  /** The program beside ffmpeg when absent. */
  readonly ffprobe?: string;
  readonly from: string;
  readonly to: string;
  /** Pictures that the result must hold. */
  readonly frames: number;
  readonly signal: AbortSignal;
}

/** What a video holds, as ffprobe counts it. */
interface Probe {
  readonly streams?: readonly {
    readonly codec_name?: string;
    readonly width?: number;
    readonly start_time?: string;
    readonly duration?: string;
    readonly nb_read_packets?: string;
  }[];
}

const run = promisify(execFile);
const MOST_BYTES = 2 ** 20;
/** A file must begin at its first picture; half a frame at 30 Hz is rounding. */
const LATEST_START_S = 0.017;

/**
 * Copies the pictures of a recorded video, as they are, into an MP4 file that begins at zero and can be played while it
 * loads; then counts them. Throws `VIDEO_REMUX_FAILED`, `FFMPEG_MISSING`, or the signal's reason.
 */
export async function remuxToMp4(order: RemuxOrder): Promise<{ readonly frames: number; readonly durationS: number }> {
  const { ffmpeg, from, to } = order;
  const quiet = ["-hide_banner", "-nostdin", "-loglevel", "error"];
  const how = ["-map", "0:v:0", "-c", "copy", "-movflags", "+faststart", "-video_track_timescale", "90000"];
  await call(ffmpeg, [...quiet, "-i", `file:${from}`, ...how, "-f", "mp4", "-y", `file:${to}`], order);
  return check(order, await probe(order));
}

async function probe(order: RemuxOrder): Promise<Probe> {
  const asked = "stream=codec_name,width,start_time,duration,nb_read_packets";
  const args = ["-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries", asked, "-of", "json"];
  const text = await call(order.ffprobe ?? besideOf(order.ffmpeg), [...args, `file:${order.to}`], order);
  return JSON.parse(text) as Probe;
}

/** The result is as good as the original: every picture, a codec that was recognised, times from zero. */
function check(order: RemuxOrder, { streams: [video] = [] }: Probe): { frames: number; durationS: number } {
  if (video?.codec_name === undefined || !(Number(video.width) > 0))
    throw failed(order, "no player could open the result");
  const frames = Number(video.nb_read_packets);
  if (frames !== order.frames) throw failed(order, `the result has ${frames} pictures instead of ${order.frames}`);
  if (Math.abs(Number(video.start_time)) > LATEST_START_S)
    throw failed(order, `the result begins at ${video.start_time} s`);
  const durationS = Number(video.duration);
  if (!(durationS > 0)) throw failed(order, "the result has no duration");
  return { frames, durationS };
}

/** `ffprobe` with the same folder and ending as `ffmpeg`. */
function besideOf(ffmpeg: string): string {
  const name = basename(ffmpeg).replace(/ffmpeg/, "ffprobe");
  return ffmpeg === basename(ffmpeg) ? name : join(dirname(ffmpeg), name);
}

async function call(program: string, args: readonly string[], order: RemuxOrder): Promise<string> {
  try {
    const { stdout } = await run(program, [...args], {
      signal: order.signal,
      maxBuffer: MOST_BYTES,
      windowsHide: true,
    });
    return stdout;
  } catch (thrown) {
    order.signal.throwIfAborted();
    const { code, stderr, message } = thrown as { code?: unknown; stderr?: string; message: string };
    if (code === "ENOENT") throw new DeviceError("FFMPEG_MISSING", { path: program }, thrown);
    throw failed(order, stderr?.trim().split("\n").slice(-2).join("; ") || message, thrown);
  }
}

function failed({ from }: RemuxOrder, reason: string, cause?: unknown): DeviceError {
  return new DeviceError("VIDEO_REMUX_FAILED", { path: from, reason }, cause);
}
