import { DeviceError } from "../errors.js";
import { LineSplitter } from "./lines.js";

/** `stream, dts, pts, duration, size, checksum…`, comment lines with `#` (libavformat/framecrcenc.c). */
const LINE = /^\s*0,\s*-?\d+,\s*(-?\d+),\s*-?\d+,\s*\d+,\s*0x[0-9a-f]+/;
const TIME_BASE = /^#tb 0:\s*(\d+)\/(\d+)\s*$/;

/** Presentation times out of ffmpeg's `framecrc` output, whatever the chunks are. */
export class FrameTimes {
  readonly #lines = new LineSplitter();
  #usPerTick = 1;

  /** The times of the frames that are told now, microseconds. Throws `VIDEO_STREAM_INVALID`. */
  push(text: string): number[] {
    return this.#lines.push(text).flatMap((line) => this.#read(line));
  }

  #read(line: string): number[] {
    const base = TIME_BASE.exec(line);
    if (base !== null) this.#usPerTick = (Number(base[1]) * 1e6) / Number(base[2]);
    if (line.startsWith("#") || line.trim() === "") return [];
    const time = LINE.exec(line)?.[1];
    if (time === undefined)
      throw new DeviceError("VIDEO_STREAM_INVALID", { reason: `'${line.slice(0, 80)}' is no frame's time`, atByte: 0 });
    return [Math.round(Number(time) * this.#usPerTick)];
  }
}
