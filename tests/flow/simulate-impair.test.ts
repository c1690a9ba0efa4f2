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
  recordings = await mkdtemp(join(tmpdir(), "polychron-impair-"));
});
afterEach(() => rm(recordings, { recursive: true, force: true }));

async function simulate(link: string, ...flags: string[]): Promise<{ report: SimulationReport; log: string }> {
  const size = ["--recordings", recordings, "--devices", "0", "--impair", link, "--json"];
  const args = [programFile("bin/polychron.mjs"), "simulate", ...size, ...flags];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1e8 }).catch(
    (failed: { stdout: string }) => failed,
  );
  const report = JSON.parse(stdout) as SimulationReport;
  if (!("alignment" in report)) throw new Error(`The simulation ended early: ${stdout}`);
  return { report, log: await readFile(join(report.session_path, `${report.session_id}_log.json`), "utf8") };
}

/** What is not as it should be, for a failure that explains itself. */
function wrong({ streams, uploads, alignment, findings, errors_without_order: errors }: SimulationReport): unknown {
  const isWrong = ({ ok }: { ok: boolean }): boolean => !ok;
  return [streams.filter(isWrong), uploads.filter(isWrong), alignment.filter(isWrong), findings, errors];
}

const NOTHING_WRONG = [[], [], [], [], []];
/** Far beyond what is reached, far below what a wrong sign or a swapped stamp would give: their clocks are years apart. */
const ABSURD_MS = 100;

withFfmpeg("over a busy Wi-Fi every sample is there, and its time is true within the stated bound", async () => {
  const { report } = await simulate("wifi-busy", "--phones", "3", "--duration", "8");
  expect(wrong(report)).toEqual(NOTHING_WRONG);
  expect(report.network).toMatchObject({ link: "wifi-busy" });
  expect(report.network!.lateness.count).toBeGreaterThan(500);
  expect(report.alignment.map(({ drift_ppm: ppm }) => Math.round(ppm! / 4) * 4)).toEqual([12, -12, 24]);
  for (const { post, live } of report.alignment) {
    expect(live!.count).toBeGreaterThan(8);
    expect(post!.count).toBeGreaterThan(800);
    expect(post!.max_ms).toBeLessThan(ABSURD_MS);
    expect(post!.bound_ms).toBeLessThan(ABSURD_MS);
  }
});

withFfmpeg("a phone that sleeps, and clocks that leap: nothing is lost, and no bound is broken", async () => {
  const faults = ["sleep@2:7#phone1", "clock-step@5:0.5#phone2", "clock-step@5:3600#phone3"];
  const { report, log } = await simulate("wifi-quiet", "--phones", "3", "--duration", "14", "--fault", ...faults);
  expect(wrong(report)).toEqual(NOTHING_WRONG);
  const steps = log
    .split("\n")
    .filter((line) => line.includes('"event":"clock_step"'))
    .map((line) => JSON.parse(line.replace(/,$/, "")) as { device: string; jump_s: number });
  const [, second, third] = report.alignment.map(({ device }) => device);
  const jumpOf = (device: string): number[] =>
    steps.filter((step) => step.device === device).map((step) => step.jump_s);
  expect([jumpOf(second!), jumpOf(third!)]).toEqual([[expect.closeTo(0.5, 1)], [expect.closeTo(3600, 1)]]);
});
