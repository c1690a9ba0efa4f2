import { encodeSamples, sampleHeader, type CsvTail } from "@polychron/session/format";
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
import { GSR, gsrBlock } from "./store-bench.js";

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
  const more = Buffer.concat([sampleHeader(GSR.channels), encodeSamples(gsrBlock(WRITTEN, 64, 0), 0)]);
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
