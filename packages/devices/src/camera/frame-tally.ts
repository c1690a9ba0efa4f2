import { FrameGaps } from "./frame-gaps.js";

/** Frames that were not delivered, or delivered twice. */
export interface FrameFaults {
  readonly dropped: number;
  readonly duplicated: number;
}

const NONE: FrameFaults = { dropped: 0, duplicated: 0 };

/** Dropped and duplicated frames of one run, told as what came on top. */
export class FrameTally {
  readonly #tell: (faults: FrameFaults) => void;
  readonly #gaps: FrameGaps;
  #seenMissing = 0;
  #counted: FrameFaults = NONE;
  #told: FrameFaults = NONE;

  constructor(nominalRateHz: number, tell: (faults: FrameFaults) => void) {
    this.#gaps = new FrameGaps(nominalRateHz);
    this.#tell = tell;
  }

  /** A frame was captured at a hub time. */
  onFrame(atUs: number): void {
    this.#miss(this.#gaps.push(atUs));
  }

  /** The capture program's own counts since it began. */
  onProgress(counted: FrameFaults | undefined): void {
    this.#counted = counted ?? this.#counted;
    this.#sayNews();
  }

  /** No frame comes any more. */
  end(): void {
    this.#miss(this.#gaps.end());
  }

  #miss(frames: number): void {
    this.#seenMissing += frames;
    if (frames > 0) this.#sayNews();
  }

  /** A frame that ffmpeg dropped is missing between the times as well: it is one frame, not two. */
  #sayNews(): void {
    const dropped = Math.max(this.#seenMissing, this.#counted.dropped);
    const { duplicated } = this.#counted;
    const news = { dropped: dropped - this.#told.dropped, duplicated: duplicated - this.#told.duplicated };
    if (news.dropped <= 0 && news.duplicated <= 0) return;
    this.#told = { dropped, duplicated };
    this.#tell({ dropped: Math.max(0, news.dropped), duplicated: Math.max(0, news.duplicated) });
  }
}
