import { FLASH_BIT_S, FLASH_CODE, FLASH_DARK_S, FLASH_S } from "@polychron/session/model";

/** What the screen is to show in one picture. */
export type FlashPicture = "dark" | "lit" | "over";

/** How the code was shown, page milliseconds. */
export interface ShownFlash {
  /** The picture with which it began; the later ones were late by `lateMs` on average against it, by `mostLateMs` at worst. */
  readonly beginMs: number;
  readonly lateMs: number;
  readonly mostLateMs: number;
  /** From one picture to the next. */
  readonly periodMs: number;
}

const BIT_MS = FLASH_BIT_S * 1000;
/** Pictures come a little early as well. */
const EARLY_MS = 2;

/** The coded flash, picture by picture, beginning with the first picture at or after its time. */
export class FlashFrames {
  readonly #atMs: number;
  #beginMs: number | undefined;
  #lastMs: number | undefined;
  #periodMs = Infinity;
  #wasLit = false;
  readonly #lateMs: number[] = [];

  constructor(atMs: number) {
    this.#atMs = atMs;
  }

  /** The next picture, drawn at `frameMs`. */
  next(frameMs: number): FlashPicture {
    if (this.#lastMs !== undefined && frameMs > this.#lastMs)
      this.#periodMs = Math.min(this.#periodMs, frameMs - this.#lastMs);
    this.#lastMs = frameMs;
    if (frameMs < this.#atMs - EARLY_MS) return "dark";
    this.#beginMs ??= frameMs;
    const sinceMs = frameMs - this.#beginMs;
    if (sinceMs > (FLASH_S + FLASH_DARK_S.after) * 1000) return "over";
    const bit = Math.floor((sinceMs + EARLY_MS) / BIT_MS);
    const isLit = FLASH_CODE[bit] === "1";
    if (isLit !== this.#wasLit) this.#lateMs.push(sinceMs - changeBefore(bit) * BIT_MS);
    this.#wasLit = isLit;
    return isLit ? "lit" : "dark";
  }

  /** Null where the screen did not keep up: a change came half a bit late, or never. */
  get shown(): ShownFlash | null {
    const wanted = CHANGES.length;
    if (this.#beginMs === undefined || this.#lateMs.length !== wanted) return null;
    const lateMs = this.#lateMs.reduce((sum, late) => sum + late, 0) / wanted;
    const mostLateMs = Math.max(...this.#lateMs);
    if (mostLateMs > BIT_MS / 2) return null;
    return { beginMs: this.#beginMs, lateMs, mostLateMs, periodMs: this.#periodMs };
  }
}

/** The bits with which the light changes, the dark behind the code included. */
const CHANGES = [...FLASH_CODE, "0"].flatMap((bit, at) => (bit === (FLASH_CODE[at - 1] ?? "0") ? [] : [at]));

/** The last change at or before a bit. */
function changeBefore(bit: number): number {
  return CHANGES.findLast((at) => at <= bit) ?? 0;
}
