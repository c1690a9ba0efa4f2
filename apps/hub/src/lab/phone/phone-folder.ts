import type { PhoneStorage, VideoMaker } from "@polychron/devices";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Of } from "../tree-hashes.js";
import { VideoRecording } from "./video-recording.js";

/** What an emulated phone keeps: a folder of its own, in which its videos are made. */
export class PhoneFolder implements PhoneStorage, VideoMaker {
  readonly #folder: string;
  readonly #ffmpeg: string;

  private constructor(folder: string, ffmpeg: string) {
    this.#folder = folder;
    this.#ffmpeg = ffmpeg;
  }

  /** Makes the folder. */
  static async open({ folder, ffmpeg }: { readonly folder: string; readonly ffmpeg: string }): Promise<PhoneFolder> {
    await mkdir(folder, { recursive: true });
    return new PhoneFolder(folder, ffmpeg);
  }

  /** Throws `PROGRAM_MISSING`. */
  start(name: string): Promise<VideoRecording> {
    return VideoRecording.start(join(this.#folder, `${name}.mp4`), this.#ffmpeg);
  }

  async writeText(name: string, text: string): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, text);
    return path;
  }

  async measure(path: string): Promise<{ sizeBytes: number; sha256: string }> {
    return { sizeBytes: (await stat(path)).size, sha256: await sha256Of(path) };
  }

  remove(path: string): Promise<void> {
    return rm(path, { force: true });
  }
}
