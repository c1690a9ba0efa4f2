import type { RecoveryEntry, SessionMetadata } from "../../format/index.js";
import { errorReport, isFinal, type ErrorReport, type Json } from "../../model/index.js";
import { repairSession, type RepairOptions, type RepairReport } from "../repair/repair-session.js";
import type { FolderEntry } from "../files.js";
import { SessionReader } from "../session-reader.js";
import { findUnclean, removeLeftovers } from "./find-unclean.js";

/** What recovery needs. */
export interface RecoveryOptions extends Omit<RepairOptions, "sessionId"> {
  /** Sessions that are open in this hub: nobody looks at them. */
  readonly openIds?: ReadonlySet<string>;
  /**
   * What the recordings folder held before anybody began to write to it, for a hub that takes commands meanwhile: a session
   * that is just being created looks like one that a crash left. Without it the folder is read now.
   */
  readonly entries?: readonly FolderEntry[];
}

/** A session that a crash left open, repaired, waiting for the operator's choice: continue, end or discard. */
export interface InterruptedSession {
  readonly id: string;
  readonly name: string;
  /** The state in which it was found. */
  readonly foundState: SessionMetadata["status"];
  /** Session seconds of the last recording's last good sample; `null` when nothing was recorded. */
  readonly lastSampleS: number | null;
  /** What was lost since the last choice, as the metadata's `recoveries` say. */
  readonly lost: readonly Json[];
  /** Files in `recovered/` since then, relative to the session. */
  readonly setAside: readonly string[];
  /** The devices of its last recording, or all that had joined, with their settings. */
  readonly devices: readonly RearmDevice[];
}

/** A device to be armed again. */
export interface RearmDevice {
  readonly deviceId: string;
  readonly deviceType: string;
  readonly capabilities: readonly string[];
  readonly settings: SessionMetadata["devices"][string]["settings"];
}

/** What a recovery found and did. */
export interface RecoveryScan {
  readonly interrupted: readonly InterruptedSession[];
  /** What was done to each unclean session. */
  readonly repairs: readonly RepairReport[];
  /** Leftovers of interrupted writes in the recordings folder, removed. */
  readonly removed: readonly string[];
  /** Sessions that could not be recovered, and why. */
  readonly failed: readonly { readonly id: string; readonly error: ErrorReport }[];
}

/**
 * Repairs every session that a crash left open and lists those that wait for a choice. Done twice it changes nothing the second
 * time; a session that cannot be recovered does not keep the others from it. Throws `STORAGE_*` for the recordings folder itself.
 */
export async function recoverSessions(options: RecoveryOptions): Promise<RecoveryScan> {
  const { files, recordingsFolder, fence, openIds } = options;
  await fence();
  const entries = options.entries ?? (await files.list(recordingsFolder));
  const removed = await removeLeftovers(files, recordingsFolder, entries);
  const interrupted: InterruptedSession[] = [];
  const repairs: RepairReport[] = [];
  const failed: { id: string; error: ErrorReport }[] = [];
  for (const id of await findUnclean(files, recordingsFolder, entries)) {
    if (openIds?.has(id) === true) continue;
    try {
      const report = await repairSession({ ...options, sessionId: id });
      repairs.push(report);
      if (!isFinal(report.status)) interrupted.push(await describe(options, id));
    } catch (error) {
      failed.push({ id, error: errorReport(error) });
    }
  }
  return { interrupted, repairs, removed, failed };
}

/** 0 nothing was lost, 3 something was and it is said, 1 a session could not be recovered. */
export function recoveryExitCode({ interrupted, repairs, failed }: RecoveryScan): 0 | 1 | 3 {
  if (failed.length > 0) return 1;
  const isLossy = interrupted.some(({ lost, setAside }) => lost.length > 0 || setAside.length > 0);
  return isLossy || repairs.some(({ lost, setAside }) => lost.length > 0 || setAside.length > 0) ? 3 : 0;
}

/** The interrupted session of that id, already repaired. Throws `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `STORAGE_*`. */
async function describe({ files, recordingsFolder }: RecoveryOptions, id: string): Promise<InterruptedSession> {
  const { metadata } = await SessionReader.open(files, recordingsFolder, id);
  const since = sinceLastChoice(metadata.recoveries);
  return {
    id,
    name: metadata.session_name,
    foundState: metadata.status,
    lastSampleS: metadata.recordings.at(-1)?.stop_t_s ?? null,
    lost: since.flatMap(({ lost }) => (Array.isArray(lost) ? (lost as Json[]) : [])),
    setAside: since.flatMap(({ set_aside }) => set_aside),
    devices: devicesToRearm(metadata),
  };
}

function sinceLastChoice(recoveries: readonly RecoveryEntry[]): RecoveryEntry[] {
  const last = recoveries.findLastIndex(({ choice }) => choice !== "repair");
  return recoveries.slice(last + 1);
}

function devicesToRearm({ devices, recordings }: SessionMetadata): RearmDevice[] {
  const ids = recordings.at(-1)?.devices ?? Object.keys(devices);
  return ids.flatMap((deviceId) => {
    const entry = devices[deviceId];
    if (entry === undefined || entry.status === "replaced") return [];
    return [{ deviceId, deviceType: entry.device_type, capabilities: entry.capabilities, settings: entry.settings }];
  });
}
