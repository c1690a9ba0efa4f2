import type { WireBlock } from "@polychron/protocol";

/** The number behind the last sample of a block. */
export function endOf({ firstSeq, deviceTimeS }: WireBlock): number {
  return firstSeq + deviceTimeS.length;
}

/** The samples of a block from one number (included) to another (excluded), as views on the same memory. */
export function cutBlock(block: WireBlock, fromSeq: number, toSeq: number): WireBlock {
  const [from, to] = [Math.max(0, fromSeq - block.firstSeq), Math.max(0, toSeq - block.firstSeq)];
  return {
    ...block,
    firstSeq: block.firstSeq + from,
    deviceTimeS: block.deviceTimeS.subarray(from, to),
    channels: block.channels.map((column) => column.subarray(from, to)),
    ...(block.missing && { missing: block.missing.map((mask) => mask.subarray(from, to)) }),
  };
}

/** How many samples from the first on have times that go forward; at least one. */
export function forwardCount({ deviceTimeS }: WireBlock): number {
  let count = 1;
  while (count < deviceTimeS.length && deviceTimeS[count]! >= deviceTimeS[count - 1]!) count += 1;
  return count;
}

/** Blocks that follow each other, as one; at least one block. */
export function joinBlocks(blocks: readonly WireBlock[]): WireBlock {
  const [first] = blocks;
  if (blocks.length === 1) return first!;
  const channels = first!.channels.map((_, channel) => joined(blocks.map((block) => block.channels[channel]!)));
  const hasMissing = blocks.some(({ missing }) => missing !== undefined);
  const masks = first!.channels.map((_, channel) => joinedMasks(blocks, channel));
  return {
    ...first!,
    deviceTimeS: joined(blocks.map(({ deviceTimeS }) => deviceTimeS)),
    channels,
    ...(hasMissing && { missing: masks }),
  };
}

function joined(columns: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += column.length;
  }
  return whole;
}

function joinedMasks(blocks: readonly WireBlock[], channel: number): Uint8Array {
  const marks = blocks.flatMap(({ missing, deviceTimeS }) => [
    ...(missing?.[channel] ?? new Uint8Array(deviceTimeS.length)),
  ]);
  return Uint8Array.from(marks);
}
