import { FormatRegistry, mat5Format, type ExportFormat } from "@polychron/export";
import {
  atCall,
  faulty,
  KilledError,
  listTree,
  MemoryFiles,
  readWhole,
  type FileFault,
  type FileSystem,
} from "@polychron/session/store";
import { again, exported, SESSION_ID, SOFTWARE, stream, textOf } from "./fixtures.js";
import { writeTree, type Tree } from "./session-tree.js";

const RECORDINGS = "/recordings";
const tree: Tree = {
  streams: [
    stream("shimmer_3a5f", "gsr", { gsr_uS: [0.5, 1.5, null, 2.5] }, { simulated: true }),
    stream("shimmer_3a5f", "gsr", { gsr_uS: [3.5] }, { recording: 2, fromS: 30 }),
  ],
  markers: [{ tS: 1.2, label: '=cmd|"x"' }],
};

const newDisk = () => new MemoryFiles(RECORDINGS);

async function exportsOf(files: FileSystem): Promise<Record<string, string>> {
  const root = `${RECORDINGS}/${SESSION_ID}/exports`;
  const found: Record<string, string> = {};
  for (const { path, kind } of await listTree(files, root)) {
    if (kind === "file") found[path] = Buffer.from(await readWhole(files, `${root}/${path}`)).toString("latin1");
  }
  return found;
}

async function listOf(files: FileSystem, folder: string) {
  return JSON.parse(await textOf(files, RECORDINGS, `exports/${folder}/export.json`)) as {
    simulated: boolean;
    software: unknown;
    incomplete: { target: string; reason: string }[];
    files: { name: string; bytes: number; sha256: string }[];
  };
}

test("each format has its folder, with export.json naming every file and its hash", async () => {
  const files = newDisk();
  const result = await exported(files, RECORDINGS, tree);
  expect(Object.keys(await exportsOf(files))).toEqual([
    "csv/columns.json",
    "csv/export.json",
    "csv/markers.csv",
    `csv/${SESSION_ID}_merged.csv`,
    "csv/shimmer_3a5f_gsr_20250731_143101.csv",
    "csv/shimmer_3a5f_gsr_20250731_143102.csv",
    "matlab/export.json",
    `matlab/${SESSION_ID}.mat`,
  ]);
  const list = await listOf(files, "csv");
  expect(list).toMatchObject({ simulated: true, software: SOFTWARE, incomplete: [] });
  expect(list.files).toEqual(result.formats[0]!.files);
  for (const { name, bytes, sha256 } of list.files) {
    const content = await readWhole(files, `${RECORDINGS}/${SESSION_ID}/exports/csv/${name}`);
    expect(content).toHaveLength(bytes);
    expect(sha256).toBe(await sha256Of(content));
  }
});

async function sha256Of(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes))).toString("hex");
}

test("a stream's CSV is its table, missing values empty", async () => {
  const files = newDisk();
  await exported(files, RECORDINGS, tree, { formats: ["csv"] });
  const [header, ...lines] = (
    await textOf(files, RECORDINGS, "exports/csv/shimmer_3a5f_gsr_20250731_143101.csv")
  ).split("\n");
  expect(header).toBe("t_s,seq,device_time_s,arrival_time_s,gsr_uS");
  expect(lines.slice(0, 4).map((line) => line.split(",").slice(1).join())).toEqual([
    "0,1001,1.01,0.5",
    "1,1001.125,1.135,1.5",
    "2,1001.25,1.26,",
    "3,1001.375,1.385,2.5",
  ]);
});

test("markers keep their labels, but not as formulas", async () => {
  const files = newDisk();
  await exported(files, RECORDINGS, tree, { formats: ["csv"] });
  expect(await textOf(files, RECORDINGS, "exports/csv/markers.csv")).toBe(
    't_s,timestamp,label\n1.2,2025-07-31T14:30:22.000000+02:00,"\'=cmd|""x"""\n',
  );
});

test("columns.json says unit, rate and how time was obtained", async () => {
  const files = newDisk();
  await exported(files, RECORDINGS, tree, { formats: ["csv"] });
  const columns = JSON.parse(await textOf(files, RECORDINGS, "exports/csv/columns.json")) as {
    streams: Record<string, object>;
    merged: object;
  };
  expect(columns.streams["shimmer_3a5f_gsr_20250731_143101.csv"]).toMatchObject({
    nominal_rate_hz: 10,
    samples: 4,
    time: { method: "lower_envelope" },
    columns: expect.arrayContaining([
      { name: "gsr_uS", unit: "counts", kind: "raw", description: "What gsr_uS is" },
    ]) as unknown,
  });
  expect(columns.merged).toMatchObject({
    columns: [{ name: "shimmer_3a5f_gsr_uS", device: "shimmer_3a5f", stream: "gsr", column: "gsr_uS" }],
  });
});

test("exporting again gives the same bytes", async () => {
  const files = newDisk();
  await exported(files, RECORDINGS, tree);
  const first = await exportsOf(files);
  await again(files, RECORDINGS);
  expect(await exportsOf(files)).toEqual(first);
});

test("what an earlier export listed and this one does not is removed; foreign files stay", async () => {
  const files = newDisk();
  await exported(files, RECORDINGS, tree);
  const own = await files.open(`${RECORDINGS}/${SESSION_ID}/exports/matlab/analysis.m`, "create");
  await own.close();
  const renamed: ExportFormat = {
    ...mat5Format,
    files: (source) => mat5Format.files(source).map((file) => ({ ...file, name: "other.mat" })),
  };
  await again(files, RECORDINGS, { formats: ["mat"], registry: new FormatRegistry([renamed]) });
  const names = Object.keys(await exportsOf(files)).filter((name) => name.startsWith("matlab/"));
  expect(names).toEqual(["matlab/analysis.m", "matlab/export.json", "matlab/other.mat"]);
});

test("a list that names files outside its folder removes none of them", async () => {
  const files = newDisk();
  await writeTree(files, RECORDINGS, tree);
  await again(files, RECORDINGS, { formats: ["csv"] });
  const list = await files.open(`${RECORDINGS}/${SESSION_ID}/exports/csv/export.json`, "update");
  await list.truncate(0);
  await list.write(new TextEncoder().encode('{"files":[{"name":"../../session_metadata.json"},{"name":".."},7]}'), 0);
  await list.close();
  await again(files, RECORDINGS, { formats: ["csv"] });
  expect(await files.facts(`${RECORDINGS}/${SESSION_ID}/session_metadata.json`)).toBeDefined();
});

test("a torn session is exported as far as it goes, and says what is not whole", async () => {
  const files = newDisk();
  const count = {
    device: "a",
    stream: "gsr",
    expected: 5,
    received: 4,
    written: 3,
    expected_extrapolated: 0,
    nominal: 5,
    effective_rate_hz: 10,
    start_skew_s: 0,
  };
  const result = await exported(files, RECORDINGS, {
    status: "recording",
    streams: [stream("a", "gsr", { x: [1, 2, 3] }, { torn: "3,10", sidecar: false })],
    counts: [count],
    log: false,
  });
  expect(result.incomplete.map(({ target, reason }) => `${target}: ${reason}`)).toEqual([
    "session: its status is recording, not completed",
    "a/gsr: 2 of 5 samples of recording 1 are missing",
    "devices/a/sensor_data/a_gsr_20250731_143101.csv.part: the file was never finished",
    "devices/a/sensor_data/a_gsr_20250731_143101.csv.part: the last line is torn (4 bytes left out)",
    "devices/a/sensor_data/a_gsr_20250731_143101.csv: there is no sidecar: units and rate are not known",
    "log: no event can be read: markers are missing",
  ]);
  expect((await listOf(files, "csv")).incomplete).toEqual(result.incomplete);
  expect((await textOf(files, RECORDINGS, "exports/csv/a_gsr_20250731_143101.csv")).trim().split("\n")).toHaveLength(4);
});

test("a session without any stream is exported with its markers", async () => {
  const files = newDisk();
  const result = await exported(files, RECORDINGS, { markers: [{ tS: 1, label: "only" }] });
  expect(result.formats.map(({ format, files: made }) => [format, made.length])).toEqual([
    ["csv", 3],
    ["mat", 1],
  ]);
  expect(await textOf(files, RECORDINGS, `exports/csv/${SESSION_ID}_merged.csv`)).toBe(
    "t_s,recording,device,stream,marker\n1,,,,only\n",
  );
});

test("clock observations that cover a stream fix its time better than its own arrivals", async () => {
  const files = newDisk();
  const late = stream("a", "gsr", { x: [1, 2] }, { fromS: 30, offsetS: 0 });
  const pairs = Array.from({ length: 600 }, (_, i) => [i / 10, i / 10 + 0.01] as const);
  const streams = [{ ...late, arrivalS: late.deviceTimeS.map((atS) => atS + 0.3) }];
  await exported(files, RECORDINGS, { streams, clock: { a: pairs } }, { formats: ["csv"] });
  const [, first] = (await textOf(files, RECORDINGS, "exports/csv/a_gsr_20250731_143101.csv")).split("\n");
  expect(Number(first!.split(",")[0])).toBeCloseTo(30.01, 6);
});

test("a stream that the hub stamped keeps its device time as session time", async () => {
  const files = newDisk();
  await exported(files, RECORDINGS, {
    streams: [stream("a", "gsr", { x: [1] }, { fromS: 7.25, offsetS: 0, clockName: "hub_session" })],
  });
  const [, first] = (await textOf(files, RECORDINGS, "exports/csv/a_gsr_20250731_143101.csv")).split("\n");
  expect(first!.split(",")[0]).toBe("7.25");
});

test("progress counts every row of a format once and ends at the total", async () => {
  const seen: [string, number, number][] = [];
  await exported(newDisk(), RECORDINGS, tree, {
    onProgress: ({ format, rowsDone, rowsTotal }) => seen.push([format, rowsDone, rowsTotal]),
  });
  expect(seen.filter(([format]) => format === "csv").at(-1)).toEqual(["csv", 11, 11]);
  expect(seen.filter(([format]) => format === "mat").at(-1)).toEqual(["mat", 5, 5]);
});

test("a cancelled export says so and leaves no half-written file", async () => {
  const files = newDisk();
  const stop = new AbortController();
  const exporting = exported(files, RECORDINGS, tree, {
    signal: stop.signal,
    onProgress: ({ rowsDone }) => rowsDone === 4 && stop.abort(),
  });
  await expect(exporting).rejects.toMatchObject({ code: "EXPORT_CANCELLED" });
  expect(Object.keys(await exportsOf(files)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("an unknown format is refused before anything is read", async () => {
  const exporting = again(newDisk(), RECORDINGS, { formats: ["csv", "xlsx"] });
  await expect(exporting).rejects.toMatchObject({ code: "EXPORT_FORMAT_UNKNOWN" });
});

test("an unknown session is refused", async () => {
  await expect(again(newDisk(), RECORDINGS)).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
});

test("a variable beyond 2 GB is refused with what holds more, after the formats before it were written", async () => {
  const files = newDisk();
  const huge: ExportFormat = {
    ...mat5Format,
    files: (source) =>
      mat5Format.files({ ...source, streams: source.streams.map((one) => ({ ...one, rowCount: 2 ** 27 })) }),
  };
  const { csvFormat } = await import("@polychron/export");
  const exporting = exported(files, RECORDINGS, tree, { registry: new FormatRegistry([csvFormat, huge]) });
  await expect(exporting).rejects.toMatchObject({
    code: "EXPORT_TOO_LARGE",
    params: { variable: "shimmer_3a5f" },
    remedy: expect.stringContaining("v7.3") as string,
  });
  expect((await listOf(files, "csv")).files).toHaveLength(5);
});

test("a failure at any call leaves every listed file whole, and exporting again mends the rest", async () => {
  const disk = newDisk();
  await exported(disk, RECORDINGS, { ...tree, streams: tree.streams!.slice(0, 1) });
  const before = await exportsOf(disk);
  const whole = newDisk();
  await exported(whole, RECORDINGS, tree);
  const after = await exportsOf(whole);
  await addSecondRecording(disk);
  const faults: readonly FileFault[] = [{ kind: "fail", errno: "EIO" }, { kind: "tear" }, { kind: "short" }];
  let call = 1;
  for (let calls = Infinity; call <= calls; call++) {
    for (const fault of faults) {
      const copy = disk.afterKill();
      const gate = faulty(copy, atCall(call, fault));
      const failure = await again(gate, RECORDINGS).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) calls = gate.calls;
      else if (!(failure instanceof KilledError)) expect(failure).toHaveProperty("code");
      const left = copy.afterKill();
      for (const [name, content] of Object.entries(await exportsOf(left))) {
        if (!/\.(part|tmp)$/.test(name)) expect([before[name], after[name]]).toContain(content);
      }
      await again(left, RECORDINGS);
      expect(await finished(left)).toEqual(after);
    }
  }
  expect(call).toBeGreaterThan(100);
});

/** Makes the tree of one recording into that of two: the metadata changes with it. */
async function addSecondRecording(files: MemoryFiles): Promise<void> {
  const other = new MemoryFiles(RECORDINGS);
  await writeTree(other, RECORDINGS, tree);
  const root = `${RECORDINGS}/${SESSION_ID}`;
  for (const { path, kind } of await listTree(other, root)) {
    if (kind !== "file") continue;
    await files.remove(`${root}/${path}`);
    const file = await files.open(`${root}/${path}`, "create");
    await file.write(await readWhole(other, `${root}/${path}`), 0);
    await file.close();
  }
}

/** What an export is made of; a Replace cut short leaves a temporary file, which recovery removes. */
async function finished(files: FileSystem): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await exportsOf(files)).filter(([name]) => !name.endsWith(".tmp")));
}
