import fc from "fast-check";
import { cutCluster, parseCluster, type Cluster } from "../../../packages/devices/src/camera/cluster.js";
import { ClusterSplitter } from "../../../packages/devices/src/camera/matroska.js";
import { BETWEEN, cluster, element, head, join, pictures, type ClusterStyle } from "./mkv.js";

const INVALID = expect.objectContaining({ code: "VIDEO_STREAM_INVALID" }) as unknown;
const FIRST = cluster(1000, pictures(3), { hasCrc: true });
const SECOND = cluster(1500, pictures(4), { hasCompany: true });
const THIRD = cluster(2000, pictures(2), { isGrouped: true });
const STREAM = join(head(), FIRST, BETWEEN.void, SECOND, BETWEEN.cues, THIRD, BETWEEN.tags);

function split(...chunks: readonly Uint8Array[]): {
  head: Uint8Array | undefined;
  clusters: Cluster[];
  pending: number;
} {
  const splitter = new ClusterSplitter();
  const clusters = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
  return { head: splitter.head, clusters, pending: splitter.pendingBytes };
}

function codeOf(run: () => unknown): unknown {
  try {
    run();
    return "nothing thrown";
  } catch (thrown) {
    return thrown;
  }
}

function expectWhole(found: ReturnType<typeof split>): void {
  expect(found.head).toEqual(head());
  expect(found.clusters.map(({ bytes }) => bytes)).toEqual([FIRST, SECOND, THIRD]);
  expect(found.pending).toBe(0);
}

test("a stream falls into its head and whole clusters; index, padding and tags between them are passed over", () => {
  expectWhole(split(STREAM));
});

test("it does so cut at every byte", () => {
  for (let at = 0; at <= STREAM.length; at++) expectWhole(split(STREAM.subarray(0, at), STREAM.subarray(at)));
});

test("it does so whatever the chunks are", () => {
  const cuts = fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, (at) => {
      const edges = [0, ...at.sort((a, b) => a - b), STREAM.length];
      expectWhole(split(...edges.slice(1).map((end, index) => STREAM.subarray(edges[index], end))));
    }),
  );
});

test("truncated anywhere, it gives the clusters that were whole", () => {
  const ends = [FIRST, SECOND, THIRD].map((part) => endOf(part));
  for (let length = 0; length < STREAM.length; length++) {
    const { clusters } = split(STREAM.subarray(0, length));
    expect(clusters.length).toBe(ends.filter((end) => end <= length).length);
  }
});

/** Where a part of the stream ends. */
function endOf(part: Uint8Array): number {
  return Buffer.from(STREAM).indexOf(part) + part.length;
}

test("the pictures of a cluster have their times and say which of them is a key picture", () => {
  const found = split(STREAM).clusters.map(({ frames }) => frames.map(({ timeMs, isKey }) => [timeMs, isKey]));
  expect(found[0]).toEqual([
    [1000, true],
    [1040, false],
    [1080, false],
  ]);
  expect(found[2]).toEqual([
    [2000, true],
    [2040, false],
  ]);
});

test("a picture may lie before its cluster's time", () => {
  const { frames } = parseCluster(cluster(500, [{ relativeMs: -20, isKey: false }]));
  expect(frames.map(({ timeMs }) => timeMs)).toEqual([480]);
});

test("a cluster without size ends where something begins that no cluster holds, or with the stream", () => {
  const open = cluster(1000, pictures(3), { hasUnknownSize: true });
  const last = cluster(1500, pictures(2), { hasUnknownSize: true });
  const whole = join(head(), open, BETWEEN.cues, open, last);
  for (let at = 0; at <= whole.length; at++) {
    const { clusters, pending } = split(whole.subarray(0, at), whole.subarray(at));
    expect(clusters.map(({ bytes }) => bytes)).toEqual([open, open, last]);
    expect(pending).toBe(0);
  }
});

test.each<[string, ClusterStyle]>([
  ["with a checksum", { hasCrc: true }],
  ["of groups", { isGrouped: true }],
  ["without size", { hasUnknownSize: true }],
  ["with company", { hasCompany: true }],
])("a cluster %s, cut to its first pictures, is a whole cluster with these pictures", (_name, style) => {
  const original = parseCluster(cluster(1000, pictures(5), style));
  for (let count = 1; count < 5; count++) {
    const { clusters, pending } = split(join(head(), cutCluster(original, count)));
    expect(pending).toBe(0);
    expect(clusters.length).toBe(1);
    const times = ({ frames }: Cluster): unknown[] => frames.map(({ timeMs, isKey }) => [timeMs, isKey]);
    expect(times(clusters[0]!)).toEqual(times(original).slice(0, count));
  }
  expect(cutCluster(original, 5)).toBe(original.bytes);
  expect(cutCluster(original, 0)).toEqual(new Uint8Array(0));
});

test.each<[string, Uint8Array]>([
  ["bytes that are none", Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ["a text", new TextEncoder().encode("ffmpeg: command not found")],
  ["a cluster without a head before it", FIRST],
  ["garbage behind the head", join(head(), Uint8Array.from([0xa5, 0x81, 0x00]))],
  ["garbage behind a cluster", join(head(), FIRST, new Uint8Array(12))],
  [
    "a cluster of an impossible size",
    join(head(), Uint8Array.from([0x1f, 0x43, 0xb6, 0x75, 0x01, 0, 0x7f, 0, 0, 0, 0, 0])),
  ],
  ["a block that reaches over its cluster", join(head(), element(0x1f43b675, [0xa3, 0x90, 0x81], 8))],
  ["a block without a head", join(head(), element(0x1f43b675, [0xa3, 0x82, 0x81, 0x00], 8))],
  ["a block of several pictures", join(head(), element(0x1f43b675, [0xa3, 0x84, 0x81, 0, 0, 0x04], 8))],
  ["a group without a block", join(head(), element(0x1f43b675, [0xa0, 0x83, 0xfb, 0x81, 0x01], 8))],
])("refuses %s as no video", (_name, bytes) => {
  expect(codeOf(() => split(bytes))).toEqual(INVALID);
});

test("whatever the bytes are, the answer is clusters, a wait for more, or the one typed error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasHead) => {
      const outcome = codeOf(() => split(...(hasHead ? [head(), FIRST] : []), bytes));
      expect([INVALID, "nothing thrown"]).toContainEqual(outcome);
    }),
  );
});
