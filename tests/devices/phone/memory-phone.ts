import type { FileToUpload, FileUploader, MadeVideo, PhoneStorage, RunningVideo, VideoMaker } from "@polychron/devices";
import { createHash } from "node:crypto";
import type { HandTime } from "../hand-time.js";

/** A phone's disk and camera in memory. */
export class MemoryPhone implements PhoneStorage, VideoMaker, FileUploader {
  readonly files = new Map<string, string>();
  readonly uploads: { readonly file: FileToUpload; readonly isDamaged: boolean }[] = [];
  /** What the hub answers to an upload that is whole; a damaged one it always refuses. */
  refusal: Error | undefined;
  readonly #time: HandTime;

  constructor(time: HandTime) {
    this.#time = time;
  }

  writeText(name: string, text: string): Promise<string> {
    this.files.set(name, text);
    return Promise.resolve(name);
  }

  measure(path: string): Promise<{ sizeBytes: number; sha256: string }> {
    const text = this.files.get(path);
    if (text === undefined) return Promise.reject(new Error(`there is no ${path}`));
    return Promise.resolve({ sizeBytes: text.length, sha256: createHash("sha256").update(text).digest("hex") });
  }

  remove(path: string): Promise<void> {
    return this.files.delete(path) ? Promise.resolve() : Promise.reject(new Error(`there is no ${path}`));
  }

  start(name: string): Promise<RunningVideo> {
    const startedUs = this.#time.nowUs();
    const end = (how: string) => (): Promise<MadeVideo> => {
      const durationS = (this.#time.nowUs() - startedUs) / 1e6;
      const path = `${name}.mp4`;
      this.files.set(path, `video of ${durationS} s, ${how}`);
      return Promise.resolve({ path, frames: Math.floor(durationS * 15), durationS });
    };
    return Promise.resolve({ stop: end("stopped"), cut: end("cut") });
  }

  send(file: FileToUpload, { isDamaged }: { readonly isDamaged: boolean }): Promise<void> {
    this.uploads.push({ file, isDamaged });
    if (isDamaged) return Promise.reject(new Error("wrong hash"));
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal);
  }
}
