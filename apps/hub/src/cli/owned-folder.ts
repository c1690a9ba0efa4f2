import { isoTime, type Clock } from "@polychron/session/model";
import { DiskFiles, HubLock, type FileSystem } from "@polychron/session/store";
import { systemClock } from "../system-clock.js";
import type { Surroundings } from "./surroundings.js";

/** A recordings folder that this process alone may change. */
export interface OwnedFolder {
  readonly files: FileSystem;
  readonly recordingsFolder: string;
  readonly clock: Clock;
  readonly lock: HubLock;
  /** Who changes it, for the log. */
  readonly by: string;
}

/**
 * Holds the recordings folder while `work` changes it, as a hub would, and lets go of it whatever happens.
 * Throws `RECORDINGS_IN_USE` while a hub runs there, `STORAGE_*`, and what `work` throws.
 */
export async function withOwnedFolder<Result>(
  recordingsFolder: string,
  surroundings: Surroundings,
  work: (owned: OwnedFolder) => Promise<Result>,
): Promise<Result> {
  const files = new DiskFiles();
  const clock = systemClock();
  await files.list(recordingsFolder); // a mistyped folder must not be made
  const now = clock.utcUs();
  const started = isoTime(now, clock.zoneOffsetMin(now));
  const onLost = (error: Error) => surroundings.err(error.message);
  const lock = await HubLock.acquire({ folder: recordingsFolder, files, started, onLost });
  try {
    return await work({ files, recordingsFolder, clock, lock, by: "command line" });
  } finally {
    await lock.release();
  }
}
