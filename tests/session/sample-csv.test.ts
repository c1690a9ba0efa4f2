import fc from "fast-check";
import {
  CsvReader,
  SampleEncoder,
  sampleHeader,
  toStreamRows,
  type CsvRows,
  type CsvTail,
  type StreamRows,
} from "@polychron/session/format";
import { sliceBlock, type SampleBlock } from "@polychron/session/model";
import { linesOf } from "./store-bench.js";

const CHANNELS = [{ name: "gsr_counts" }, { name: "gsr_uS" }];

function block(values: readonly number[], missing: readonly number[] = []): SampleBlock {
  const count = values.length;
  return {
    fileType: "gsr",
    firstSeq: 7,
    count,
    deviceTimeS: Float64Array.from(values, (_, i) => i / 3),
    arrivalUs: Float64Array.from(values, (_, i) => 5_000_000 + i * 7812.5),
    channels: [Float64Array.from(values), Float64Array.from(values, (value) => value * 2)],
    ...(missing.length > 0 && {
      missing: [undefined, Uint8Array.from(values, (_, i) => (missing.includes(i) ? 1 : 0))],
    }),
  };
}

const fileOf = (samples: SampleBlock): Uint8Array =>
  Buffer.concat([sampleHeader(CHANNELS), linesOf([samples], 4_000_000)]);

function readAll(
  bytes: Uint8Array,
  chunkBytes: number,
  rowsPerBlock = 4096,
): { rows: StreamRows[]; tail: CsvTail; header: readonly string[] } {
  const reader = new CsvReader(rowsPerBlock);
  const rows: CsvRows[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) rows.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
  const end = reader.end();
  let step = end.next();
  for (; step.done !== true; step = end.next()) rows.push(step.value);
  return { rows: rows.map(toStreamRows), tail: step.value, header: reader.header ?? [] };
}

const bits = (column: Float64Array): string =>
  Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("hex");
const whole = (rows: readonly StreamRows[], pick: (rows: StreamRows) => Float64Array): Float64Array =>
  Float64Array.from(rows.flatMap((some) => [...pick(some)]));

test("any block reads back bit for bit, whatever the chunks", () => {
  const canonical = fc.double().map((value) => (Number.isNaN(value) ? Number.NaN : value));
  fc.assert(
    fc.property(
      fc.array(canonical, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 9 }),
      (values, chunk, perBlock) => {
        const samples = block(values);
        const { rows, tail } = readAll(fileOf(samples), chunk, perBlock);
        expect(bits(whole(rows, (some) => some.columns[0]!))).toBe(bits(samples.channels[0]!));
        expect(bits(whole(rows, (some) => some.columns[1]!))).toBe(bits(samples.channels[1]!));
        expect(bits(whole(rows, (some) => some.deviceTimeS))).toBe(bits(samples.deviceTimeS));
        expect([...whole(rows, (some) => some.seq)]).toEqual(values.map((_, i) => 7 + i));
        expect(tail).toMatchObject({ rows: values.length, tornBytes: 0, badLines: 0 });
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["a negative zero", -0, 1],
  ["a number so small that 1 is all it leaves", 1e-17, 1],
  ["a number just below 1", 1 - 2 ** -53, 2],
])("a number that seems to follow on %s is not counted on from its text", (_, before, value) => {
  const { rows } = readAll(fileOf(block([before, value])), 1000);
  expect([...rows[0]!.columns[0]!]).toEqual([before, value]);
});

test("the lines are those of the format", () => {
  const text = new TextDecoder().decode(fileOf(block([-0, Number.NaN, Infinity, -Infinity, 0.1], [4])));
  expect(text.split("\n")).toEqual([
    "seq,device_time_s,arrival_time_s,gsr_counts,gsr_uS",
    "7,0,1,-0,-0",
    "8,0.3333333333333333,1.007813,NaN,NaN",
    "9,0.6666666666666666,1.015625,Inf,Inf",
    "10,1,1.023438,-Inf,-Inf",
    "11,1.3333333333333333,1.03125,0.1,",
    "",
  ]);
});

test("numbers that count on have the text that each has alone", () => {
  const starts = fc.oneof(fc.constantFrom(-3, 1, 95, 996, 999_999_990, 4_294_967_290, 1e15 - 5, 0.5), fc.nat());
  fc.assert(
    fc.property(starts, (from) => {
      const values = Array.from({ length: 12 }, (_, row) => from + row);
      const lines = linesOf([block(values)])
        .toString()
        .trimEnd()
        .split("\n");
      expect(lines.map((line) => line.split(",")[3])).toEqual(values.map(String));
    }),
  );
});

test("a missing value comes back as missing, a NaN as a NaN", () => {
  const { rows } = readAll(fileOf(block([1, Number.NaN, 3], [2])), 1000);
  expect(rows[0]!.missing).toEqual([undefined, Uint8Array.of(0, 0, 1)]);
  expect([...rows[0]!.columns[1]!]).toEqual([2, Number.NaN, Number.NaN]);
});

test("a file cut at any byte gives its whole lines and reports the torn one", () => {
  const bytes = fileOf(block([0.1, -2.5e-7, 1234.5678, 4], [1]));
  const ends = [...bytes].flatMap((byte, at) => (byte === 10 ? [at + 1] : []));
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { tail } = readAll(bytes.subarray(0, cut), 5);
    const goodBytes = ends.findLast((end) => end <= cut) ?? 0;
    expect(tail).toEqual({
      rows: Math.max(0, ends.filter((end) => end <= cut).length - 1),
      tornBytes: cut - goodBytes,
      goodBytes,
      badLines: 0,
      firstBadLine: 0,
    });
  }
});

test("a damaged line in the middle is skipped, counted and named; the others keep their values", () => {
  const lines = new TextDecoder().decode(fileOf(block([1, 2, 3, 4]))).split("\n");
  for (const damage of ["8,0.3,1.0,x,4", "8,0.3,1.0,2", "8,0.3,1.0,2,4,5", "8,,,\0\0,", ""]) {
    const bytes = new TextEncoder().encode(lines.with(2, damage).join("\n"));
    const { rows, tail } = readAll(bytes, 9);
    expect(tail).toMatchObject({ rows: 3, badLines: 1, firstBadLine: 3 });
    expect([...rows[0]!.columns[0]!]).toEqual([1, 3, 4]);
    expect(rows[0]!.missing.every((mask) => mask === undefined || mask.every((flag) => flag === 0))).toBe(true);
  }
});

test("however samples are cut into blocks, and whatever was asked for before, their lines are the same", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(cuts, fc.array(fc.nat(400), { maxLength: 5 }), (lengths, missing) => {
      const count = lengths.reduce((sum, length) => sum + length, 0);
      const all = block(
        Array.from({ length: count }, (_, row) => row / 7),
        missing.filter((row) => row < count),
      );
      let from = 0;
      const blocks = lengths.map((length) => sliceBlock(all, from, (from += length)));
      const encoder = new SampleEncoder(0);
      encoder.push(block([1, 2, 3], [1]));
      expect([...encoder.take()].map(({ rows }) => rows)).toEqual([3]);
      for (const part of blocks) encoder.push(part);
      const lines = [...encoder.take()].map(({ bytes, ...facts }) => ({
        ...facts,
        text: Buffer.from(bytes).toString(),
      }));
      expect(lines.map(({ text }) => text).join("")).toBe(linesOf([all]).toString());
      expect(lines.map(({ rows }) => rows).reduce((sum, rows) => sum + rows)).toBe(count);
      expect([lines[0]!.firstSeq, lines.at(-1)!.nextSeq]).toEqual([all.firstSeq, all.firstSeq + count]);
      expect([encoder.rows, ...encoder.take()]).toEqual([0]);
    }),
  );
});
