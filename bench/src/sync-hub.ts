import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { programFile } from "@polychron/hub";
import { LINKS, type LinkName } from "@polychron/sync/link-model";
import type { BenchResult } from "./runner.js";

const PHONES = 8;
const DURATION_S = 60;
/** Beyond the recording itself: joining, the phones' files, the export, the judging. */
const REST_MS = 240_000;
/** Bounds are stated to hold so often. */
const WITHIN_SHARE = 0.99;

/** True errors of one phone against what was stated for them, as `polychron simulate --json` has them. */
interface Errors {
  readonly count: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  readonly bound_ms: number;
  readonly within_bound: number;
}

/** The part of a simulation's report that is read here. */
interface Report {
  readonly ok: boolean;
  readonly alignment: readonly { readonly drift_ppm: number; readonly live: Errors; readonly post: Errors }[];
  readonly network: { readonly lateness: { readonly p50_ms: number; readonly p99_ms: number } };
  readonly usage: { readonly cpu_s: number; readonly wall_s: number };
}

/** The errors of all phones of a run together. */
interface Pooled {
  readonly count: number;
  /** The phones' medians: their mean; of the rest the worst phone's. */
  readonly medianMs: number;
  readonly worstP99Ms: number;
  readonly maxMs: number;
  readonly boundMs: number;
  readonly withinBound: number;
}

/** The real hub and eight emulated phones, each with a clock of its own, over each link model: the true error end to end. */
export async function run(): Promise<BenchResult> {
  const durationS = Math.max(1, Math.round(Number(process.env["POLYCHRON_BENCH_S"] ?? DURATION_S)));
  const rounds = [];
  for (const link of Object.keys(LINKS) as LinkName[]) rounds.push(summary(link, await simulate(link, durationS)));
  const bounds = { withinBound: WITHIN_SHARE };
  return { ok: rounds.every(({ ok }) => ok), phones: PHONES, durationS, rounds, bounds };
}

async function simulate(link: LinkName, durationS: number): Promise<Report> {
  const recordings = await mkdtemp(join(tmpdir(), "polychron-sync-hub-"));
  const size = ["--devices", "0", "--phones", String(PHONES), "--duration", String(durationS)];
  const args = [programFile("bin/polychron.mjs"), "simulate", "--recordings", recordings, ...size];
  const options = { timeout: durationS * 1000 + REST_MS, maxBuffer: 1e8 };
  try {
    // A simulation that is not as it should be ends with 1 and says so in its report.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...args, "--impair", link, "--json"],
      options,
    ).catch((failed: Error & { readonly stdout: string }) => failed);
    const report = JSON.parse(stdout || "{}") as Partial<Report>;
    if (report.alignment === undefined) throw new Error(`the simulation over ${link} ended early: ${stdout}`);
    return report as Report;
  } finally {
    await rm(recordings, { recursive: true, force: true });
  }
}

function summary(link: LinkName, report: Report): { readonly ok: boolean; readonly [number: string]: unknown } {
  const { alignment, network, usage } = report;
  const live = pooled(alignment.map((phone) => phone.live));
  const post = pooled(alignment.map((phone) => phone.post));
  return {
    ok: report.ok && [live, post].every(({ withinBound }) => withinBound >= WITHIN_SHARE),
    ...{ link, live, post },
    driftsPpm: alignment.map((phone) => Math.round(phone.drift_ppm)),
    networkLateMs: { p50: network.lateness.p50_ms, p99: network.lateness.p99_ms },
    hubCpuShare: usage.cpu_s / usage.wall_s,
  };
}

function pooled(phones: readonly Errors[]): Pooled {
  const count = phones.reduce((sum, phone) => sum + phone.count, 0);
  const weighted = (value: (phone: Errors) => number): number =>
    phones.reduce((sum, phone) => sum + phone.count * value(phone), 0) / count;
  return {
    count,
    medianMs: weighted((phone) => phone.p50_ms),
    worstP99Ms: Math.max(...phones.map((phone) => phone.p99_ms)),
    maxMs: Math.max(...phones.map((phone) => phone.max_ms)),
    boundMs: weighted((phone) => phone.bound_ms),
    withinBound: weighted((phone) => phone.within_bound),
  };
}
