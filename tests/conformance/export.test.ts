import { readFile } from "node:fs/promises";
import { PYTHON_BITS, bitsOf, runPython, testWithPython } from "../export/python.js";
import { AWKWARD, diskFiles, exported, SESSION_ID, stream, withFolder } from "../export/fixtures.js";

const READ_MAT = `${PYTHON_BITS}
import json, sys
from scipy.io import loadmat
mat = loadmat(sys.argv[1], squeeze_me=True, struct_as_record=False)
gsr = mat["shimmer_3a5f"].gsr
columns = [name for name in gsr._fieldnames if name not in ("units", "descriptions", "rates", "time")]
json.dump({
  "columns": {name: bits(getattr(gsr, name)) for name in columns},
  "units": {name: str(getattr(gsr.units, name)) for name in gsr.units._fieldnames},
  "rates": [float(gsr.rates.nominal_hz), float(gsr.rates.effective_hz)],
  "time": [str(gsr.time.method)],
  "simulated": bool(mat["shimmer_3a5f"].simulated),
  "session": [str(mat["session"].session_name), bool(mat["session"].simulated), bool(mat["session"].complete)],
  "markers": [bits(mat["markers"].t_s), [str(label) for label in mat["markers"].label]],
}, sys.stdout)
`;

const READ_CSV = `${PYTHON_BITS}
import csv, json, sys
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
json.dump({name: bits([float(row[name]) for row in rows]) for name in rows[0]}, sys.stdout)
`;

const READ_PANDAS = `${PYTHON_BITS}
import json, sys
import pandas as pd
table = pd.read_csv(sys.argv[1], float_precision="round_trip")
json.dump({name: bits(table[name]) for name in table.columns}, sys.stdout)
`;

const NAN = "7ff8000000000000";
const tree = {
  sessionName: "Ärger im Büro µ",
  streams: [
    stream(
      "shimmer_3a5f",
      "gsr",
      { gsr_uS: AWKWARD, gsr_counts: AWKWARD.map((_, row) => row) },
      { units: { gsr_uS: "µS" }, simulated: true, nominalRateHz: 8 },
    ),
  ],
  markers: [
    { tS: 1.5, label: "tone – α 😀x" },
    { tS: 2.25, label: "=SUM(A1)" },
  ],
};

testWithPython(
  ["numpy", "scipy"],
  "SciPy reads every recorded double of a MAT file bit for bit, with units, rates and markers",
  async () => {
    await withFolder(async (recordings) => {
      await exported(diskFiles, recordings, tree);
      const read = runPython(READ_MAT, `${recordings}/${SESSION_ID}/exports/matlab/${SESSION_ID}.mat`) as {
        columns: Record<string, string[]>;
        [rest: string]: unknown;
      };
      expect(Object.keys(read.columns)).toEqual([
        "t_s",
        "recording",
        "seq",
        "device_time_s",
        "arrival_time_s",
        "gsr_uS",
        "gsr_counts",
      ]);
      expect(read.columns["gsr_uS"]).toEqual(bitsOf(AWKWARD));
      expect(read.columns["device_time_s"]).toEqual(bitsOf(tree.streams[0]!.deviceTimeS));
      expect(read.columns["arrival_time_s"]).toEqual(bitsOf(tree.streams[0]!.arrivalS));
      expect(read["units"]).toMatchObject({ t_s: "s", gsr_uS: "µS", gsr_counts: "counts" });
      expect(read["rates"]).toEqual([8, expect.closeTo(8, 2)]);
      expect(read["time"]).toEqual(["lower_envelope"]);
      expect(read["simulated"]).toBe(true);
      expect(read["session"]).toEqual(["Ärger im Büro µ", true, true]);
      expect(read["markers"]).toEqual([bitsOf([1.5, 2.25]), ["tone – α \ufffdx", "=SUM(A1)"]]);
    });
  },
);

for (const [reader, modules, script] of [
  ["Python's csv module", ["numpy"], READ_CSV],
  ["pandas", ["numpy", "pandas"], READ_PANDAS],
] as const) {
  testWithPython(modules, `${reader} reads every recorded double of a stream's CSV bit for bit`, async () => {
    await withFolder(async (recordings) => {
      await exported(diskFiles, recordings, tree);
      const read = runPython(
        script,
        `${recordings}/${SESSION_ID}/exports/csv/shimmer_3a5f_gsr_20250731_143101.csv`,
      ) as Record<string, string[]>;
      expect(Object.keys(read)).toEqual(["t_s", "seq", "device_time_s", "arrival_time_s", "gsr_uS", "gsr_counts"]);
      expect(read["gsr_uS"]).toEqual(bitsOf(AWKWARD));
      expect(read["device_time_s"]).toEqual(bitsOf(tree.streams[0]!.deviceTimeS));
    });
  });
}

testWithPython(["numpy", "scipy", "pandas"], "the MAT file and the CSV hold the same times", async () => {
  await withFolder(async (recordings) => {
    await exported(diskFiles, recordings, tree);
    const csv = runPython(
      READ_CSV,
      `${recordings}/${SESSION_ID}/exports/csv/shimmer_3a5f_gsr_20250731_143101.csv`,
    ) as Record<string, string[]>;
    const mat = runPython(READ_MAT, `${recordings}/${SESSION_ID}/exports/matlab/${SESSION_ID}.mat`) as {
      columns: Record<string, string[]>;
    };
    expect(mat.columns["t_s"]).toEqual(csv["t_s"]);
    expect(new Set(mat.columns["t_s"])).not.toContain(NAN);
  });
});

const READ_TWO = `${PYTHON_BITS}
import json, sys
from scipy.io import loadmat
mat = loadmat(sys.argv[1], squeeze_me=True, struct_as_record=False)
a = mat["a"]
json.dump({
  "variables": sorted(name for name in mat if not name.startswith("__")),
  "streams": a._fieldnames,
  "gsr": {name: bits(getattr(a.gsr, name)) for name in ("recording", "x", "y", "z")},
  "samples": [int(n) for n in a.gsr.rates.samples],
  "none": int(mat["markers"].t_s.size),
}, sys.stdout)
`;

testWithPython(
  ["numpy", "scipy"],
  "in a MAT file two recordings follow each other, and NaN stands where one lacks a channel",
  async () => {
    await withFolder(async (recordings) => {
      const streams = [
        stream("a", "gsr", { x: [1, 2], y: [3, null] }),
        stream("a", "gsr", { y: [5], z: [6] }, { recording: 2, fromS: 30 }),
        stream("a", "motion", { x: [7] }),
        stream("markers", "gsr", { x: [8] }),
      ];
      await exported(diskFiles, recordings, { streams });
      expect(runPython(READ_TWO, `${recordings}/${SESSION_ID}/exports/matlab/${SESSION_ID}.mat`)).toEqual({
        variables: ["a", "markers", "markers_2", "session"],
        streams: ["gsr", "motion", "device_type", "firmware", "simulated"],
        gsr: {
          recording: bitsOf([1, 1, 2]),
          x: bitsOf([1, 2, Number.NaN]),
          y: bitsOf([3, Number.NaN, 5]),
          z: bitsOf([Number.NaN, Number.NaN, 6]),
        },
        samples: [2, 1],
        none: 0,
      });
    });
  },
);

testWithPython(
  ["numpy", "scipy", "pandas"],
  "the Python examples of docs/export-formats.md run on an export",
  async () => {
    await withFolder(async (recordings) => {
      // The example compares with ==, which no NaN survives.
      const streams = [stream("shimmer_3a5f", "gsr", { gsr_uS: AWKWARD.filter((value) => !Number.isNaN(value)) })];
      await exported(diskFiles, recordings, { ...tree, streams });
      const page = await readFile("docs/export-formats.md", "utf8");
      const examples = [...page.matchAll(/```python\n(.*?)```/gs)].map((match) => match[1]);
      expect(examples).toHaveLength(2);
      const start =
        "import pathlib, sys\nsession = sys.argv[2]\nfolder = pathlib.Path(sys.argv[1])\ncsv, matlab = folder / 'csv', folder / 'matlab'\n";
      const quiet = "def print(*values): pass\n";
      const end = "import json, sys\njson.dump([len(gsr), list(marks['marker'])], sys.stdout)\n";
      const script = start + quiet + examples.join("\n") + end;
      expect(runPython(script, `${recordings}/${SESSION_ID}/exports`, SESSION_ID)).toEqual([
        19,
        ["tone – α 😀x", "'=SUM(A1)"],
      ]);
    });
  },
);

test("the bytes of a small export are pinned", async () => {
  await withFolder(async (recordings) => {
    const result = await exported(diskFiles, recordings, tree);
    const sums = result.formats.flatMap((format) =>
      format.files.map(({ name, sha256 }) => [name, sha256.slice(0, 16)]),
    );
    expect(Object.fromEntries(sums)).toEqual({
      "columns.json": "86240b6a2b872dbc",
      "markers.csv": "b8371004b60441bc",
      [`${SESSION_ID}.mat`]: "c1cf45b612e27a8d",
      [`${SESSION_ID}_merged.csv`]: "7b0fd1a1ce160d67",
      "shimmer_3a5f_gsr_20250731_143101.csv": "9ae27cf1d715c399",
    });
  });
});
