import type { SampleBlock } from "@polychron/session/model";
import fc from "fast-check";
import { StreamCut } from "../../apps/hub/src/record/stream-cut.js";

const RATE_HZ = 100;

/** Samples numbered `fromSeq`…, one every 10 ms of device time; the device's zero is hub second 1. */
function block(fromSeq: number, count: number): SampleBlock {
  const deviceTimeS = Float64Array.from({ length: count }, (_, row) => (fromSeq + row) / RATE_HZ);
  return { fileType: "gsr", firstSeq: fromSeq, count, deviceTimeS, arrivalUs: deviceTimeS.map(toHubUs), channels: [] };
}

const toHubUs = (deviceTimeS: number): number => 1e6 + deviceTimeS * 1e6;
const cutAt = (startUs: number): StreamCut => new StreamCut({ startUs, nominalRateHz: RATE_HZ }, toHubUs);

test("the first kept sample is the first at or after the scheduled start", () => {
  const cut = cutAt(1.5e6);
  expect(cut.push(block(0, 40)).kept).toBeUndefined();
  expect(cut.push(block(40, 20)).kept).toMatchObject({ firstSeq: 50, count: 10 });
});

test("a sample at the stop is not kept and nothing after it is", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 10));
  cut.stopAt(1.15e6);
  expect(cut.push(block(10, 10)).kept).toMatchObject({ firstSeq: 10, count: 5 });
  expect(cut.isPast).toBe(true);
  expect(cut.push(block(20, 10)).kept).toBeUndefined();
});

test("a hole in the device's numbering is a gap of known size and counts as expected", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 10));
  expect(cut.push(block(13, 7)).gap).toEqual({ fromSeq: 10, toSeq: 13 });
  expect(cut.counts(1.2e6)).toMatchObject({ expected: 20, expectedExtrapolated: 0, received: 17 });
});

test("a tail that stays silent is extrapolated at the effective rate and said to be", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 100));
  cut.stopAt(5e6);
  expect(cut.counts(5e6)).toMatchObject({ expected: 400, expectedExtrapolated: 300, received: 100 });
});

test("while a stream may go on its tail may be late; once it is over, what did not come is missing and nothing is taken", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 100));
  cut.stopAt(2.8e6);
  expect(cut.counts(2.8e6)).toMatchObject({ expected: 100, expectedExtrapolated: 0 });
  cut.end();
  expect(cut.counts(2.8e6)).toMatchObject({ expected: 180, expectedExtrapolated: 80, received: 100 });
  expect(cut.push(block(100, 20))).toEqual({});
  expect(cut.counts(2.8e6)).toMatchObject({ expected: 180, received: 100 });
});

test("a stream whose last sample is the last before the stop lacks nothing when it is over", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 100));
  cut.stopAt(2e6);
  cut.end();
  expect(cut.counts(2e6)).toMatchObject({ expected: 100, expectedExtrapolated: 0, received: 100 });
});

test("a stream that never delivered expects nothing that its device did not announce", () => {
  expect(cutAt(1e6).counts(9e6)).toMatchObject({ expected: 0, received: 0, startSkewS: null });
});

test("what was offered before its turn and never came in its turn is missing, by the device's own numbering", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 100));
  cut.offer(block(120, 10));
  cut.stopAt(2.3e6);
  expect(cut.counts(2.3e6)).toMatchObject({ expected: 100 });
  cut.end();
  expect(cut.neverCame).toMatchObject({ fromSeq: 100, toSeq: 130, lastUs: toHubUs(1.29) });
  expect(cut.counts(2.3e6)).toMatchObject({ expected: 130, expectedExtrapolated: 0, received: 100 });
});

test("what was offered before its turn and came in its turn is not missing", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 10));
  cut.offer(block(20, 10));
  cut.push(block(10, 20));
  cut.stopAt(1.3e6);
  cut.end();
  expect(cut.neverCame).toBeUndefined();
  expect(cut.counts(1.3e6)).toMatchObject({ expected: 30, received: 30 });
});

test("a number far ahead is not believed once the stream has passed its time", () => {
  const cut = cutAt(1e6);
  cut.push(block(0, 10));
  cut.offer({ ...block(10, 1), firstSeq: 1e15 });
  cut.push(block(10, 20));
  cut.end();
  expect(cut.counts(1.3e6)).toMatchObject({ expected: 30, received: 30 });
});

test("of a stream of which nothing was taken, what was offered within the recording is missing", () => {
  const cut = cutAt(1.5e6);
  cut.offer(block(40, 20));
  cut.stopAt(2e6);
  cut.offer(block(60, 100));
  cut.end();
  expect(cut.counts(2e6)).toMatchObject({ expected: 50, expectedExtrapolated: 0, received: 0, firstUs: null });
});

test("skew is the lateness of the first sample beyond one period", () => {
  const cut = cutAt(1e6);
  cut.push(block(50, 10));
  expect(cut.counts(2e6).startSkewS).toBeCloseTo(0.49, 6);
});

test("however blocks are cut, what is kept is one run from start to stop", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 300 }),
      (sizes, start, length) => {
        const cut = cutAt(1e6 + start * 1e4);
        cut.stopAt(1e6 + (start + length) * 1e4);
        let next = 0;
        const kept: number[] = [];
        for (const size of sizes) {
          const part = cut.push(block(next, size)).kept;
          for (let row = 0; row < (part?.count ?? 0); row++) kept.push(part!.firstSeq + row);
          next += size;
        }
        const expected = Array.from({ length: next }, (_, seq) => seq).filter(
          (seq) => toHubUs(seq / RATE_HZ) >= 1e6 + start * 1e4 && toHubUs(seq / RATE_HZ) < 1e6 + (start + length) * 1e4,
        );
        expect(kept).toEqual(expected);
      },
    ),
  );
});
