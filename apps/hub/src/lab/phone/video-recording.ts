import type { MadeVideo, RunningVideo } from "@polychron/devices";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { ServiceError } from "../../errors.js";
import { videoSource, type VideoScene } from "./video-scene.js";

/** Fragments: what was written before a power cut still plays. */
const ENCODING = [
  ...["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "15", "-pix_fmt", "yuv420p"],
  // Through a pipe: the encoder ends with the phone's process, whatever ends that.
  ...["-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1", "-f", "mp4", "pipe:1"],
];
const ENDS_WITHIN_MS = 5_000;
const COUNTED_WITHIN_MS = 30_000;

const run = promisify(execFile);

/** A real video, made by ffmpeg in real time until it is told to stop. */
export class VideoRecording implements RunningVideo {
  readonly #path: string;
  readonly #encoder: ChildProcess;
  readonly #ended: Promise<unknown>;
  #complaint = "";

  private constructor(path: string, encoder: ChildProcess) {
    this.#path = path;
    this.#encoder = encoder;
    const written = pipeline(encoder.stdout!, createWriteStream(path));
    // What could not be written is missed when the pictures are counted.
    const settled = written.catch((cause: Error) => (this.#complaint = cause.message));
    this.#ended = Promise.all([once(encoder, "close"), settled]);
    encoder.stderr!.setEncoding("utf8").on("data", (text: string) => (this.#complaint = text.trim()));
  }

  /** Throws `PROGRAM_MISSING`. */
  static async start(path: string, scene: VideoScene, ffmpeg = "ffmpeg"): Promise<VideoRecording> {
    const input = ["-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", videoSource(scene)];
    const encoder = spawn(ffmpeg, [...input, ...ENCODING], { stdio: ["pipe", "pipe", "pipe"] });
    encoder.stdin.on("error", () => undefined); // it may have ended before it is told to
    try {
      await once(encoder, "spawn");
    } catch (cause) {
      throw new ServiceError("PROGRAM_MISSING", { program: ffmpeg, command: "apt install ffmpeg" }, cause);
    }
    return new VideoRecording(path, encoder);
  }

  /** Ends the file as it should be. Throws `SIMULATION_FAILED` when no frame was written. */
  stop(): Promise<MadeVideo> {
    this.#encoder.stdin!.write("q");
    return this.#finish();
  }

  /** Ends it as a power cut does. Throws as `stop`. */
  cut(): Promise<MadeVideo> {
    this.#encoder.kill("SIGKILL");
    return this.#finish();
  }

  async #finish(): Promise<MadeVideo> {
    const limit = setTimeout(() => this.#encoder.kill("SIGKILL"), ENDS_WITHIN_MS);
    await this.#ended;
    clearTimeout(limit);
    return { path: this.#path, ...(await this.#count()) };
  }

  async #count(): Promise<{ frames: number; durationS: number }> {
    const asked = ["-count_packets", "-select_streams", "v", "-show_entries", "stream=nb_read_packets:format=duration"];
    try {
      const args = ["-v", "error", ...asked, "-of", "json", this.#path];
      const { stdout } = await run("ffprobe", args, { timeout: COUNTED_WITHIN_MS });
      const read = JSON.parse(stdout) as { streams: { nb_read_packets: string }[]; format: { duration: string } };
      return { frames: Number(read.streams[0]!.nb_read_packets), durationS: Number(read.format.duration) };
    } catch (cause) {
      const reason = this.#complaint || (cause as Error).message;
      throw new ServiceError("SIMULATION_FAILED", { what: "record a video", reason }, cause);
    }
  }
}
