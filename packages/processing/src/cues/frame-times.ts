import { decode, type DecodeOrder } from "./decode.js";

/** When each picture of a video is shown, seconds after the first one, in the order in which they are shown. Throws as `decode`. */
export async function readFrameTimes(source: Omit<DecodeOrder, "how">): Promise<Float64Array> {
  const how = ["-map", "0:v:0", "-c", "copy", "-f", "framecrc"];
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of decode({ ...source, how })) text += decoder.decode(chunk, { stream: true });
  return frameTimes(text);
}

/** From ffmpeg's list of packets: `#tb 0: 1/15360`, then a line each with stream, decoding time, showing time. */
export function frameTimes(list: string): Float64Array {
  const [, over, under] = /^#tb 0: (\d+)\/(\d+)/m.exec(list) ?? [];
  const tickS = Number(over) / Number(under);
  const shown = [...list.matchAll(/^0, *-?\d+, *(-?\d+),/gm)].map(([, pts]) => Number(pts));
  const times = Float64Array.from(shown).sort();
  return times.map((ticks) => (ticks - times[0]!) * tickS);
}
