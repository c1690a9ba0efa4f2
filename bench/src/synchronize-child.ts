import { synchronizeSession } from "@polychron/processing";
import { DiskFiles, SessionReader } from "@polychron/session/store";

/** A process of its own, so that its peak memory is that of one run: recordings folder, session id, then `read` or a rate in Hz. */
const [recordingsFolder, sessionId, task] = process.argv.slice(2) as [string, string, string];
const before = performance.now();
const result = task === "read" ? await bareRead() : await synchronized(Number(task));
const seconds = (performance.now() - before) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  JSON.stringify(task === "read" ? { ...result, bareReadSeconds: seconds } : { ...result, seconds, peakMb }),
);

async function synchronized(rateHz: number): Promise<object> {
  const software = { name: "bench", version: "0" };
  const { outputs } = await synchronizeSession(new DiskFiles(), { recordingsFolder, sessionId }, { rateHz, software });
  return { writtenMb: outputs.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6 };
}

/** Every number of every stream, once, and nothing else. */
async function bareRead(): Promise<object> {
  const files = new DiskFiles();
  const reader = await SessionReader.open(files, recordingsFolder, sessionId);
  let bytes = 0;
  for (const stream of await reader.streams()) {
    for (const path of stream.parts) bytes += (await files.facts(`${reader.folder}/${path}`))?.sizeBytes ?? 0;
    for await (const block of reader.blocks(stream)) if (block.count === 0) throw new Error("an empty block");
  }
  return { readMb: bytes / 1e6 };
}
