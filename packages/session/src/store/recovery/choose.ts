import { joinPath, TRASH_FOLDER, trashedFolder } from "../../format/index.js";
import { SessionNotFoundError } from "../../model/index.js";
import type { Fence } from "../atomic-file.js";
import { isNameTaken, makeFolders, type FileSystem } from "../files.js";
import type { OpenSession } from "../open-session.js";
import type { SessionStore } from "../session-store.js";
import type { InterruptedSession, RearmDevice } from "./recover-sessions.js";

/** What continuing an interrupted session asks of the recorder. */
export interface ContinuedSession {
  readonly session: OpenSession;
  /** To be armed again with these settings. */
  readonly devices: readonly RearmDevice[];
  /** It was recording when it was interrupted: start a new recording, and log the gap. */
  readonly wasRecording: boolean;
  /** Where the gap begins, session seconds; `null` when nothing had been recorded. */
  readonly gapFromS: number | null;
}

/** Takes an interrupted session up again, in a new clock epoch. Throws as `SessionStore.adopt`. */
export async function continueInterrupted(
  store: SessionStore,
  interrupted: InterruptedSession,
  by: string,
): Promise<ContinuedSession> {
  const { id, lost, setAside, devices, foundState, lastSampleS } = interrupted;
  const session = await store.adopt(id, { choice: "continue", by, lost, setAside });
  return { session, devices, wasRecording: foundState === "recording", gapFromS: lastSampleS };
}

/** Ends an interrupted session. It waits in `processing` until `OpenSession.end` seals it. Throws as `SessionStore.adopt`. */
export function endInterrupted(store: SessionStore, interrupted: InterruptedSession, by: string): Promise<OpenSession> {
  const { id, lost, setAside } = interrupted;
  return store.adopt(id, { choice: "end", by, lost, setAside });
}

/** Where and when a session is discarded; `stamp` is `YYYYMMDD_HHMMSS`. */
export interface DiscardOptions {
  readonly files: FileSystem;
  readonly recordingsFolder: string;
  readonly sessionId: string;
  readonly stamp: string;
  readonly fence: Fence;
}

/** Moves a session to the trash, where it stays until somebody empties it. Returns its folder there. Throws `SESSION_NOT_FOUND`, `STORAGE_*`. */
export async function discardSession({
  files,
  recordingsFolder,
  sessionId,
  stamp,
  fence,
}: DiscardOptions): Promise<string> {
  const folder = joinPath(recordingsFolder, sessionId);
  if ((await files.facts(folder))?.kind !== "folder") throw new SessionNotFoundError(sessionId);
  await fence();
  await makeFolders(files, recordingsFolder, TRASH_FOLDER);
  const trashed = await moveToFree(files, recordingsFolder, folder, trashedFolder(sessionId, stamp));
  await files.syncFolder(joinPath(recordingsFolder, TRASH_FOLDER));
  await files.syncFolder(recordingsFolder);
  return trashed;
}

async function moveToFree(
  files: FileSystem,
  recordingsFolder: string,
  folder: string,
  wanted: string,
): Promise<string> {
  for (let n = 1; ; n++) {
    const target = n === 1 ? wanted : `${wanted}-${n}`;
    try {
      await files.rename(folder, joinPath(recordingsFolder, target));
      return target;
    } catch (error) {
      if (!isNameTaken(error) || (await files.facts(joinPath(recordingsFolder, target))) === undefined) throw error;
    }
  }
}
