import { applyEvent, seal, type RecoveryEntry, type SessionMetadata, type Sidecar } from "../../format/index.js";
import { hubUs, sessionS, toHubUs, type Clock, type JsonObject, type NewEvent } from "../../model/index.js";
import { EventLog } from "../event-log.js";
import type { FileSystem } from "../files.js";
import { examineLogPart, logParts, type LogPlace } from "../log-reader.js";
import { nextEpoch, SessionClock } from "../session-clock.js";
import { sha256 } from "../sha256.js";
import type { StreamLossReport } from "./loss.js";
import { registrationEvents } from "./registration.js";
import type { SalvagedFile } from "./salvage-data.js";
import type { SetAside } from "./set-aside.js";

/** What was found on disk. */
export interface FoundOnDisk {
  /** What log and metadata say. */
  readonly known: SessionMetadata;
  readonly files: readonly SalvagedFile[];
  readonly sidecars: ReadonlyMap<string, Sidecar>;
  readonly setAside: readonly SetAside[];
  readonly lost: readonly StreamLossReport[];
  /** The metadata file was missing or unreadable. */
  readonly rebuilt: boolean;
}

/**
 * Tells the log what it does not know yet, and returns the metadata that follow. A completed session's log has ended: there
 * only the metadata tell of their rebuilding, and are sealed again. Throws `STORAGE_*`.
 */
export async function bringUpToDate(
  files: FileSystem,
  place: LogPlace,
  clock: Clock,
  found: FoundOnDisk,
): Promise<SessionMetadata> {
  const epoch = nextEpoch(clock, found.known.clock.epochs);
  const times = new SessionClock(clock, epoch);
  const timestampAt = (tS: number): string => times.timestamp(toHubUs(epoch, sessionS(tS)));
  if (found.known.status === "completed") return sealedAgain(files, place, times, found);
  const events = registrationEvents({
    metadata: found.known,
    files: found.files,
    sidecars: found.sidecars,
    timestampAt,
  });
  if (events.length === 0 && found.setAside.length === 0 && !found.rebuilt) return found.known;
  const entry = recoveryEntry(times, found);
  return appendAll(files, place, times, found.known, [
    ...events,
    { event: "session_recovered", details: { entry: entry as JsonObject } },
  ]);
}

async function appendAll(
  files: FileSystem,
  place: LogPlace,
  times: SessionClock,
  known: SessionMetadata,
  events: readonly NewEvent[],
): Promise<SessionMetadata> {
  const { session_name: sessionName, session_uuid: sessionUuid, start_time: startTime } = known;
  const stamp = (atUs?: number) => times.stamp(hubUs(atUs ?? times.nowUs()));
  const subject = { ...place, sessionName, sessionUuid, startTime, stamp };
  const isNew = (await logParts(files, place)).length === 0;
  const log = await (isNew ? EventLog.create(files, subject) : EventLog.resume(files, subject));
  try {
    const written = await Promise.all(events.map((event) => log.append(event)));
    return written.reduce(applyEvent, known);
  } finally {
    await log.close();
  }
}

async function sealedAgain(
  files: FileSystem,
  place: LogPlace,
  times: SessionClock,
  found: FoundOnDisk,
): Promise<SessionMetadata> {
  const { known, rebuilt } = found;
  const told = rebuilt ? { ...known, recoveries: [...known.recoveries, recoveryEntry(times, found)] } : known;
  if (told.seal !== undefined) return told;
  const last = (await logParts(files, place)).at(-1);
  const log_last = last === undefined ? "" : (await examineLogPart(files, place, last)).lastHash;
  return seal(told, { log_last, sealed_time: times.timestamp() }, sha256);
}

function recoveryEntry(times: SessionClock, { known, setAside, lost }: FoundOnDisk): RecoveryEntry {
  const set_aside = setAside.map(({ path }) => path);
  return { timestamp: times.timestamp(), found_state: known.status, choice: "repair", lost: [...lost], set_aside };
}
