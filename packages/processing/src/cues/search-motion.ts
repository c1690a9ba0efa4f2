import type { CueRow } from "@polychron/session/format";
import type { StreamRows } from "@polychron/session/format";
import { streamTimes, type Timeline } from "@polychron/sync";
import { WindowSeries, type ActWindow } from "./act-window.js";
import { absent } from "./finding.js";
import { residualRow, type SearchedStream } from "./residuals.js";
import { findTap } from "./tap-search.js";

/** Three channels that are one accelerometer: their places among the stream's channels. */
export interface Accelerometer {
  /** What their names begin with: `accel`, `accel_wr`. */
  readonly name: string;
  readonly axes: readonly [number, number, number];
}

const AXIS = /^(.*accel.*)_([xyz])_mps2$/;

/** The accelerometers among a stream's channels. */
export function accelerometersOf(channels: readonly string[]): Accelerometer[] {
  const names = new Set(channels.flatMap((channel) => AXIS.exec(channel)?.[1] ?? []));
  return [...names].flatMap((name) => {
    const [x, y, z] = ["x", "y", "z"].map((axis) => channels.indexOf(`${name}_${axis}_mps2`));
    return x! < 0 || y! < 0 || z! < 0 ? [] : [{ name, axes: [x!, y!, z!] as const }];
  });
}

/** The rows of one motion stream, looked through for knocks. */
export interface MotionSource {
  readonly stream: SearchedStream;
  readonly accelerometer: Accelerometer;
  readonly timeline: Timeline;
  readonly blocks: AsyncIterable<StreamRows>;
}

/** A row for each window of which the stream holds something. */
export async function searchMotion(source: MotionSource, windows: readonly ActWindow[]): Promise<CueRow[]> {
  const { stream, accelerometer, timeline, blocks } = source;
  const series = windows.map((window) => new WindowSeries(window));
  const toSessionS = streamTimes(timeline);
  for await (const block of blocks) {
    const [x, y, z] = accelerometer.axes.map((place) => block.columns[place]!);
    for (let row = 0; row < block.count; row++) {
      const timeS = toSessionS(block.deviceTimeS[row]!, block.arrivalS[row]!);
      for (const each of series) each.push(timeS, Math.hypot(x![row]!, y![row]!, z![row]!));
    }
  }
  return series.flatMap(({ window, timeS, values }) => {
    if (timeS.length === 0) return [];
    const isWhole = timeS[0]! <= window.act.atS && timeS.at(-1)! >= window.act.atS;
    return [residualRow(window.act, stream, isWhole ? findTap(timeS, values) : absent("the stream does not reach it"))];
  });
}
