import fc from "fast-check";
import { SampleRing, type SampleBlock } from "@polychron/session/model";

const PERIOD_US = 10_000;

function block(firstSeq: number, count: number, missing?: Uint8Array): SampleBlock {
  const column = (value: (seq: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => value(firstSeq + row));
  return {
    fileType: "gsr",
    firstSeq,
    count,
    deviceTimeS: column((seq) => 100 + seq / 100),
    arrivalUs: column((seq) => seq * PERIOD_US),
    channels: [column((seq) => seq * 3), column((seq) => -seq)],
    ...(missing && { missing: [undefined, missing] }),
  };
}

const rowsOf = (blocks: readonly SampleBlock[]): number[][] =>
  blocks.flatMap(({ firstSeq, count, deviceTimeS, arrivalUs, channels, missing }) =>
    Array.from({ length: count }, (_, row) => [
      firstSeq + row,
      deviceTimeS[row]!,
      arrivalUs[row]!,
      ...channels.map((channel) => channel[row]!),
      missing?.[1]?.[row] ?? 0,
    ]),
  );

test("the last seconds come back as they were pushed, holes in the numbers and all, and nothing older", () => {
  const step = fc.record({ hole: fc.nat(3), count: fc.integer({ min: 1, max: 90 }), isMissing: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ring = new SampleRing({ spanS: 1, channels: 2 });
      const pushed: SampleBlock[] = [];
      let seq = 0;
      for (const { hole, count, isMissing } of steps) {
        const next = block(seq + hole, count, isMissing ? new Uint8Array(count).fill(1, 0, 1) : undefined);
        ring.push(next);
        pushed.push(next);
        seq = next.firstSeq + count;
      }
      const newestUs = (seq - 1) * PERIOD_US;
      const expected = rowsOf(pushed).filter(([, , arrivalUs]) => arrivalUs! >= newestUs - 1e6);
      // What arrived together with the newest is cut by the newest of it alone.
      const kept = rowsOf(ring.blocks());
      expect(kept.slice(-expected.length)).toEqual(expected);
      expect(kept.length).toBeLessThanOrEqual(expected.length + 90);
      for (const { firstSeq, count, deviceTimeS } of ring.blocks())
        expect([deviceTimeS.length, deviceTimeS[0]]).toEqual([count, 100 + firstSeq / 100]);
    }),
  );
});

test("what was handed out does not change when more is pushed", () => {
  const ring = new SampleRing({ spanS: 1, channels: 2 });
  ring.push(block(0, 50));
  const before = ring.blocks();
  const rows = rowsOf(before);
  for (let seq = 50; seq < 1_000; seq += 50) ring.push(block(seq, 50));
  expect(rowsOf(before)).toEqual(rows);
});

test("after it was emptied only what came since is there", () => {
  const ring = new SampleRing({ spanS: 1, channels: 2 });
  ring.push(block(0, 50));
  ring.clear();
  expect(ring.blocks()).toEqual([]);
  ring.push(block(90, 20));
  expect(ring.blocks().map(({ firstSeq, count }) => [firstSeq, count])).toEqual([[90, 20]]);
});
