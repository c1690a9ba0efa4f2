import { jest } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { programFile } from "@polychron/hub";
import { PYTHON, testWithPython } from "../export/python.js";

const run = promisify(execFile);

interface Report {
  ok: boolean;
  session_id: string;
  session_path: string;
  streams: {
    device: string;
    stream: string;
    expected: number;
    received: number;
    written: number;
    lost: number;
    lost_by_order: number;
    gaps_logged: number;
    ok: boolean;
  }[];
  files: { path: string; sha256: string }[];
}

const SHIMMERS_ONLY = ["--devices", "0"];

jest.setTimeout(60_000);

let recordings: string;
beforeAll(async () => {
  recordings = await mkdtemp(join(tmpdir(), "polychron-simulate-"));
});
afterAll(() => rm(recordings, { recursive: true, force: true }));

async function simulate(...flags: string[]): Promise<{ code: number; report: Report }> {
  const args = [programFile("bin/polychron.mjs"), "simulate", "--recordings", recordings, "--json", ...flags];
  const done = await run(process.execPath, args, { maxBuffer: 1e8 }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (failed: { code: number; stdout: string }) => failed,
  );
  const report = JSON.parse(done.stdout) as Partial<Report>;
  if (report.streams === undefined) throw new Error(`The simulation ended early: ${done.stdout}`);
  return { code: done.code, report: report as Report };
}

testWithPython(
  ["scipy"],
  "a simulated session loses nothing, and CSV and MAT hold what the emulators sent, read by Python and SciPy",
  async () => {
    const { code, report } = await simulate(
      ...SHIMMERS_ONLY,
      "--shimmers",
      "2",
      "--duration",
      "3",
      "--save-logs",
      "--seed",
      "5",
    );
    expect(report).toMatchObject({ ok: true });
    expect(code).toBe(0);
    expect(report.streams).toHaveLength(2);
    for (const stream of report.streams) {
      expect(stream.written).toBeGreaterThan(300);
      expect([stream.expected, stream.received]).toEqual([stream.written, stream.written]);
      const compared = await compareWithTruth(report, stream);
      expect(compared).toEqual({
        rows: stream.written,
        mat_rows: stream.written,
        compared: expect.any(Number),
        wrong_csv: 0,
        wrong_mat: 0,
        wrong_between: 0,
      });
      expect(compared.compared).toBeGreaterThan(4 * stream.written);
    }
  },
);

test("packets dropped by order are counted, marked where they were, and nothing else is missing", async () => {
  const { code, report } = await simulate(
    ...SHIMMERS_ONLY,
    "--shimmers",
    "2",
    "--duration",
    "3",
    "--fault",
    "drop:7@1",
  );
  expect(code).toBe(0);
  expect(report.streams.map((stream) => stream.lost).sort()).toEqual([0, 7]);
  for (const stream of report.streams)
    expect([stream.lost_by_order, stream.gaps_logged]).toEqual([stream.lost, stream.lost]);
});

test("each kind of fault loses what it was ordered to and nothing else, on its own device alone", async () => {
  const faults = ["cut@1", "flip:3@1", "silence@1:1", "junk:200@1", "split@0.5:1", "wrap@1", "close@1:1", "reset@1:1"];
  const orders = faults.flatMap((fault, index) => ["--fault", `${fault}#${index + 1}`]);
  const count = String(faults.length);
  const { code, report } = await simulate(...SHIMMERS_ONLY, "--shimmers", count, "--duration", "6", ...orders);
  expect({ code, streams: report.streams.filter((stream) => !stream.ok) }).toEqual({ code: 0, streams: [] });
  const lossless = report.streams.filter((stream) => stream.lost === 0);
  expect(lossless).toHaveLength(3);
  for (const stream of report.streams) expect(stream.gaps_logged).toBe(stream.lost);
});

async function compareWithTruth(
  report: Report,
  { device, stream }: { device: string; stream: string },
): Promise<{ compared: number }> {
  const mat = report.files.find((file) => file.path.endsWith(".mat"))!.path;
  const truth = join(recordings, ".polychron", "simulations", "seed_5", `${device}_truth.csv`);
  const script = join(import.meta.dirname, "compare_export.py");
  const { stdout } = await run(PYTHON, [
    script,
    join(report.session_path, mat),
    join(report.session_path, "exports/csv"),
    truth,
    device,
    stream,
  ]);
  return JSON.parse(stdout) as { compared: number };
}
