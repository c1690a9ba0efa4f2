import { errorReport } from "@polychron/session/model";
import { diskFiles, HubLock } from "@polychron/session/store";
import { listSerialPorts } from "@polychron/devices";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ServiceError } from "../errors.js";
import { programFile } from "../program-file.js";

/** One thing that was looked at. */
export interface SelftestCheck {
  readonly what: string;
  readonly ok: boolean;
  readonly reason: string;
  readonly remedy: string;
}

/** What the self-test found. */
export interface SelftestReport {
  readonly ok: boolean;
  readonly checks: readonly SelftestCheck[];
}

const run = promisify(execFile);
const SIMULATED_S = 3;
const PROGRAM_WITHIN_MS = 5_000;

/** Looks at everything that a recording needs, each on its own, and records a short simulated session. */
export async function runSelftest(recordings: string, signal: AbortSignal): Promise<SelftestReport> {
  const checks: SelftestCheck[] = [];
  const look = async (what: string, work: () => Promise<unknown>): Promise<void> =>
    void checks.push(await attempt(what, work));
  await look("serial ports can be listed", () => listSerialPorts());
  await look("ffmpeg is installed", () =>
    findProgram("ffmpeg", ["-version"], "apt install ffmpeg, brew install ffmpeg or winget install ffmpeg"),
  );
  if (process.platform !== "win32")
    await look("socat is installed", () => findProgram("socat", ["-V"], "apt install socat or brew install socat"));
  await look("the page is built", () => requirePage());
  await look(`the recordings folder ${recordings} can be used`, () => claimOnce(recordings));
  await look(`a simulated session of ${SIMULATED_S} s is recorded, exported and checked`, () => simulateOnce(signal));
  return { ok: checks.every((check) => check.ok), checks };
}

async function attempt(what: string, work: () => Promise<unknown>): Promise<SelftestCheck> {
  try {
    await work();
    return { what, ok: true, reason: "", remedy: "" };
  } catch (thrown) {
    const { code, message, remedy } = errorReport(thrown);
    return { what, ok: false, reason: `${message} [${code}]`, remedy };
  }
}

async function findProgram(program: string, args: readonly string[], command: string): Promise<void> {
  try {
    await run(program, [...args], { timeout: PROGRAM_WITHIN_MS });
  } catch (cause) {
    throw new ServiceError("PROGRAM_MISSING", { program, command }, cause);
  }
}

function requirePage(): Promise<void> {
  if (!existsSync(programFile("dist-web/index.html"))) return Promise.reject(new ServiceError("UI_NOT_BUILT"));
  return Promise.resolve();
}

/** Takes the folder as a hub does, and gives it back. */
async function claimOnce(folder: string): Promise<void> {
  const lock = await HubLock.acquire({
    folder,
    files: diskFiles(),
    started: new Date().toISOString(),
    onLost: () => undefined,
  });
  await lock.release();
}

async function simulateOnce(signal: AbortSignal): Promise<void> {
  const recordings = await mkdtemp(join(tmpdir(), "polychron-selftest-"));
  try {
    const { simulate } = await import("./simulation.js"); // the server's modules load only when everything before is there
    const report = await simulate({
      shimmers: 2,
      phones: 1,
      cameras: 1,
      durationS: SIMULATED_S,
      isStressTest: false,
      seed: 1,
      faults: [],
      recordings,
      say: () => undefined,
      signal,
    });
    if (!report.ok)
      throw new ServiceError("SIMULATION_FAILED", {
        what: "agree in every count",
        reason: JSON.stringify(report.streams),
      });
  } finally {
    await rm(recordings, { recursive: true, force: true });
  }
}
