import { jest } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { programFile } from "@polychron/hub";
import type { SimulationReport } from "../../apps/hub/src/lab/simulation-report.js";
import { findProgram } from "../../scripts/system-programs.mjs";

const run = promisify(execFile);
const withFfmpeg = findProgram("ffmpeg") === undefined ? test.skip : test;
jest.setTimeout(120_000);

let recordings: string;
beforeEach(async () => {
  recordings = await mkdtemp(join(tmpdir(), "polychron-simulate-all-"));
});
afterEach(() => rm(recordings, { recursive: true, force: true }));

async function simulate(...flags: string[]): Promise<{ code: number; report: SimulationReport; log: string }> {
  const args = [programFile("bin/polychron.mjs"), "simulate", "--recordings", recordings, "--json", ...flags];
  const done = await run(process.execPath, args, { maxBuffer: 1e8 }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (failed: { code: number; stdout: string }) => failed,
  );
  const report = JSON.parse(done.stdout) as SimulationReport;
  if (!("streams" in report)) throw new Error(`The simulation ended early: ${done.stdout}`);
  const log = await readFile(join(report.session_path, `${report.session_id}_log.json`), "utf8");
  return { code: done.code, report, log };
}

/** What is not as it should be, for a failure that explains itself. */
function wrong({ streams, uploads, videos, findings, errors_without_order: errors }: SimulationReport): unknown {
  const isWrong = ({ ok }: { ok: boolean }): boolean => !ok;
  const judged = { streams: streams.filter(isWrong), uploads: uploads.filter(isWrong), videos: videos.filter(isWrong) };
  return { ...judged, findings, errors };
}

const NOTHING_WRONG = { streams: [], uploads: [], videos: [], findings: [], errors: [] };

withFfmpeg("phones, Shimmers and cameras record together: every count agrees and every hash is right", async () => {
  const { code, report } = await simulate("--devices", "2", "--duration", "4");
  expect({ code, wrong: wrong(report) }).toEqual({ code: 0, wrong: NOTHING_WRONG });
  const kinds = report.streams.map(({ device, stream }) => `${device.replace(/_.*/, "")} ${stream}`).sort();
  const ofPhone = ["phone gsr", "phone imu", "phone status"].flatMap((kind) => [kind, kind]);
  expect(kinds).toEqual([...ofPhone, "shimmer gsr", "shimmer gsr", "webcam rgb", "webcam rgb"]);
  for (const { written } of report.streams.filter(({ stream }) => stream === "imu"))
    expect(written).toBeGreaterThan(350);
  expect([report.uploads.length, report.videos.length]).toEqual([2, 2]);
  // No two phones film the same: files that were mixed up would be found out.
  expect(new Set(report.uploads.map(({ sha256 }) => sha256)).size).toBe(2);
  const truths = report.alignment.map(({ device, truth, post }) => [device.replace(/_.*/, ""), truth, post === null]);
  expect(truths.map((one) => one.join(" ")).sort()).toEqual([
    ...["phone emulator false", "phone emulator false", "shimmer emulator false", "shimmer emulator false"],
    ...["webcam none true", "webcam none true"],
  ]);
  const hashes = new Map(report.files.map(({ path, sha256 }) => [path, sha256]));
  for (const upload of report.uploads) expect(hashes.get(upload.path!)).toBe(upload.sha256_on_phone);
});

withFfmpeg("whatever happens to a phone, its samples and files are all there in the end, each once", async () => {
  const faults = ["vanish@1:2", "vanish@4:8", "reboot@2:1", "duplicate:4@1", "reorder:4@1", "wrong-hash@1"];
  const orders = faults.flatMap((fault, index) => ["--fault", `${fault}#phone${index + 1}`]);
  const count = String(faults.length);
  const { code, report, log } = await simulate("--devices", "0", "--phones", count, "--duration", "6", ...orders);
  expect({ code, wrong: wrong(report) }).toEqual({ code: 0, wrong: NOTHING_WRONG });
  const filled = report.streams.filter((stream) => stream.filled_later > 0);
  expect(filled.map(({ device, stream }) => `${device} ${stream}`).sort()).toEqual(["phone_2 gsr", "phone_2 imu"]);
  const films = (device: string): number => report.uploads.filter((file) => file.device === device).length;
  expect([films("phone_1"), films("phone_2"), films("phone_3")]).toEqual([1, 3, 2]);
  const off = report.streams.filter((stream) => stream.not_made > 0).map(({ device, stream }) => `${device} ${stream}`);
  expect(off.sort()).toEqual(["phone_3 gsr", "phone_3 imu"]);
  expect(log.match(/"code":"UPLOAD_CHECKSUM"/g)).toHaveLength(1);
});

withFfmpeg(
  "a killed encoder goes on as a new part, its hole is marked, and the other camera loses nothing",
  async () => {
    const flags = ["--devices", "0", "--cameras", "2", "--duration", "5", "--fault", "kill-encoder@2#camera2"];
    const { code, report, log } = await simulate(...flags);
    expect({ code, wrong: wrong(report) }).toEqual({ code: 0, wrong: NOTHING_WRONG });
    const hit = report.streams.filter(({ lost_by_order: lost }) => lost > 0).map(({ device }) => device);
    expect(hit).toEqual(["webcam_2"]);
    expect(report.faults).toEqual([{ order: "kill-encoder@2#camera2", devices: ["webcam_2"] }]);
    expect(report.videos).toHaveLength(3);
    expect(log).toContain('"cause":"encoder_restarted"');
  },
);
