import { sampleHeader, type CsvTail } from "@polychron/session/format";
import { SessionReader, type StreamFile } from "@polychron/session/store";
import {
  change,
  completed,
  DATA,
  FOLDER,
  ID,
  interrupted,
  METADATA,
  overwrite,
  repair,
  WRITTEN,
} from "./interrupted.js";
import { GSR, gsrBlock, linesOf } from "./store-bench.js";

async function columnsOf(reader: SessionReader, stream: StreamFile): Promise<number[][]> {
  const columns: number[][] = stream.channels.map(() => []);
  for await (const rows of reader.blocks(stream))
    rows.columns.forEach((column, index) => columns[index]!.push(...column));
  return columns;
}

const open = (files: Parameters<typeof SessionReader.open>[0]): Promise<SessionReader> =>
  SessionReader.open(files, "/rec", ID);

test("every recorded double comes back, with its recording and its sidecar", async () => {
  const { disk } = await completed();
  const reader = await open(disk);
  const [stream, ...others] = await reader.streams();
  expect(others).toEqual([]);
  expect(stream).toMatchObject({
    deviceId: "shimmer_3a5f",
    fileType: "gsr",
    recording: 1,
    stamp: "20250731_143023",
    channels: ["gsr_counts", "gsr_uS"],
    path: DATA.slice(FOLDER.length + 1),
  });
  expect(stream!.sidecar).toMatchObject({ nominal_rate_hz: 128, device_type: "shimmer_gsr" });
  const sent = gsrBlock(0, WRITTEN, 0);
  expect(await columnsOf(reader, stream!)).toEqual(sent.channels.map((column) => [...column]));
});

test("clock observations come back in session seconds", async () => {
  const { disk } = await completed();
  const pairs = [];
  for await (const { deviceTimestampS, hostArrivalS } of (await open(disk)).clockPairs("shimmer_3a5f"))
    pairs.push([...deviceTimestampS], [...hostArrivalS]);
  expect(pairs).toEqual([[0], [1]]);
});

test("the log is read from a number on", async () => {
  const { disk } = await completed();
  const reader = await open(disk);
  const seqs: number[] = [];
  for await (const event of reader.events(4)) seqs.push(event.seq);
  expect(seqs[0]).toBe(4);
  expect(seqs).toEqual(seqs.map((_, index) => index + 4));
});

test("parts are joined in order, and an unfinished one is read to its last whole line, which is told", async () => {
  const { disk } = await interrupted();
  const more = Buffer.concat([sampleHeader(GSR.channels), linesOf([gsrBlock(WRITTEN, 64, 0)])]);
  await overwrite(disk, `${DATA.replace(".csv", "_part2.csv")}.part`, more.subarray(0, -3));
  const reader = await open(disk);
  const [stream] = await reader.streams();
  expect(stream!.parts.map((path) => path.slice(path.lastIndexOf("_143023")))).toEqual([
    "_143023.csv.part",
    "_143023_part2.csv.part",
  ]);
  const tails: CsvTail[] = [];
  let last = -1;
  for await (const rows of reader.blocks(stream!, (_path, tail) => tails.push(tail))) last = rows.seq[rows.count - 1]!;
  expect(last).toBe(WRITTEN + 62);
  expect(tails.map(({ rows, tornBytes }) => [rows, tornBytes > 0])).toEqual([
    [WRITTEN, false],
    [63, true],
  ]);
});

/** The samples of a stream whose second part is this. */
async function joinedWith(part2: Uint8Array): Promise<{ seq: number[]; timeS: number[] }> {
  const { disk } = await interrupted();
  await overwrite(disk, DATA.replace(".csv", "_part2.csv"), part2);
  const reader = await open(disk);
  const [stream] = await reader.streams();
  const read: { seq: number[]; timeS: number[] } = { seq: [], timeS: [] };
  for await (const rows of reader.blocks(stream!)) {
    expect([rows.seq.length, ...rows.columns.map(({ length }) => length)]).toEqual(Array(3).fill(rows.count));
    read.seq.push(...rows.seq);
    read.timeS.push(...rows.deviceTimeS);
  }
  return read;
}

/** A table as a phone writes it, which does not know when its samples arrive. */
const phoneTable = (firstSeq: number, count: number, timeOf: (seq: number) => number): Buffer => {
  const lines = Array.from({ length: count }, (_, row) => `${firstSeq + row},${timeOf(firstSeq + row)},,1,2\n`);
  return Buffer.concat([sampleHeader(GSR.channels), Buffer.from(lines.join(""))]);
};
const counting = (from: number, count: number): number[] => Array.from({ length: count }, (_, row) => from + row);

test.each([
  [100, WRITTEN],
  [0, WRITTEN],
  [WRITTEN - 1, 10],
  [WRITTEN, 10],
  [10, 20],
  [0, 5_000],
])("samples %d and %d more in a part of the phone's own come back once, in order", async (firstSeq, count) => {
  const { seq, timeS } = await joinedWith(phoneTable(firstSeq, count, (number) => number / 128));
  const wanted = counting(0, Math.max(WRITTEN, firstSeq + count));
  expect(seq).toEqual(wanted);
  expect(timeS).toEqual(wanted.map((number) => number / 128));
});

test.each([
  ["whose clock began anew", phoneTable(0, 64, (seq) => 0.25 + seq / 128), 0],
  ["whose clock went on", phoneTable(0, 64, (seq) => 60 + seq / 128), 0],
  [
    "whose samples of the same numbers and times arrived later",
    Buffer.concat([sampleHeader(GSR.channels), linesOf([gsrBlock(0, 64, 60e6)])]),
    0,
  ],
])("every sample of a device that started anew stays, %s", async (_, part2, firstSeq) => {
  const { seq } = await joinedWith(part2);
  expect(seq).toEqual([...counting(0, WRITTEN), ...counting(firstSeq, 64)]);
});

test("a part with other columns is refused by name", async () => {
  const { bench, disk } = await interrupted();
  await overwrite(
    disk,
    DATA.replace(".csv", "_part2.csv"),
    new TextEncoder().encode("seq,device_time_s,arrival_time_s,accel_x_mps2\n1,2,3,4\n"),
  );
  await repair(bench, disk);
  const reader = await open(disk);
  const [stream] = await reader.streams();
  await expect(columnsOf(reader, stream!)).rejects.toMatchObject({
    code: "DATA_BROKEN",
    params: { path: expect.stringContaining("_part2.csv") as string },
  });
});

test("a damaged header is made up for by the sidecar", async () => {
  const { disk } = await completed();
  await change(disk, DATA, (bytes) => {
    bytes[1]! ^= 1;
    return bytes;
  });
  const reader = await open(disk);
  const [stream] = await reader.streams();
  expect(stream!.channels).toEqual(["gsr_counts", "gsr_uS"]);
  expect((await columnsOf(reader, stream!))[0]).toHaveLength(WRITTEN);
});

test("a session that is not there, and one without metadata, are told apart", async () => {
  const { disk } = await completed();
  await expect(SessionReader.open(disk, "/rec", "none_20250101_000000")).rejects.toMatchObject({
    code: "SESSION_NOT_FOUND",
  });
  await disk.remove(METADATA);
  await expect(open(disk)).rejects.toMatchObject({ code: "METADATA_BROKEN" });
});
