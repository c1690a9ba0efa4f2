import type { PhoneStorage, VideoMaker } from "@polychron/devices";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Of } from "../tree-hashes.js";
import { VideoRecording } from "./video-recording.js";

/** Where an emulated phone keeps its files, and what it films with. */
export interface PhoneFolderOptions {
  readonly folder: string;
  readonly ffmpeg: string;
  /** Decides what its videos show. */
  readonly seed: number;
}

/** What an emulated phone keeps: a folder of its own, in which its videos are made. */
export class PhoneFolder implements PhoneStorage, VideoMaker {
  readonly #folder: string;
  readonly #ffmpeg: string;
  readonly #seed: number;
  #videos = 0;

  private constructor({ folder, ffmpeg, seed }: PhoneFolderOptions) {
    this.#folder = folder;
    this.#ffmpeg = ffmpeg;
    this.#seed = seed;
  }

  /** Makes the folder. */
  static async open(options: PhoneFolderOptions): Promise<PhoneFolder> {
    await mkdir(options.folder, { recursive: true });
    return new PhoneFolder(options);
  }

  /** Throws `PROGRAM_MISSING`. */
  start(name: string): Promise<VideoRecording> {
    this.#videos += 1;
    const scene = { seed: this.#seed, nth: this.#videos };
    return VideoRecording.start(join(this.#folder, `${name}.mp4`), scene, this.#ffmpeg);
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
