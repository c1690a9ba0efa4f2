import type { MediaFragment } from "@polychron/devices";
import type { CutCounts } from "./stream-cut.js";

/** Fragments come twice a second, and late by as much; what stays away longer is missing. */
const SILENT_AFTER_US = 2e6;

/** Frames that are missing between two fragments. */
export interface FrameGap {
  readonly missing: number;
  /** Hub microseconds of the first frame behind the gap. */
  readonly atUs: number;
}

/** What a push kept, in order, and what is missing just before it. */
export interface VideoCutResult {
  readonly kept: readonly MediaFragment[];
  readonly gap?: FrameGap;
}

/**
 * The recording's cut through a running video. A file must begin with a key frame, so it begins with the fragment that
 * holds the start, up to half a second early; it ends with the last frame before the stop, exactly.
 */
export class VideoCut {
  readonly #startUs: number;
  readonly #periodUs: number;
  #stopUs = Number.POSITIVE_INFINITY;
  #head: Uint8Array | undefined;
  #received = 0;
  #missing = 0;
  /** The first frame of the file, which may be from before the start, and the first behind the start. */
  #fileFromUs = Number.NaN;
  #firstUs = Number.NaN;
  #lastUs = Number.NaN;
  #isPast = false;

  constructor({ startUs, nominalRateHz }: { startUs: number; nominalRateHz: number }) {
    this.#startUs = startUs;
    this.#periodUs = 1e6 / nominalRateHz;
  }

  stopAt(us: number): void {
    this.#stopUs = us;
  }

  /** A frame at or after the stop was seen: nothing more will be kept. */
  get isPast(): boolean {
    return this.#isPast;
  }

  /** The camera says that it failed to deliver frames. */
  lose(frames: number): void {
    if (this.#head !== undefined && !this.#isPast) this.#missing += frames;
  }

  push(fragment: MediaFragment): VideoCutResult {
    if (this.#isPast || usOf(fragment, fragment.frames.count - 1) < this.#startUs) return { kept: [] };
    // What follows a lost key frame cannot be decoded, be it the first fragment or the first of a new encoder.
    if (this.#head !== fragment.head && !fragment.isKey) return { kept: [] };
    return this.#keep(fragment);
  }

  counts(atUs: number): CutCounts {
    const effectiveRateHz = this.#rateHz();
    if (this.#received === 0)
      return { expected: 0, expectedExtrapolated: 0, received: 0, effectiveRateHz, startSkewS: null };
    const tail = this.#silentTail(Math.min(atUs, this.#stopUs));
    return {
      expected: this.#received + this.#missing + tail,
      expectedExtrapolated: tail,
      received: this.#received,
      effectiveRateHz,
      startSkewS: Math.max(0, (this.#firstUs - this.#startUs - this.#periodUs) / 1e6),
    };
  }

  #keep(fragment: MediaFragment): VideoCutResult {
    const count = framesBefore(fragment, this.#stopUs);
    if (count < fragment.frames.count) this.#isPast = true;
    if (count === 0) return { kept: [] };
    const gap = this.#gapBefore(fragment);
    this.#head = fragment.head;
    this.#received += count;
    this.#lastUs = usOf(fragment, count - 1);
    // Frames before the start are kept because the file needs them; the start is that of the first frame behind it.
    if (Number.isNaN(this.#fileFromUs)) this.#fileFromUs = usOf(fragment, 0);
    if (Number.isNaN(this.#firstUs))
      this.#firstUs = usOf(fragment, Math.min(framesBefore(fragment, this.#startUs), count - 1));
    const kept = [count === fragment.frames.count ? fragment : fragment.first(count)];
    return gap === undefined ? { kept } : { kept, gap };
  }

  /** A new run of the encoder: what lies between it and the last frame was not recorded. */
  #gapBefore(fragment: MediaFragment): FrameGap | undefined {
    if (this.#head === undefined || this.#head === fragment.head) return undefined;
    const atUs = usOf(fragment, 0);
    const missing = Math.max(0, Math.round((atUs - this.#lastUs) / this.#periodUs) - 1);
    this.#missing += missing;
    return { missing, atUs };
  }

  #rateHz(): number | null {
    const spanS = (this.#lastUs - this.#fileFromUs) / 1e6;
    return this.#received > 1 && spanS > 0 ? (this.#received + this.#missing - 1) / spanS : null;
  }

  #silentTail(atUs: number): number {
    const silentUs = atUs - this.#lastUs;
    if (this.#isPast || silentUs < SILENT_AFTER_US) return 0;
    return Math.max(0, Math.ceil(silentUs / this.#periodUs) - 1);
  }
}

/** Hub microseconds of a frame. */
function usOf({ frames }: MediaFragment, row: number): number {
  return frames.deviceTimeS[row]! * 1e6;
}

function framesBefore(fragment: MediaFragment, us: number): number {
  let count = 0;
  while (count < fragment.frames.count && usOf(fragment, count) < us) count += 1;
  return count;
}
