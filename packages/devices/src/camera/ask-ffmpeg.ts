import { execFile } from "node:child_process";
import { DeviceError } from "../errors.js";

/** Runs a program to its end and hands back all it wrote, whether it liked its task or not. Throws `FFMPEG_MISSING`. */
export type AskProgram = (program: string, args: readonly string[], signal: AbortSignal) => Promise<string>;

const WITHIN_MS = 10_000;
const MOST_BYTES = 4 * 2 ** 20;

/** The real program; what takes longer than 10 s is ended. Throws `FFMPEG_MISSING`, or the signal's reason. */
export const askProgram: AskProgram = (program, args, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const limits = { timeout: WITHIN_MS, maxBuffer: MOST_BYTES, killSignal: "SIGKILL", windowsHide: true } as const;
    const child = execFile(program, args, { ...limits, signal }, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (isMissing(error)) reject(new DeviceError("FFMPEG_MISSING", { path: program }, error));
      else resolve(stderr + stdout);
    });
    child.stdin?.end();
  });

/** The version that a program tells of itself: `5.1.9`. Throws `FFMPEG_MISSING` also where something else answers. */
export async function ffmpegVersion(ask: AskProgram, program: string, signal: AbortSignal): Promise<string> {
  const version = /^ff\w+ version (\S+)/m.exec(await ask(program, ["-version"], signal))?.[1];
  if (version === undefined) throw new DeviceError("FFMPEG_MISSING", { path: program });
  return version;
}

function isMissing(error: { readonly code?: unknown } | null): boolean {
  return error?.code === "ENOENT" || error?.code === "EACCES";
}
