/** What a cue can consist of: light that a camera sees, sound that a microphone hears, a knock that an accelerometer feels. */
export const CUE_ACTS = ["flash", "chirp", "tap"] as const;
export type CueAct = (typeof CUE_ACTS)[number];

/** The capability by which a device says that it can do an act. */
export const CUE_CAPABILITIES = { flash: "cue_flash", chirp: "cue_chirp", tap: "cue_tap" } as const satisfies Record<
  CueAct,
  string
>;

/** The hub's own page among the makers of a cue. */
export const PAGE_MAKER = "page";

/**
 * White (1) and black (0), one after the other. Found by trying every code of 14 bits: of those with at most five changes
 * within any second (two and a half flashes; WCAG 2.3.1 allows three) it is least like itself at any other moment
 * (correlation 0.12).
 */
export const FLASH_CODE = "11000111110101";
/** Seven pictures of a 60 Hz screen; no whole number of pictures at 24, 25 or 30 Hz, so that edges meet a camera at different phases. */
export const FLASH_BIT_S = 7 / 60;
export const FLASH_S = FLASH_CODE.length * FLASH_BIT_S;
/** White bits before each bit, and in all. */
const LIT_BITS = [...FLASH_CODE, ""].map((_, bit) => FLASH_CODE.slice(0, bit).replaceAll("0", "").length);
/** The screen is black for so long before the code and after it: the code stands out, and no second holds more changes than the code's own. */
export const FLASH_DARK_S = { before: 0.3, after: 0.6 } as const;

/** A sweep of constant speed between two frequencies, faded in and out by a raised cosine. */
export const CHIRP = { fromHz: 1_000, toHz: 6_000, lengthS: 0.2, fadeS: 0.02 } as const;

/** Those who flash or chirp take turns, each so long: two that do it at once could not be told apart. */
export const CUE_TURN_S = 3;

/** Who makes a part of a cue, and what. */
export interface CueMaker {
  /** `page`, or a device id. */
  readonly maker: string;
  readonly acts: readonly CueAct[];
}

/** A maker with its time. */
export interface CueTurn extends CueMaker {
  /** Seconds after the beginning of the cue. */
  readonly afterS: number;
}

/** Whether the light is on, so many seconds after the beginning of the code. */
export function isFlashLit(atS: number): boolean {
  return FLASH_CODE[Math.floor(atS / FLASH_BIT_S)] === "1";
}

/** The share of a stretch in which the light is on, 0 to 1; seconds after the beginning of the code. */
export function flashShare(fromS: number, toS: number): number {
  if (toS <= fromS) return isFlashLit(fromS) ? 1 : 0;
  return (litS(toS) - litS(fromS)) / (toS - fromS);
}

/** How long the light has been on by then. */
function litS(atS: number): number {
  const bit = Math.floor(Math.max(0, Math.min(atS, FLASH_S)) / FLASH_BIT_S);
  const sinceS = isFlashLit(atS) ? atS - bit * FLASH_BIT_S : 0;
  return LIT_BITS[Math.min(bit, FLASH_CODE.length)]! * FLASH_BIT_S + sinceS;
}

/** The chirp so many seconds after its beginning, -1 to 1. */
export function chirpAt(atS: number): number {
  return chirpLoudness(atS) * Math.sin(chirpPhase(atS));
}

/** How loud the chirp is then, 0 to 1. */
export function chirpLoudness(atS: number): number {
  const fromEdgeS = Math.min(atS, CHIRP.lengthS - atS);
  if (fromEdgeS <= 0) return 0;
  return fromEdgeS >= CHIRP.fadeS ? 1 : (1 - Math.cos((Math.PI * fromEdgeS) / CHIRP.fadeS)) / 2;
}

/** Its phase then, radians. */
export function chirpPhase(atS: number): number {
  const { fromHz, toHz, lengthS } = CHIRP;
  return 2 * Math.PI * (fromHz * atS + ((toHz - fromHz) * atS * atS) / (2 * lengthS));
}

/** Gives everybody a time: those who only tap do it at once, for nobody else feels it; the others take turns in their order. */
export function cueTurns(makers: readonly CueMaker[]): CueTurn[] {
  let turn = 0;
  return makers
    .filter(({ acts }) => acts.length > 0)
    .map((maker) => {
      const isAlone = maker.acts.some((act) => act !== "tap");
      return { ...maker, afterS: isAlone ? CUE_TURN_S * turn++ : 0 };
    });
}
