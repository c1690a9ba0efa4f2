/** Replaces a document and acknowledges two events, so that a trace of its system calls can be read. */
import { DiskFiles, EventLog, replaceFile } from "@polychron/session/store";

const [folder] = process.argv.slice(2) as [string];
const files = new DiskFiles();
await replaceFile(files, `${folder}/document.json`, new TextEncoder().encode("{}"));
const stamp = { time: "14:30:22.123", timestamp: "2025-07-31T14:30:22.123456+02:00", t_s: 0 };
const log = await EventLog.create(files, {
  folder,
  sessionId: "s1",
  sessionName: "",
  sessionUuid: "u",
  startTime: stamp.timestamp,
  stamp: () => stamp,
});
for (const text of ["first", "second"]) {
  await log.append({ event: "note", details: { text } });
  process.stdout.write(`acknowledged ${text}\n`);
}
await log.close();
