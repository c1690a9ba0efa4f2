import type { StreamRows } from "@polychron/session/format";
import { TICK_HZ, TruthCursor } from "./truth-cursor.js";
import type { TruthRow } from "./truth.js";

/** How a recorded stream stands against what its emulator made. */
export interface Comparison {
  /** Recorded samples that the emulator made. */
  readonly matched: number;
  /** Recorded samples that it never made. */
  readonly invented: number;
  /** Matched samples with another value in a raw channel. */
  readonly altered: number;
  /** Single values that were compared. */
  readonly values: number;
  /** Made between the first and the last recorded sample but not recorded: by order, or without one. */
  readonly orderedLoss: number;
  readonly unorderedLoss: number;
  /** Made behind the last recorded sample, where the stream was silent at the stop, and lost by order. */
  readonly orderedTail: number;
  /** Periods in which the device, between two connections, made no sample at all: a hub counts them as missing. */
  readonly notMade: number;
  /** The same of a device that was switched off and on: a hub cannot know of them. */
  readonly notMadeWhileOff: number;
  /** It was switched off in between: for how long, its counter does not tell. */
  readonly hasRestarted: boolean;
}

/** Walks a recorded stream and the truth in order, once. */
export async function compareStream(
  stream: { readonly channels: readonly string[]; readonly nominalRateHz: number; readonly silentTail: number },
  blocks: AsyncIterable<StreamRows>,
  truth: AsyncIterator<TruthRow>,
): Promise<Comparison> {
  const cursor = new TruthCursor(truth, TICK_HZ / stream.nominalRateHz);
  const sum = { matched: 0, invented: 0, altered: 0, values: 0 };
  for await (const block of blocks) {
    for (let row = 0; row < block.count; row++) {
      const made = await cursor.find(Math.round(block.deviceTimeS[row]! * TICK_HZ));
      if (made === undefined) sum.invented += 1;
      else judge(made, stream.channels, block, row, sum);
    }
  }
  const tail = await cursor.tail(stream.silentTail);
  const unorderedLoss = cursor.passed.unorderedLoss + tail.unordered;
  return { ...sum, ...cursor.passed, unorderedLoss, orderedTail: tail.ordered };
}

function judge(
  made: TruthRow,
  channels: readonly string[],
  block: StreamRows,
  row: number,
  sum: { matched: number; altered: number; values: number },
): void {
  const compared = channels.flatMap((name, index) =>
    name in made.words ? [block.columns[index]![row] === made.words[name]] : [],
  );
  sum.matched += 1;
  sum.values += compared.length;
  if (compared.includes(false)) sum.altered += 1;
}
