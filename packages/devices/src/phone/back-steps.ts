import { sliceBlock, type SampleBlock } from "@polychron/session/model";

const NONE: readonly number[] = [];

/** The rows whose time lies before that of the sample in front of them; `lastS` is the time of the last sample before the block, seconds. */
export function backRows({ deviceTimeS, count }: SampleBlock, lastS: number): readonly number[] {
  if (goesForward(deviceTimeS, count, lastS)) return NONE;
  const rows: number[] = [];
  let beforeS = lastS;
  for (let row = 0; row < count; row++) {
    if (deviceTimeS[row]! < beforeS) rows.push(row);
    beforeS = deviceTimeS[row]!;
  }
  return rows;
}

function goesForward(timesS: Float64Array, count: number, lastS: number): boolean {
  if (timesS[0]! < lastS) return false;
  for (let row = 1; row < count; row++) if (timesS[row]! < timesS[row - 1]!) return false;
  return true;
}

/** The block cut in front of these rows, which grow: in each part time goes forward. */
export function forwardParts(block: SampleBlock, rows: readonly number[]): readonly SampleBlock[] {
  if (rows.length === 0) return [block];
  const cuts = [0, ...rows.filter((row) => row > 0), block.count];
  return cuts.slice(1).map((to, part) => sliceBlock(block, cuts[part]!, to));
}
