import type { ActWindow } from "./act-window.js";
import { decode, type DecodeOrder } from "./decode.js";
import type { Brightness } from "./flash-search.js";

/** Pictures are looked at as so many cells of mean brightness. */
const GRID = { columns: 16, rows: 9 } as const;
const CELLS = GRID.columns * GRID.rows;
/** Sound is brought to this rate, Hz. */
export const SOUND_RATE_HZ = 48_000;

/** Where the media lies and what decodes it. */
export type MediaSource = Omit<DecodeOrder, "how">;

/** The pictures of each window; `frameTimesS[n]` is the session time of the n-th picture of the file. Throws as `decode`. */
export async function readPictures(
  source: MediaSource,
  frameTimesS: Float64Array,
  windows: readonly ActWindow[],
): Promise<Brightness[]> {
  const spans = windows.map(({ fromS, toS }) => ({
    from: frameTimesS.findIndex((timeS) => timeS >= fromS),
    to: frameTimesS.findLastIndex((timeS) => timeS <= toS) + 1,
  }));
  const wanted = frameTimesS.map((_, n) => (spans.some(({ from, to }) => n >= from && n < to) ? 1 : 0));
  const pictures = await grids(source, wanted);
  return spans.map(({ from, to }) => brightness(frameTimesS.subarray(from, to), pictures.slice(from, to)));
}

/** One grid a wanted picture, undefined elsewhere and where the file ends sooner. */
async function grids(source: MediaSource, wanted: Float64Array): Promise<(Uint8Array | undefined)[]> {
  const filter = `scale=${GRID.columns}:${GRID.rows}:flags=area,format=gray`;
  const how = ["-map", "0:v:0", "-fps_mode", "passthrough", "-vf", filter, "-f", "rawvideo"];
  const found: (Uint8Array | undefined)[] = Array.from({ length: wanted.length });
  const last = wanted.lastIndexOf(1);
  let n = 0;
  if (last < 0) return found;
  for await (const grid of pieces(decode({ ...source, how }), CELLS)) {
    if (wanted[n] === 1) found[n] = grid;
    if ((n += 1) > last) break;
  }
  return found;
}

function brightness(timesS: Float64Array, pictures: readonly (Uint8Array | undefined)[]): Brightness {
  const rows = [...timesS.keys()].filter((row) => pictures[row] !== undefined);
  const cells = Array.from({ length: CELLS }, (_, cell) => Float64Array.from(rows, (row) => pictures[row]![cell]!));
  return { timeS: Float64Array.from(rows, (row) => timesS[row]!), cells };
}

/** A stretch of sound. */
export interface SoundWindow {
  /** The number of its first sample in the file. */
  readonly first: number;
  readonly samples: Float32Array;
}

/** The sound of each stretch, one channel at `SOUND_RATE_HZ`; stretches in seconds of the file. Throws as `decode`. */
export async function readSound(
  source: MediaSource,
  stretches: readonly { readonly fromS: number; readonly toS: number }[],
): Promise<SoundWindow[]> {
  const how = ["-map", "0:a:0", "-ac", "1", "-ar", String(SOUND_RATE_HZ), "-f", "f32le"];
  const windows = stretches.map(({ fromS, toS }) => {
    const first = Math.max(0, Math.floor(fromS * SOUND_RATE_HZ));
    return { first, samples: new Float32Array(Math.max(0, Math.ceil(toS * SOUND_RATE_HZ) - first)), filled: 0 };
  });
  const end = Math.max(0, ...windows.map(({ first, samples }) => first + samples.length));
  let at = 0;
  for await (const piece of pieces(decode({ ...source, how }), 4 * 4_800)) {
    const sound = new Float32Array(piece.buffer, 0, piece.length >> 2);
    for (const window of windows) window.filled += fill(window, at, sound);
    at += sound.length;
    if (at >= end) break;
  }
  return windows.map(({ first, samples, filled }) => ({ first, samples: samples.subarray(0, filled) }));
}

/** Returns how many samples of the window the sound brought. */
function fill({ first, samples }: SoundWindow, at: number, sound: Float32Array): number {
  const from = Math.max(at, first);
  const to = Math.min(at + sound.length, first + samples.length);
  if (to <= from) return 0;
  samples.set(sound.subarray(from - at, to - at), from - first);
  return to - from;
}

/** Bytes in pieces of one length, each in memory of its own; the last may be shorter. */
async function* pieces(chunks: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let piece = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(length - filled, chunk.length - at);
      piece.set(chunk.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < length) continue;
      yield piece;
      piece = new Uint8Array(length);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}
