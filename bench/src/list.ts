import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { METADATA_FILE } from "@polychron/session/format";
import { DiskFiles, SessionIndex } from "@polychron/session/store";
import type { BenchResult } from "./runner.js";

const SESSIONS = 10_000;
const PAGE = 50;
const ROUNDS = 15;
/** A warm call is so short that one waking of another program would hide it. */
const WARM_CALLS = 5;

/** The list of sessions, cold and warm, beside a bare directory read plus reading the page's metadata files. */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-list-"));
  try {
    const ids = await makeSessions(folder);
    const floors: number[] = [];
    const colds: number[] = [];
    const warms: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const index = new SessionIndex({ files: new DiskFiles(), folder, nowMs: Date.now });
      floors.push(await timed(() => readBare(folder, ids.slice(-PAGE))));
      colds.push(await timed(() => index.page(PAGE)));
      for (let again = 0; again < WARM_CALLS; again++) warms.push(await timed(() => index.page(PAGE)));
    }
    return summary({ floorMs: median(floors), coldMs: median(colds), warmMs: median(warms) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summary(measured: { floorMs: number; coldMs: number; warmMs: number }): BenchResult {
  const coldOverFloor = measured.coldMs / measured.floorMs;
  const warmOverFloor = measured.warmMs / measured.floorMs;
  return {
    sessions: SESSIONS,
    page: PAGE,
    ...measured,
    coldOverFloor,
    warmOverFloor,
    ok: coldOverFloor <= 3 && warmOverFloor <= 0.1,
  };
}

async function readBare(folder: string, page: readonly string[]): Promise<void> {
  await readdir(folder);
  await Promise.all(page.map((id) => readFile(join(folder, id, METADATA_FILE), "utf8")));
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await run();
  return performance.now() - before;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

async function makeSessions(folder: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < SESSIONS; n++) {
    const time = new Date(Date.UTC(2025, 0, 1) + n * 61_000).toISOString();
    const id = `session_${time.slice(0, 10).replaceAll("-", "")}_${time.slice(11, 19).replaceAll(":", "")}`;
    await mkdir(join(folder, id));
    await writeFile(
      join(folder, id, METADATA_FILE),
      JSON.stringify(metadata(id, `${time.slice(0, -1)}000+00:00`), null, 2),
    );
    ids.push(id);
  }
  return ids;
}

function metadata(id: string, start: string): object {
  const device = { device_type: "shimmer_gsr", capabilities: ["gsr_data"], added_time: start, status: "disconnected" };
  const facts = { settings: { rate_hz: 128 }, calibration: null, firmware: "LogAndStream 0.16", simulated: true };
  const ids = ["shimmer_3a5f", "shimmer_3a60", "shimmer_3a61", "shimmer_3a62"];
  const file = {
    file_type: "gsr",
    file_size: 1e6,
    created_time: start,
    sha256: "0".repeat(64),
    duration: 60,
    recording: 1,
    complete: true,
  };
  return {
    schema_version: 1,
    session_id: id,
    session_name: "bench",
    session_uuid: id,
    folder_path: id,
    status: "completed",
    start_time: start,
    end_time: start,
    duration: 60,
    devices: Object.fromEntries(ids.map((name) => [name, { ...device, ...facts }])),
    files: Object.fromEntries(
      ids.map((name) => [name, [{ ...file, file_path: `devices/${name}/sensor_data/${name}_gsr.csv` }]]),
    ),
    recordings: [],
    participants: [],
    operator: null,
    notes: [],
    errors: [],
    recoveries: [],
    post_processing: {},
    clock: { epochs: [{ boot_id: "b", monotonic_zero_us: 0, utc: start, bound_s: 0 }], steps: [] },
    software: { name: "polychron", version: "0.1.0" },
    extensions: {},
  };
}
