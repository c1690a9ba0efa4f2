import type { MediaFragment } from "@polychron/devices";

/** As long as opening a file may take, and two groups of pictures more. */
const KEPT_S = 5;

/** The last seconds of a video, so that a recording can begin with the key frame before its start. */
export class FragmentRing {
  #kept: MediaFragment[] = [];

  push(fragment: MediaFragment): void {
    // Fragments of another run of the encoder cannot follow each other in one file.
    if (this.#kept.at(-1)?.head !== fragment.head) this.#kept = [];
    this.#kept.push(fragment);
    const oldestS = lastFrameS(fragment) - KEPT_S;
    while (lastFrameS(this.#kept[0]!) < oldestS) this.#kept.shift();
  }

  /** Oldest first. */
  all(): readonly MediaFragment[] {
    return [...this.#kept];
  }
}

/** The capture time of a fragment's last frame, hub seconds. */
export function lastFrameS({ frames }: MediaFragment): number {
  return frames.deviceTimeS[frames.count - 1]!;
}
