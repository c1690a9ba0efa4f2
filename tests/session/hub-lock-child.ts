/** Takes the lock of a folder, says how it went in one line, and holds on until its input ends. */
import { DiskFiles, HubLock } from "@polychron/session/store";

const [folder] = process.argv.slice(2);
try {
  await HubLock.acquire({
    folder: folder!,
    files: new DiskFiles(),
    started: "2025-07-31T14:30:22.000000+02:00",
    onLost: () => process.exit(9),
  });
  process.stdout.write("held\n");
  process.stdin.on("end", () => process.exit(0)).resume();
} catch (error) {
  process.stdout.write(`${JSON.stringify(error)}\n`);
}
