import type { SessionMetadata } from "@polychron/session/format";
import type { Incompleteness } from "./timed-session.js";

/** Of a session whose log has no event that can be read. */
export const LOG_LOST: Incompleteness = { target: "log", reason: "no event can be read: markers are missing" };

/** What the metadata already knows to be missing. */
export function declaredLosses(metadata: SessionMetadata): Incompleteness[] {
  const found: Incompleteness[] = [];
  if (metadata.status !== "completed")
    found.push({ target: "session", reason: `its status is ${metadata.status}, not completed` });
  for (const recording of metadata.recordings) {
    for (const { device, stream, expected, written } of recording.streams) {
      if (written >= expected) continue;
      const reason = `${expected - written} of ${expected} samples of recording ${recording.number} are missing`;
      found.push({ target: `${device}/${stream}`, reason });
    }
  }
  for (const file of Object.values(metadata.files).flat()) {
    if (!file.complete) found.push({ target: file.file_path, reason: "the file is not complete" });
  }
  return found;
}
