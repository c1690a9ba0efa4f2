import {
  repairSession,
  type FileSystem,
  type MemoryFiles,
  type OpenSession,
  type RepairReport,
} from "@polychron/session/store";
import { writeAll, readWhole } from "@polychron/session/store";
import { gsrBlock, NEW_STREAM, SHIMMER, workbench, type Workbench } from "./store-bench.js";

export const ID = "session_20250731_143022";
export const FOLDER = `/rec/${ID}`;
export const METADATA = `${FOLDER}/session_metadata.json`;
export const LOG = `${FOLDER}/${ID}_log.json`;
export const DATA = `${FOLDER}/devices/shimmer_3a5f/sensor_data/shimmer_3a5f_gsr_20250731_143023.csv`;

/** Samples that the interrupted recording has on disk. */
export const WRITTEN = 256;

/** A recording under way, one second in, everything so far on disk. */
export async function startSession(
  bench: Workbench = workbench(),
): Promise<{ bench: Workbench; session: OpenSession; atUs: number }> {
  const session = await (await bench.open()).create({ operator: "op" });
  await session.addDevice("shimmer_3a5f", SHIMMER);
  const atUs = bench.clock.us + 1_000_000;
  await session.startRecording({ atUs, devices: ["shimmer_3a5f"] });
  const stream = await session.openStream(NEW_STREAM);
  const clock = await session.openClockFile("shimmer_3a5f");
  for (let seq = 0; seq < WRITTEN; seq += 32) stream.append(gsrBlock(seq, 32, atUs + (seq * 1e6) / 128));
  clock.append(0, atUs);
  await session.marker({ label: "stimulus", atUs: atUs + 500_000, by: "op" });
  await written(bench, () => stream.counters.written === WRITTEN);
  return { bench, session, atUs };
}

/** A session whose hub was killed while it recorded. */
export async function interrupted(): Promise<{ bench: Workbench; disk: MemoryFiles }> {
  const { bench } = await startSession();
  return { bench, disk: bench.memory.afterKill() };
}

/** A session from create to seal. */
export async function completed(): Promise<{ bench: Workbench; disk: MemoryFiles }> {
  const { bench, session, atUs } = await startSession();
  await session.stopRecording({ atUs: atUs + 2_000_000, streams: [] });
  bench.clock.advance(5_000_000);
  await session.end({ reason: "operator", by: "op" });
  return { bench, disk: bench.memory.afterKill() };
}

export function repair(bench: Workbench, files: FileSystem): Promise<RepairReport> {
  return repairSession({
    files,
    recordingsFolder: "/rec",
    sessionId: ID,
    clock: bench.clock,
    fence: () => Promise.resolve(),
  });
}

/** Puts other bytes in a file's place, as damage would. */
export async function overwrite(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  await files.remove(path);
  const file = await files.open(path, "create");
  await writeAll(file, path, bytes, 0);
  await file.close();
}

export async function change(files: FileSystem, path: string, alter: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  await overwrite(files, path, alter((await readWhole(files, path)).slice()));
}

async function written(bench: Workbench, isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !isDone(); turn++) {
    bench.timers.advance(100);
    await new Promise((resume) => setImmediate(resume));
  }
}
