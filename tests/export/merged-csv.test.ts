import { MemoryFiles } from "@polychron/session/store";
import { exported, SESSION_ID, stream, textOf } from "./fixtures.js";
import type { Tree } from "./session-tree.js";

async function merged(tree: Tree): Promise<string[][]> {
  const files = new MemoryFiles("/recordings");
  await exported(files, "/recordings", tree, { formats: ["csv"] });
  const text = await textOf(files, "/recordings", `exports/csv/${SESSION_ID}_merged.csv`);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

const counts = (rows: number, from = 0) => Array.from({ length: rows }, (_, row) => from + row);

test("every sample of every stream and every marker is one line, ordered by time", async () => {
  const [header, ...rows] = await merged({
    streams: [
      stream("shimmer_a", "gsr", { gsr_uS: counts(200) }, { fromS: 1, stepS: 0.1 }),
      stream("shimmer_b", "gsr", { gsr_uS: counts(300, 1000) }, { fromS: 2, stepS: 0.07, offsetS: -50 }),
    ],
    markers: [
      { tS: 5.05, label: "b" },
      { tS: 0.5, label: "a" },
      { tS: 99, label: "c" },
    ],
  });
  expect(header).toEqual(["t_s", "recording", "device", "stream", "marker", "shimmer_a_gsr_uS", "shimmer_b_gsr_uS"]);
  const times = rows.map((row) => Number(row[0]));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(rows.filter((row) => row[2] === "shimmer_a").map((row) => Number(row[5]))).toEqual(counts(200));
  expect(rows.filter((row) => row[2] === "shimmer_b").map((row) => Number(row[6]))).toEqual(counts(300, 1000));
  expect(rows.filter((row) => row[4] !== "").map((row) => [row[0], row[4]])).toEqual([
    ["0.5", "a"],
    ["5.05", "b"],
    ["99", "c"],
  ]);
  expect(rows).toHaveLength(503);
  expect(rows.every((row) => row.length === header!.length)).toBe(true);
});

test("a sample leaves the columns of other streams empty, and so does a value that the device did not send", async () => {
  const [, first, second] = await merged({
    streams: [
      stream("a", "gsr", { x: [1, null], y: [2, 3] }, { stepS: 1 }),
      stream("b", "gsr", { z: [4] }, { fromS: 50 }),
    ],
  });
  expect(first!.slice(1)).toEqual(["1", "a", "gsr", "", "1", "2", ""]);
  expect(second!.slice(1)).toEqual(["1", "a", "gsr", "", "", "3", ""]);
});

test("two streams of one device that share a channel name are told apart by the file type", async () => {
  const [header] = await merged({
    streams: [stream("a", "gsr", { x: [1], only: [1] }), stream("a", "motion", { x: [2] })],
  });
  expect(header!.slice(5)).toEqual(["a_gsr_x", "a_only", "a_motion_x"]);
});

test("a second recording goes on in the same columns, whatever channels it adds or lacks", async () => {
  const rows = await merged({
    streams: [
      stream("a", "gsr", { x: [1], y: [2] }, { fromS: 1 }),
      stream("a", "gsr", { y: [3], z: [4] }, { fromS: 20, recording: 2 }),
    ],
  });
  expect(rows[0]!.slice(5)).toEqual(["a_x", "a_y", "a_z"]);
  expect(rows[1]!.slice(5)).toEqual(["1", "2", ""]);
  expect(rows[2]!.slice(1)).toEqual(["2", "a", "gsr", "", "", "3", "4"]);
});

test("blocks that end at different times are merged without a gap", async () => {
  const [, ...rows] = await merged({
    streams: [
      stream("a", "gsr", { x: counts(9000) }, { stepS: 1 / 128 }),
      stream("b", "gsr", { x: counts(5000) }, { stepS: 1 / 51.2 }),
    ],
  });
  const times = rows.map((row) => Number(row[0]));
  expect(times.every((atS, i) => i === 0 || atS >= times[i - 1]!)).toBe(true);
  expect(rows).toHaveLength(14000);
});
