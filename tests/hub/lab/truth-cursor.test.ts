import { TruthCursor } from "../../../apps/hub/src/lab/truth-cursor.js";
import type { TruthRow } from "../../../apps/hub/src/lab/truth.js";

const TICK_HZ = 32_768;
const STEP = 256;

/** A sample that was made and sent when the counter read `ticks`, `atS` seconds after the beginning. */
function made(ticks: number, atS: number, fate = "sent"): TruthRow {
  return { ticks, fate, hubUs: atS * 1e6, words: {} };
}

async function* inOrder(rows: readonly TruthRow[]): AsyncGenerator<TruthRow> {
  for (const row of rows) yield await Promise.resolve(row);
}

const periodS = STEP / TICK_HZ;

test("between two samples that are found lie those that were lost, by order or not, and periods in which none was made", async () => {
  const rows = [made(0, 0), made(STEP, periodS, "dropped"), made(2 * STEP, 2 * periodS), made(6 * STEP, 6 * periodS)];
  const cursor = new TruthCursor(inOrder(rows), STEP);
  await cursor.find(0);
  await cursor.find(6 * STEP);
  expect(cursor.passed).toEqual({
    ...{ orderedLoss: 1, unorderedLoss: 1, notMade: 3, notMadeWhileOff: 0, hasRestarted: false },
  });
});

test("a counter that began anew does not tell how long the device was off; the time at which samples were made does", async () => {
  const cursor = new TruthCursor(inOrder([made(9_999 * STEP, 10), made(STEP, 10 + 200 * periodS)]), STEP);
  await cursor.find(9_999 * STEP);
  await cursor.find(STEP);
  expect(cursor.passed).toMatchObject({ notMade: 0, notMadeWhileOff: 199, hasRestarted: true });
});
