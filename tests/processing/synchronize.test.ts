import { createHash } from "node:crypto";
import { synchronizeSession } from "@polychron/processing";
import {
  atOperation,
  DiskFiles,
  faulty,
  listTree,
  readWhole,
  replaceFile,
  type FileSystem,
} from "@polychron/session/store";
import { streamFile } from "@polychron/session/format";
import { join } from "node:path";
import { SOFTWARE, withFolder } from "../export/fixtures.js";
import { runPython, testWithPython } from "../export/python.js";
import { SESSION_ID, writeTree } from "../export/session-tree.js";
import {
  accel,
  diskWith,
  FOLDER,
  gsr,
  RECORDINGS,
  run,
  series,
  TABLE,
  tableOf,
  textOf,
  units,
} from "./synchronize-bench.js";

test("all streams stand in one table, at the same instants, columns named by device and stream", async () => {
  const files = await diskWith();
  const result = await run(files);
  const { header, rows, sidecar, column } = await tableOf(files);
  expect(header).toEqual([
    "t_s",
    "marker",
    "marker_t_s",
    ...["t_s", "seq", "x_mps2"].map((name) => `phone_1_accel_${name}`),
    ...["t_s", "seq", "gsr_uS", "gsr_counts"].map((name) => `shimmer_3a5f_gsr_${name}`),
  ]);
  expect(column("t_s")).toEqual(Array.from({ length: 1001 }, (_, k) => k / 100));
  expect(result.recordings).toEqual([{ recording: 1, path: TABLE, rows: 1001, columns: 10 }]);
  expect(sidecar.columns.map(({ name }) => name)).toEqual(header);
  expect(sidecar.grid).toMatchObject({ rate_hz: 100, first_index: 0, rows: rows.length, from_s: 0, to_s: 10 });
  expect(sidecar.simulated).toBe(true);
});

test("a quantity is filtered or interpolated, a count is the last one, and each says so", async () => {
  const files = await diskWith();
  await run(files);
  const { column, sidecar } = await tableOf(files);
  const method = Object.fromEntries(sidecar.columns.map(({ name, method }) => [name, method]));
  expect(method).toMatchObject({
    shimmer_3a5f_gsr_gsr_uS: "low_pass",
    shimmer_3a5f_gsr_gsr_counts: "previous",
    phone_1_accel_x_mps2: "pchip",
  });
  column("shimmer_3a5f_gsr_gsr_uS").forEach((value, k) =>
    expect(Math.abs(value! - 2 - Math.sin(k / 100))).toBeLessThan(1e-3),
  );
  const counts = column("shimmer_3a5f_gsr_gsr_counts");
  const times = column("shimmer_3a5f_gsr_t_s");
  expect(counts).toEqual(Array.from({ length: 1001 }, (_, k) => Math.floor((k / 100) * 128) % 100));
  expect(times).toEqual(Array.from({ length: 1001 }, (_, k) => Math.floor((k / 100) * 128) / 128));
  expect(sidecar.streams.map(({ filter }) => filter?.cutoff_hz ?? null)).toEqual([null, 45]);
});

test("a hole stays a hole, and is counted", async () => {
  const files = await diskWith();
  await run(files);
  const { column, sidecar } = await tableOf(files);
  const values = column("phone_1_accel_x_mps2");
  values.forEach((value, k) => expect(value === null).toBe(k > 398 && k < 500));
  expect(sidecar.streams[0]).toMatchObject({ device: "phone_1", gaps: { count: 1 } });
  expect(sidecar.streams[0]!.gap_limit_s).toBeCloseTo(0.03, 9);
  expect(sidecar.streams[0]!.gaps.longest_s).toBeCloseTo(1.02, 9);
});

test("a first file with a single sample does not make a stream one of states that hold for ever", async () => {
  const without = (row: number): boolean => row > 0 && row < 200;
  const files = await diskWith({ streams: [series(accel, { x_mps2: (atS) => atS }, { units, without })] });
  const ref = { deviceId: "phone_1", deviceType: "phone" };
  const [first, second] = [1, 2].map((part) => streamFile(ref, "sensor_data", "accel", "20250731_143101", part));
  const [header, row, ...rest] = (await textOf(files, first!)).split("\n");
  const write = (path: string, lines: readonly string[]): Promise<void> =>
    replaceFile(files, `${RECORDINGS}/${SESSION_ID}/${path}`, new TextEncoder().encode(lines.join("\n")));
  await write(first!, [header!, row!, ""]);
  await write(second!, [header!, ...rest]);
  await run(files);
  const { column, sidecar } = await tableOf(files);
  const values = column("phone_1_accel_x_mps2");
  expect(sidecar.streams[0]!.gap_limit_s).toBeCloseTo(0.03, 9);
  expect(values.slice(1, 400).every((value) => value === null)).toBe(true);
  expect(values[505]).toBeCloseTo(5.05, 9);
});

test("a row knows the last marker and exactly when it was", async () => {
  const files = await diskWith();
  await run(files);
  const { column, sidecar } = await tableOf(files);
  const marker = column("marker");
  expect([marker[123], marker[124], marker[649], marker[650]]).toEqual([null, 1, 1, 2]);
  expect(column("marker_t_s")[124]).toBe(1.2345);
  expect(sidecar.markers).toMatchObject([
    { number: 1, label: "one", t_s: 1.2345 },
    { number: 2, label: "two", t_s: 6.5 },
  ]);
});

test("the result lists inputs, and outputs with the hashes they have on disk; made again, they are the same bytes", async () => {
  const files = await diskWith();
  const first = await run(files);
  expect(first.inputs).toHaveLength(2);
  for (const { path, bytes, sha256 } of first.outputs) {
    const found = await readWhole(files, `${RECORDINGS}/${SESSION_ID}/${path}`);
    expect([found.length, createHash("sha256").update(found).digest("hex")]).toEqual([bytes, sha256]);
  }
  expect((await run(files)).outputs).toEqual(first.outputs);
});

test("progress only grows, to one", async () => {
  const shares: number[] = [];
  await run(await diskWith(), { onProgress: (share) => shares.push(share) });
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

test("a recording that nobody stopped ends with its last sample", async () => {
  const files = await diskWith();
  const at = `${RECORDINGS}/${SESSION_ID}/session_metadata.json`;
  const metadata = JSON.parse(await textOf(files, "session_metadata.json")) as {
    recordings: { stop_t_s: number | null }[];
  };
  metadata.recordings[0]!.stop_t_s = null;
  await replaceFile(files, at, new TextEncoder().encode(JSON.stringify(metadata)));
  const { recordings } = await run(files);
  expect(recordings[0]!.rows).toBe(1001);
});

test("two recordings are two tables on one grid", async () => {
  const streams = [
    series(gsr, { gsr_uS: () => 1 }, { toS: 3, units }),
    series(gsr, { gsr_uS: () => 2 }, { fromS: 5, recording: 2, units }),
  ];
  const files = await diskWith({ streams });
  const { recordings } = await run(files, { rateHz: 12.5 });
  expect(recordings.map(({ path }) => path)).toEqual(
    [1, 2].map((n) => `${FOLDER}/synchronized_12p5hz_20250731_14310${n}.csv`),
  );
  const second = await tableOf(files, recordings[1]!.path);
  expect(second.column("shimmer_3a5f_gsr_gsr_uS").findIndex((value) => value !== null)).toBe(5 * 12.5 + 0.5);
});

test("a stream whose times are mere arrivals is held, never interpolated", async () => {
  const without = series(accel, { x_mps2: (_, row) => row }, { units, clockName: "phone" });
  const arrivals = without.seq.map((row) => Math.ceil((row + 1) / 10) * 0.2);
  const files = await diskWith({
    streams: [{ ...without, deviceTimeS: without.seq.map(() => Number.NaN), arrivalS: arrivals }],
  });
  await run(files);
  const { sidecar, column } = await tableOf(files);
  expect(sidecar.columns.at(-1)!.method).toBe("previous");
  expect(column("phone_1_accel_x_mps2").every((value) => value === null || Number.isInteger(value))).toBe(true);
});

test("a session without a sample is refused, and so is a rate that is none", async () => {
  const empty = await diskWith({ streams: [series(gsr, { gsr_uS: () => 1 }, { toS: -1 })] });
  await expect(run(empty)).rejects.toMatchObject({ code: "PROCESSING_NO_SAMPLES" });
  await expect(run(await diskWith(), { rateHz: 0 })).rejects.toMatchObject({ code: "PROCESSING_RATE_INVALID" });
});

async function made(files: FileSystem): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { path, kind } of await listTree(files, `${RECORDINGS}/${SESSION_ID}/${FOLDER}`))
    if (kind === "file") found[path] = await textOf(files, `${FOLDER}/${path}`);
  return found;
}

test("cancelled, it leaves what an earlier run made as it was, and nothing of its own", async () => {
  const files = await diskWith();
  await run(files);
  const before = await made(files);
  const cancel = new AbortController();
  await expect(run(files, { signal: cancel.signal, onProgress: () => cancel.abort() })).rejects.toMatchObject({
    code: "PROCESSING_CANCELLED",
  });
  expect(await made(files)).toEqual(before);
});

test.each([
  ["create", 1],
  ["create", 2],
  ["write", 1],
  ["write", 3],
  ["sync", 2],
] as const)("a full disk at %s number %d leaves what an earlier run made as it was", async (operation, n) => {
  const files = await diskWith();
  await run(files);
  const before = await made(files);
  const full = faulty(files, atOperation(operation, n, { kind: "fail", errno: "ENOSPC" }));
  await expect(run(full)).rejects.toMatchObject({ code: "STORAGE_FULL" });
  expect(await made(files)).toEqual(before);
});

test("what an interrupted run left behind is cleared away by the next", async () => {
  const files = await diskWith();
  await run(files);
  const left = `${RECORDINGS}/${SESSION_ID}/${FOLDER}/synchronized_7hz_20250731_143101.csv.part`;
  await (await files.open(left, "create")).close();
  await run(files);
  expect(await files.facts(left)).toBeUndefined();
});

const COMPARE = `
import json, sys
import numpy as np, pandas as pd
from scipy import signal
from scipy.interpolate import PchipInterpolator
table = pd.read_csv(sys.argv[1], float_precision="round_trip")
sidecar = json.load(open(sys.argv[1].replace(".csv", ".json"), encoding="utf-8"))
fast = np.sin(2 * np.pi * 7 * np.arange(4001) / 400)
down = signal.resample_poly(fast, 1, 4, window=("kaiser", 6.75))
slow_t = np.arange(201) / 20
slow = np.sin(2 * np.pi * 1.5 * slow_t)
up = PchipInterpolator(slow_t, slow)(table["t_s"])
inner = slice(50, -50)
print(json.dumps({
    "rows": len(table),
    "columns": list(table.columns) == [c["name"] for c in sidecar["columns"]],
    "low_pass": float(np.abs(table["a_1_fast_v_mV"] - down)[inner].max()),
    "pchip": float(np.abs(table["a_1_slow_v_mV"] - up).max()),
}))
`;

testWithPython(["pandas", "scipy"], "pandas opens the table, and SciPy resamples a sine to the same values", () =>
  withFolder(async (folder) => {
    const sine = (rateHz: number, toneHz: number, fileType: string) =>
      series(
        { deviceId: "a_1", fileType, rateHz },
        { v_mV: (atS) => Math.sin(2 * Math.PI * toneHz * atS) },
        { units: { v_mV: "mV" } },
      );
    const files = new DiskFiles();
    await writeTree(files, folder, { streams: [sine(400, 7, "fast"), sine(20, 1.5, "slow")] });
    const place = { recordingsFolder: folder, sessionId: SESSION_ID };
    await synchronizeSession(files, place, { rateHz: 100, software: SOFTWARE });
    const found = runPython(COMPARE, join(folder, SESSION_ID, TABLE)) as Record<string, number>;
    expect(found).toMatchObject({ rows: 1001, columns: true });
    expect(found["low_pass"]).toBeLessThan(0.01);
    expect(found["pchip"]).toBeLessThan(1e-9);
  }),
);
