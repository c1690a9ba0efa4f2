import { reportSession } from "@polychron/processing";
import { DiskFiles, SessionReader } from "@polychron/session/store";

/** A process of its own, so that its peak memory is that of one run: recordings folder, session id, then `read` or `report`. */
const [recordingsFolder, sessionId, task] = process.argv.slice(2) as [string, string, string];
const before = performance.now();
const result = task === "read" ? await bareRead() : await report();
const seconds = (performance.now() - before) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  JSON.stringify(
    task === "read" ? { ...result, bareReadSeconds: seconds, bareReadPeakMb: peakMb } : { ...result, seconds, peakMb },
  ),
);

async function report(): Promise<object> {
  const software = { name: "bench", version: "0" };
  const { signal } = new AbortController();
  const { scores } = await reportSession(new DiskFiles(), { recordingsFolder, sessionId }, { software, signal });
  return { synchronizationScore: scores.synchronization?.value ?? null };
}

/** Every number of every stream and of every clock file, once, and nothing else. */
async function bareRead(): Promise<object> {
  const reader = await SessionReader.open(new DiskFiles(), recordingsFolder, sessionId);
  let [sampleRows, exchanges] = [0, 0];
  for (const stream of await reader.streams()) for await (const { count } of reader.blocks(stream)) sampleRows += count;
  for (const device of Object.keys(reader.metadata.devices))
    for await (const { count } of reader.probes(device)) exchanges += count;
  return { sampleRows, exchanges };
}
