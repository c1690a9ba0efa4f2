/** Whose video it is, and which of its videos. */
export interface VideoScene {
  readonly seed: number;
  /** 1, 2, 3… */
  readonly nth: number;
}

const WIDTH = 320;
const HEIGHT = 240;
const RATE_HZ = 15;
/** Colours so many degrees apart come close to each other again only after a great many steps: the golden angle. */
const HUE_STEP = 137.508;
const BOX = 16;

/**
 * The pictures of an emulated phone, as a source of ffmpeg (lavfi): a test picture whose colours and white box no other
 * phone, seed or recording has, so that files which were mixed up are found out.
 */
export function videoSource({ seed, nth }: VideoScene): string {
  const hue = ((seed * HUE_STEP + nth) % 360).toFixed(3);
  const x = BOX * ((seed + nth) % (WIDTH / BOX));
  const y = BOX * (Math.floor(seed / (WIDTH / BOX)) % (HEIGHT / BOX));
  const box = `drawbox=x=${x}:y=${y}:w=${BOX}:h=${BOX}:color=white:t=fill`;
  return `testsrc2=size=${WIDTH}x${HEIGHT}:rate=${RATE_HZ},hue=h=${hue},${box}`;
}
