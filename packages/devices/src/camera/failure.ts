import { DeviceError, type DeviceErrorCode } from "../errors.js";

/** What ffmpeg's last words are judged by. */
export interface FailureCase {
  readonly address: string;
  /** What was asked for, for people: `1280x720 at 30 Hz`. */
  readonly wanted: string;
  /** What the camera offers, for people. */
  readonly offered: string;
}

/**
 * What each system says when a camera cannot be had; the first that fits counts. The texts are those of strerror and of
 * libavdevice/v4l2.c, dshow.c and avfoundation.m.
 */
const SIGNS: readonly (readonly [RegExp, DeviceErrorCode])[] = [
  [/Device or resource busy|already in use by other application|Device is in use|is busy/i, "CAMERA_BUSY"],
  [/Permission denied|Operation not permitted|not authorized|Access is denied/i, "CAMERA_NO_ACCESS"],
  [
    /The V4L2 driver changed the video from|Selected (?:video size|framerate|pixel format).*not supported/i,
    "CAMERA_FORMAT_UNSUPPORTED",
  ],
  [
    /Could not set video options|Cannot find a proper format|Invalid argument.*VIDIOC_S_FMT/i,
    "CAMERA_FORMAT_UNSUPPORTED",
  ],
  [/No such device|No such file or directory|Video device not found|Could not find video device/i, "CAMERA_NOT_FOUND"],
];
const LONGEST_REASON = 300;

/** Why the capture program ended, as its own last words tell; `fallback` where they tell nothing. */
export function captureFailure(lines: readonly string[], fallback: string, about: FailureCase): DeviceError {
  const sign = SIGNS.find(([text]) => lines.some((line) => text.test(line)));
  const reason = reasonIn(lines) ?? fallback;
  return new DeviceError(sign?.[1] ?? "CAMERA_FAILED", { ...about, reason });
}

/** `1280x720 at 30 Hz`. */
export function wantedText({ width, height, rateHz }: { width: number; height: number; rateHz: number }): string {
  return `${width}x${height} at ${rateHz} Hz`;
}

/** The frame rate that a Linux driver chose instead of the one asked for. */
export function changedRateHz(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const [, s, parts] = /driver changed the time per frame from \d+\/\d+ to (\d+)\/(\d+)/.exec(line) ?? [];
    if (Number(s) > 0 && Number(parts) > 0) return Number(parts) / Number(s);
  }
  return undefined;
}

/** The last lines that ffmpeg marked as errors, without its own decoration. */
function reasonIn(lines: readonly string[]): string | undefined {
  const errors = lines.filter((line) => /\[(?:error|fatal|panic)\]/.test(line));
  if (errors.length === 0) return undefined;
  const plain = errors
    .slice(-2)
    .map((line) => line.replace(/\[[^\]]* @ 0x[0-9a-f]+\] |\[(?:error|fatal|panic)\] /g, "").trim());
  return plain.join("; ").slice(0, LONGEST_REASON);
}
