import type { MediaFragment } from "@polychron/devices";
import fc from "fast-check";
import { VideoCut } from "../../../apps/hub/src/record/video-cut.js";

const PERIOD_US = 40_000;
const HEAD = Uint8Array.of(1);

/** A fragment of `count` frames from frame `first` on, 25 frames a second from hub time 0; the first is a key frame unless told. */
function fragment(first: number, count: number, { head = HEAD, isKey = true, shiftUs = 0 } = {}): MediaFragment {
  const times = Float64Array.from({ length: count }, (_, row) => ((first + row) * PERIOD_US + shiftUs) / 1e6);
  const frames = { fileType: "rgb", firstSeq: first, count, deviceTimeS: times, arrivalUs: times, channels: [] };
  const bytes = new Uint8Array(count).fill(first);
  return { head, bytes, isKey, frames, first: (kept) => fragment(first, kept, { head, isKey, shiftUs }) };
}

function cut(startFrame: number): VideoCut {
  return new VideoCut({ startUs: startFrame * PERIOD_US, nominalRateHz: 25 });
}

function framesOf(kept: readonly MediaFragment[]): number[] {
  return kept.flatMap(({ frames }) => Array.from({ length: frames.count }, (_, row) => frames.firstSeq + row));
}

test("the file begins with the fragment that holds the start, for only a key frame can begin one", () => {
  const video = cut(15);
  expect(framesOf(video.push(fragment(0, 10)).kept)).toEqual([]);
  expect(framesOf(video.push(fragment(10, 10)).kept)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  expect(video.counts(0)).toMatchObject({ received: 10, expected: 10, startSkewS: 0 });
});

test("the file ends with the last frame before the stop, exactly", () => {
  const video = cut(0);
  video.stopAt(13 * PERIOD_US);
  expect(framesOf(video.push(fragment(0, 10)).kept)).toHaveLength(10);
  expect(framesOf(video.push(fragment(10, 10)).kept)).toEqual([10, 11, 12]);
  expect(video.isPast).toBe(true);
  expect(video.push(fragment(20, 10)).kept).toEqual([]);
});

test("a start between two fragments begins with the later one, and without skew", () => {
  const video = cut(10);
  video.push(fragment(0, 10));
  video.push(fragment(10, 10));
  expect(video.counts(0)).toMatchObject({ received: 10, startSkewS: 0 });
});

test("a fragment that needs an earlier frame cannot begin a file", () => {
  const video = cut(3);
  expect(video.push(fragment(0, 10, { isKey: false })).kept).toEqual([]);
  expect(framesOf(video.push(fragment(10, 2)).kept)).toEqual([10, 11]);
});

test("a start within a fragment without a key frame keeps what came since the last one, and is not late", () => {
  const video = cut(25);
  video.push(fragment(0, 10));
  video.push(fragment(10, 6));
  video.push(fragment(16, 4, { isKey: false }));
  expect(framesOf(video.push(fragment(20, 10, { isKey: false })).kept)).toEqual(
    Array.from({ length: 20 }, (_, row) => 10 + row),
  );
  expect(framesOf(video.push(fragment(30, 2, { isKey: false })).kept)).toEqual([30, 31]);
  expect(video.counts(0)).toMatchObject({ received: 22, expected: 22, startSkewS: 0 });
  expect(video.counts(0).firstUs).toBe(25 * PERIOD_US);
});

test("pictures of another run of the encoder lead into nothing", () => {
  const video = cut(15);
  video.push(fragment(0, 10));
  expect(video.push(fragment(10, 10, { head: Uint8Array.of(2), isKey: false })).kept).toEqual([]);
});

test("a new run of the encoder tells how many frames lie between, and they count as expected", () => {
  const video = cut(0);
  video.push(fragment(0, 10));
  const next = video.push(fragment(0, 5, { head: Uint8Array.of(2), shiftUs: 30 * PERIOD_US }));
  expect(next.gap).toEqual({ missing: 20, atUs: 30 * PERIOD_US });
  expect(video.counts(35 * PERIOD_US)).toMatchObject({ expected: 35, received: 15 });
});

test("frames that the camera lost count as expected, those from before the start do not", () => {
  const video = cut(0);
  video.lose(7);
  video.push(fragment(0, 10));
  video.lose(2);
  expect(video.counts(10 * PERIOD_US)).toMatchObject({ expected: 12, received: 10 });
});

test("a video that was silent at the stop is extrapolated, and said to be", () => {
  const video = cut(0);
  video.push(fragment(0, 10));
  video.stopAt(110 * PERIOD_US);
  const { expected, expectedExtrapolated } = video.counts(110 * PERIOD_US);
  expect([expected, expectedExtrapolated]).toEqual([110, 100]);
});

test("once a video is over, frames that did not come are missing, however few; while it may go on they are only late", () => {
  const video = cut(0);
  video.push(fragment(0, 10));
  video.stopAt(30 * PERIOD_US);
  expect(video.counts(30 * PERIOD_US)).toMatchObject({ expected: 10, expectedExtrapolated: 0 });
  video.end();
  expect(video.counts(30 * PERIOD_US)).toMatchObject({ expected: 30, expectedExtrapolated: 20, received: 10 });
});

test("whatever the fragments' lengths, the kept frames are consecutive and none before the stop is missing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 40 }),
      fc.nat(100),
      fc.nat(200),
      (lengths, start, length) => {
        const video = cut(start);
        video.stopAt((start + length) * PERIOD_US);
        let first = 0;
        const kept: number[] = [];
        for (const count of lengths) {
          kept.push(...framesOf(video.push(fragment(first, count)).kept));
          first += count;
        }
        const wanted = kept.map((_, index) => kept[0]! + index);
        expect(kept).toEqual(wanted);
        const last = Math.min(first, start + length) - 1;
        if (last >= start) expect([kept[0]! <= start, kept.at(-1)]).toEqual([true, last]);
      },
    ),
  );
});
