import { readWholeVideo } from "../../../packages/devices/src/camera/whole-video.js";
import { cluster, head, join, pictures } from "./mkv.js";

const CLUSTERS = [cluster(1000, pictures(3)), cluster(1500, pictures(4)), cluster(2000, pictures(2))];
const VIDEO = join(head(), ...CLUSTERS);
/** Where the n-th cluster ends, and how many pictures there are by then. */
const ENDS = [1, 2, 3].map((count) => ({
  sizeBytes: join(head(), ...CLUSTERS.slice(0, count)).length,
  frames: [3, 7, 9][count - 1]!,
}));

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes)
    yield await Promise.resolve(bytes.subarray(from, from + chunkBytes));
}

test("truncated anywhere, a video is good up to its last whole cluster", async () => {
  for (let length = 0; length <= VIDEO.length; length++)
    expect(await readWholeVideo(inChunks(VIDEO.subarray(0, length), 10_000), 100)).toEqual(
      ENDS.findLast(({ sizeBytes }) => sizeBytes <= length),
    );
});

test("it is read the same whatever the chunks are", async () => {
  for (let chunkBytes = 1; chunkBytes < VIDEO.length; chunkBytes++)
    expect(await readWholeVideo(inChunks(VIDEO, chunkBytes), 100)).toEqual(ENDS[2]);
});

test.each([
  [9, ENDS[2]],
  [8, ENDS[1]],
  [7, ENDS[1]],
  [6, ENDS[0]],
  [3, ENDS[0]],
  [2, undefined],
  [0, undefined],
])("of at most %i pictures only whole clusters are taken", async (mostFrames, expected) => {
  expect(await readWholeVideo(inChunks(VIDEO, 64), mostFrames)).toEqual(expected);
});

test("zeros that a power cut left behind or inside a cluster end what is good", async () => {
  const behind = join(VIDEO, new Uint8Array(20_000));
  expect(await readWholeVideo(inChunks(behind, 7), 100)).toEqual(ENDS[2]);
  const inside = VIDEO.slice();
  inside.fill(0, ENDS[1]!.sizeBytes + 30);
  expect(await readWholeVideo(inChunks(inside, 7), 100)).toEqual(ENDS[1]);
});

test("a cluster without size ends with its last whole element", async () => {
  const open = cluster(2500, pictures(2), { hasUnknownSize: true });
  const whole = join(VIDEO, open);
  expect(await readWholeVideo(inChunks(whole, 50), 100)).toEqual({ frames: 11, sizeBytes: whole.length });
});

test("what is no Matroska has no good beginning", async () => {
  expect(await readWholeVideo(inChunks(new TextEncoder().encode("not a video at all"), 5), 100)).toBeUndefined();
  expect(await readWholeVideo(inChunks(new Uint8Array(0), 5), 100)).toBeUndefined();
});
