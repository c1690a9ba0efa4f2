import type { MediaFragment } from "@polychron/devices";
import { NOTHING_KEPT, periodS, type CutCounts } from "./stream-cut.js";

/** Fragments come twice a second, and late by as much: while a video may go on, what stays away longer is missing. */
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
 * holds the start, up to half a second early, or with the one before it that has the key frame; it ends with the last frame
 * before the stop, exactly.
 */
export class VideoCut {
  readonly #startUs: number;
  readonly #periodUs: number;
  #stopUs = Number.POSITIVE_INFINITY;
  #head: Uint8Array | undefined;
  /** From before the start, the newest key frame on: what a fragment that holds the start may need. */
  #leadIn: MediaFragment[] = [];
  #received = 0;
  #missing = 0;
  /** The first frame of the file, which may be from before the start, and the first behind the start. */
  #fileFromUs = Number.NaN;
  #firstUs = Number.NaN;
  #lastUs = Number.NaN;
  #isPast = false;
  #isOver = false;

  constructor({ startUs, nominalRateHz }: { startUs: number; nominalRateHz: number }) {
    this.#startUs = startUs;
    this.#periodUs = 1e6 / nominalRateHz;
  }

  stopAt(us: number): void {
    this.#stopUs = us;
  }

  /** Nothing more is taken: what has not come by now is missing, however little it is. */
  end(): void {
    this.#isOver = true;
  }

  /** A frame at or after the stop was seen: nothing more will be kept. */
  get isPast(): boolean {
    return this.#isPast;
  }

  get hasStarted(): boolean {
    return this.#received > 0;
  }

  /** The camera says that it failed to deliver frames. */
  lose(frames: number): void {
    if (this.#head !== undefined && !this.#isPast) this.#missing += frames;
  }

  push(fragment: MediaFragment): VideoCutResult {
    if (this.#isPast) return { kept: [] };
    if (usOf(fragment, fragment.frames.count - 1) < this.#startUs) return this.#remember(fragment);
    if (this.#head === fragment.head || fragment.isKey) return this.#keep(fragment);
    // What follows a lost key frame cannot be decoded, be it the first fragment or the first of a new encoder.
    if (this.#leadIn[0]?.head !== fragment.head || this.#stopUs <= this.#startUs) return { kept: [] };
    return { kept: [...this.#leadIn, fragment].flatMap((each) => this.#keep(each).kept) };
  }

  counts(atUs: number): CutCounts {
    if (this.#received === 0) return NOTHING_KEPT;
    const tail = this.#silentTail(Math.min(atUs, this.#stopUs));
    return {
      expected: this.#received + this.#missing + tail,
      expectedExtrapolated: tail,
      received: this.#received,
      effectiveRateHz: this.#rateHz(),
      startSkewS: this.#skewS(this.#firstUs - this.#startUs),
      stopSkewS: this.#stopUs === Number.POSITIVE_INFINITY ? null : this.#skewS(this.#stopUs - this.#lastUs),
      firstUs: this.#firstUs,
      lastUs: this.#lastUs,
    };
  }

  #remember(fragment: MediaFragment): VideoCutResult {
    if (fragment.isKey) this.#leadIn = [fragment];
    else this.#leadIn = this.#leadIn[0]?.head === fragment.head ? [...this.#leadIn, fragment] : [];
    return { kept: [] };
  }

  #keep(fragment: MediaFragment): VideoCutResult {
    this.#leadIn = [];
    const count = framesBefore(fragment, this.#stopUs);
    if (count < fragment.frames.count) this.#isPast = true;
    if (count === 0) return { kept: [] };
    const gap = this.#gapBefore(fragment);
    this.#head = fragment.head;
    this.#received += count;
    this.#lastUs = usOf(fragment, count - 1);
    // Frames before the start are kept because the file needs them; the start is that of the first frame behind it.
    if (Number.isNaN(this.#fileFromUs)) this.#fileFromUs = usOf(fragment, 0);
    const early = framesBefore(fragment, this.#startUs);
    if (Number.isNaN(this.#firstUs) && early < fragment.frames.count)
      this.#firstUs = usOf(fragment, Math.min(early, count - 1));
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

  #skewS(awayUs: number): number {
    return Math.max(0, awayUs / 1e6 - periodS(1e6 / this.#periodUs, this.#rateHz(), this.#received));
  }

  #silentTail(atUs: number): number {
    const silentUs = atUs - this.#lastUs;
    const lateAfterUs = this.#isOver ? 1.5 * this.#periodUs : SILENT_AFTER_US;
    if (this.#isPast || silentUs < lateAfterUs) return 0;
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
