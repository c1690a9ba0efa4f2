import fc from "fast-check";
import { FrameTimes } from "../../../packages/devices/src/camera/frame-times.js";
import { LineSplitter } from "../../../packages/devices/src/camera/lines.js";
import { PictureSplitter } from "../../../packages/devices/src/camera/pictures.js";
import { ProgressReader, type Progress } from "../../../packages/devices/src/camera/progress.js";

/** As ffmpeg 5.1 writes them. */
const TIMES = `#extradata 0:       35, 0x822107e7
#software: Lavf59.27.100
#tb 0: 1/1000000
#media_type 0: video
#codec_id 0: h264
#dimensions 0: 1280x720
#sar 0: 1/1
0,    1074000,    1074000,    33333,    48751, 0xdaf44eb6, S=1,        8
0,    1107123,    1107123,    33333,    24286, 0x4a0bec13, F=0x0, S=1,        8
0,    1140001,    1140001,    33333,    29157, 0x62ae2ed9, F=0x0
`;
const PROGRESS = `frame=15
fps=30.13
dup_frames=0
drop_frames=1
speed=1x
progress=continue
frame=120
fps=30.13
dup_frames=2
drop_frames=3
progress=end
`;

test("frame times are read to the microsecond, cut anywhere", () => {
  for (let at = 0; at <= TIMES.length; at++) {
    const times = new FrameTimes();
    const found = [...times.push(TIMES.slice(0, at)), ...times.push(TIMES.slice(at))];
    expect(found).toEqual([1_074_000, 1_107_123, 1_140_001]);
  }
});

test("frame times in another time base become microseconds", () => {
  expect(new FrameTimes().push("#tb 0: 1/90000\n0, 90, 90, 1, 5, 0x0\n")).toEqual([1000]);
});

test("a time line that is cut off is waited for, never guessed", () => {
  expect(new FrameTimes().push("#tb 0: 1/1000000\n0, 5, 10740")).toEqual([]);
});

test.each(["1, 5, 5, 1, 5, 0x0", "0, 5", "no such pipe", "0, x, 5, 1, 5, 0x0"])("'%s' is no frame's time", (line) => {
  expect(() => new FrameTimes().push(`${line}\n`)).toThrow(expect.objectContaining({ code: "VIDEO_STREAM_INVALID" }));
});

test("progress is told when a report is whole, the newest of several, cut anywhere", () => {
  for (let at = 0; at <= PROGRESS.length; at++) {
    const reader = new ProgressReader();
    const told: (Progress | undefined)[] = [reader.push(PROGRESS.slice(0, at)), reader.push(PROGRESS.slice(at))];
    expect(told.filter((report) => report !== undefined).at(-1)).toEqual({ frames: 120, dropped: 3, duplicated: 2 });
  }
});

test("progress without counts counts nothing", () => {
  expect(new ProgressReader().push("frame=N/A\nprogress=continue\n")).toEqual({ frames: 0, dropped: 0, duplicated: 0 });
});

test("lines of every system are told apart, and the last one when it ends", () => {
  const lines = new LineSplitter();
  expect([...lines.push("a\r"), ...lines.push("\nb\rc\n\nd")]).toEqual(["a", "b", "c", ""]);
  expect([lines.end(), lines.end()]).toEqual([["d"], []]);
});

test("lines come out the same whatever the chunks are", () => {
  const chunks = fc.array(fc.constantFrom("a", "\n", "\r\n", "bc", "\n\n", "d\ne"), { maxLength: 20 });
  fc.assert(
    fc.property(chunks, (parts) => {
      const lines = new LineSplitter();
      expect([...parts.flatMap((part) => lines.push(part)), ...lines.end()].join("\n")).toBe(
        parts.join("").replaceAll("\r\n", "\n").replace(/\n$/, ""),
      );
    }),
  );
});

const picture = (...inside: number[]): number[] => [0xff, 0xd8, ...inside, 0xff, 0xd9];
const PICTURES = [picture(1, 0xff, 0x00, 2), picture(), picture(0xff, 0xd0, 3)];

test("pictures are whole, cut anywhere, and what lies between them is passed over", () => {
  const stream = Uint8Array.from([7, 0xff, ...PICTURES[0]!, ...PICTURES[1]!, 0xff, 9, ...PICTURES[2]!, 0xff]);
  for (let at = 0; at <= stream.length; at++) {
    const splitter = new PictureSplitter();
    const found = [...splitter.push(stream.subarray(0, at)), ...splitter.push(stream.subarray(at))];
    expect(found.map((bytes) => [...bytes])).toEqual(PICTURES);
  }
});

test("a picture without end is given up, and the next one is found", () => {
  const splitter = new PictureSplitter();
  expect(splitter.push(Uint8Array.from([0xff, 0xd8, ...new Uint8Array(2 ** 20)]))).toEqual([]);
  expect(splitter.push(Uint8Array.from(PICTURES[0]!)).map((bytes) => [...bytes])).toEqual([PICTURES[0]]);
});
