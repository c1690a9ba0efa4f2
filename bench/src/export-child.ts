import { exportSession } from "@polychron/export";
import { DiskFiles } from "@polychron/session/store";

/** A process of its own, so that its peak memory is that of one export: recordings folder, session id, format. */
const [recordingsFolder, sessionId, format] = process.argv.slice(2) as [string, string, string];
const before = performance.now();
const software = { name: "bench", version: "0" };
const result = await exportSession(new DiskFiles(), { recordingsFolder, sessionId }, { formats: [format], software });
const seconds = (performance.now() - before) / 1000;
const writtenMb = result.formats[0]!.files.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
process.stdout.write(JSON.stringify({ seconds, writtenMb, peakMb: process.resourceUsage().maxRSS / 1024 }));
