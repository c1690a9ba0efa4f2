import { spawn } from "node:child_process";
import { once } from "node:events";
import { ProcessingError } from "../errors.js";

/** What a media file is to become: raw bytes on a pipe. */
export interface DecodeOrder {
  /** The program ffmpeg. */
  readonly ffmpeg: string;
  readonly path: string;
  /** What stands between input and output: filters and the form of the bytes. */
  readonly how: readonly string[];
  readonly signal: AbortSignal;
}

/** The end of what a program said, as far as a person reads. */
const WORDS_MAX_CHARS = 300;

/**
 * The decoded bytes as they come; who stops reading ends the program. Throws `PROCESSING_PROGRAM_MISSING`,
 * `PROCESSING_MEDIA_UNREADABLE`, or the signal's reason.
 */
export async function* decode({ ffmpeg, path, how, signal }: DecodeOrder): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const args = ["-hide_banner", "-nostdin", "-loglevel", "error", "-i", `file:${path}`, ...how, "pipe:1"];
  const child = spawn(ffmpeg, args, { stdio: ["ignore", "pipe", "pipe"], signal, windowsHide: true });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-WORDS_MAX_CHARS)));
  const ended = once(child, "close") as Promise<[number | null]>;
  ended.catch(() => undefined); // told below, where it is waited for
  let isRead = false;
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    isRead = true;
    const [code] = await ended;
    if (code !== 0) throw unreadable(path, words.trim() || `the decoder ended with ${code}`);
  } catch (thrown) {
    signal.throwIfAborted();
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT")
      throw new ProcessingError("PROCESSING_PROGRAM_MISSING", { program: ffmpeg }, thrown);
    throw thrown instanceof ProcessingError ? thrown : unreadable(path, String(thrown), thrown);
  } finally {
    if (!isRead) child.kill("SIGKILL");
  }
}

function unreadable(path: string, reason: string, cause?: unknown): ProcessingError {
  return new ProcessingError("PROCESSING_MEDIA_UNREADABLE", { path, reason }, cause);
}
