import { TIME_SOURCE } from "../../../packages/devices/src/camera/capture-clock.js";
import { parseCluster } from "../../../packages/devices/src/camera/cluster.js";
import { FragmentAssembler } from "../../../packages/devices/src/camera/fragments.js";
import { cluster, head, pictures } from "./mkv.js";

const HEAD = head();
const made = (timeMs: number, count: number) => parseCluster(cluster(timeMs, pictures(count)));
const timed = (ms: number) => ({
  stampUs: ms * 1000 + 400,
  capture: { atUs: 5e6 + ms * 1000 + 400, source: TIME_SOURCE.driver, offUs: 0 },
});

let assembler: FragmentAssembler;
beforeEach(() => (assembler = new FragmentAssembler({ fileType: "rgb", firstSeq: 0 })));

test("a cluster waits for the time of its last frame, and times wait for their cluster", () => {
  assembler.addTime(timed(1000));
  assembler.addCluster(made(1000, 2), 9e6);
  expect(assembler.take(HEAD)).toEqual([]);
  assembler.addTime(timed(1040));
  assembler.addTime(timed(1080));
  const [fragment, ...more] = assembler.take(HEAD);
  expect(more).toEqual([]);
  expect(fragment!.frames).toEqual({
    fileType: "rgb",
    firstSeq: 0,
    count: 2,
    deviceTimeS: Float64Array.of(6.0004, 6.0404),
    arrivalUs: Float64Array.of(9e6, 9e6),
    channels: [Float64Array.of(1, 1)],
  });
  expect([assembler.nextSeq, assembler.waitingFrames]).toEqual([2, 1]);
});

test("several clusters that became complete at once come in order", () => {
  for (const ms of [1000, 1040, 1500, 1540]) assembler.addTime(timed(ms));
  assembler.addCluster(made(1000, 2), 1);
  assembler.addCluster(made(1500, 2), 2);
  expect(assembler.take(HEAD).map(({ frames }) => frames.firstSeq)).toEqual([0, 2]);
});

test("a cluster without pictures is no fragment", () => {
  assembler.addCluster(made(1000, 0), 1);
  expect(assembler.take(HEAD)).toEqual([]);
});

test("times that are not those of the file's pictures are refused", () => {
  assembler.addTime(timed(1000));
  assembler.addTime(timed(1042));
  assembler.addCluster(made(1000, 2), 1);
  expect(() => assembler.take(HEAD)).toThrow(expect.objectContaining({ code: "VIDEO_STREAM_INVALID" }) as Error);
});

test("the first frames of a fragment are a fragment with as many rows and pictures", () => {
  for (const ms of [1000, 1040, 1080]) assembler.addTime(timed(ms));
  assembler.addCluster(made(1000, 3), 1);
  const [fragment] = assembler.take(HEAD);
  const cut = fragment!.first(2);
  expect(cut.frames.count).toBe(2);
  expect(parseCluster(cut.bytes).frames.map(({ timeMs }) => timeMs)).toEqual([1000, 1040]);
  expect([cut.head, cut.isKey]).toEqual([HEAD, true]);
  expect(fragment!.first(3).bytes).toBe(fragment!.bytes);
});
