import { sliceBlock, type SampleBlock } from "@polychron/session/model";

/** The rows whose time lies before that of the sample in front of them; `lastS` is the time of the last sample before the block, seconds. */
export function backRows({ deviceTimeS, count }: SampleBlock, lastS: number): readonly number[] {
  const rows: number[] = [];
  let beforeS = lastS;
  for (let row = 0; row < count; row++) {
    if (deviceTimeS[row]! < beforeS) rows.push(row);
    beforeS = deviceTimeS[row]!;
  }
  return rows;
}

/** The block cut in front of these rows, which grow: in each part time goes forward. */
export function forwardParts(block: SampleBlock, rows: readonly number[]): readonly SampleBlock[] {
  const cuts = [0, ...rows.filter((row) => row > 0), block.count];
  return cuts.slice(1).map((to, part) => sliceBlock(block, cuts[part]!, to));
}
