import { remuxToMp4 } from "@polychron/devices";
import type { ConvertVideo } from "./record/video-conversions.js";

/** The longest a video may take to be copied into its final form; hours of video take minutes. */
const WITHIN_MS = 3_600_000;

/** Converts with the program ffmpeg: the pictures are copied, not encoded again. */
export function videoConverter(ffmpeg: string): ConvertVideo {
  return ({ from, to, frames, signal }) =>
    remuxToMp4({ ffmpeg, from, to, frames, signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]) });
}
