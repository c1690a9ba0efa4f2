import { LineSplitter } from "./lines.js";

/** What ffmpeg counts of its own work since it began. */
export interface Progress {
  readonly frames: number;
  readonly dropped: number;
  readonly duplicated: number;
}

/** Reads `-progress`: lines `key=value`, each report closed by `progress=`. */
export class ProgressReader {
  readonly #lines = new LineSplitter();
  #values = new Map<string, string>();

  /** The newest report that is whole now, if there is one. */
  push(text: string): Progress | undefined {
    let newest: Progress | undefined;
    for (const line of this.#lines.push(text)) {
      const [key, value] = line.split("=", 2).map((part) => part.trim());
      this.#values.set(key!, value ?? "");
      if (key === "progress") newest = this.#close();
    }
    return newest;
  }

  #close(): Progress {
    const [frames, dropped, duplicated] = ["frame", "drop_frames", "dup_frames"].map((key) => this.#count(key));
    this.#values = new Map();
    return { frames: frames!, dropped: dropped!, duplicated: duplicated! };
  }

  #count(key: string): number {
    const count = Number(this.#values.get(key));
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  }
}
