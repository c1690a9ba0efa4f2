import { joinPath } from "../format/layout.js";
import type { SessionMetadata } from "../format/metadata.js";
import type { Clock, ClockEpoch, Json, Timers } from "../model/index.js";
import type { Fence } from "./atomic-file.js";
import { EventLog, type LogSubject } from "./event-log.js";
import { EventualEvents } from "./eventual-events.js";
import type { FileSystem } from "./files.js";
import { MetadataDocument } from "./metadata-document.js";
import type { SessionParts } from "./open-session.js";
import { SessionClock } from "./session-clock.js";
import { SessionDevices, type DeviceClaims } from "./session-devices.js";
import { SessionJournal } from "./session-journal.js";
import { SessionNotes, type FaultPlace } from "./session-notes.js";
import { SessionRecordings } from "./session-recordings.js";
import type { StreamLoss } from "./stream-writer.js";

/** What every session of a store needs of the world. */
export interface StorePorts {
  /** The recordings folder. */
  readonly folder: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Asked before each Replace (see `HubLock.fence`). */
  readonly fence: Fence;
  /** Hears of what the disk refused, at once: the session's own log may have to wait for room. Must not throw. */
  readonly onFault: (error: unknown, sessionId: string) => void;
}

/** What the store does with a session's devices, and when it has closed. */
export interface StoreHooks extends DeviceClaims {
  closed(sessionId: string): void;
}

/** The log of a session that has none yet, or has one to go on with. */
export type LogStart = "new" | "resume" | "resume_in_new_part";

/** A session's pieces around its log and its metadata. Throws `METADATA_BROKEN`, `STORAGE_*`. */
export async function openParts(
  ports: StorePorts,
  hooks: StoreHooks,
  session: { readonly metadata: SessionMetadata; readonly epoch: ClockEpoch; readonly log: LogStart },
): Promise<SessionParts> {
  const { metadata } = session;
  const folder = joinPath(ports.folder, metadata.session_id);
  const clock = new SessionClock(ports.clock, session.epoch);
  const log = await openLog(ports.files, { ...subjectOf(metadata, clock), folder }, session.log);
  return connect(ports, hooks, { metadata, folder, clock, log });
}

function connect(
  ports: StorePorts,
  hooks: StoreHooks,
  { metadata, folder, clock, log }: { metadata: SessionMetadata; folder: string; clock: SessionClock; log: EventLog },
): SessionParts {
  const { files, timers, fence } = ports;
  const id = metadata.session_id;
  const report = (error: unknown, place: FaultPlace): void => {
    ports.onFault(error, id);
    notes.report(error, place);
  };
  const document: MetadataDocument = new MetadataDocument(
    { files, timers, fence, onFault: (error) => report(error, { operation: "metadata", target: id }) },
    folder,
    metadata,
  );
  const journal = new SessionJournal({ clock, log, document });
  const onLost = (error: unknown): void => ports.onFault(error, id);
  const eventual = new EventualEvents({ timers, append: (event) => journal.append(event), onLost });
  const notes = new SessionNotes(journal, eventual);
  const devices = new SessionDevices({ files, folder }, journal, hooks);
  const recordings = new SessionRecordings(
    {
      ...{ files, timers, fence, folder, sessionId: id, monotonicZeroUs: clock.epoch.monotonic_zero_us },
      onLoss: (loss) => void eventual.say({ event: "gap", atUs: clock.nowUs(), details: gapDetails(loss) }),
      onFault: report,
    },
    journal,
    devices,
  );
  return { journal, eventual, notes, devices, recordings, onClosed: () => hooks.closed(id) };
}

function openLog(files: FileSystem, subject: LogSubject, start: LogStart): Promise<EventLog> {
  return start === "new"
    ? EventLog.create(files, subject)
    : EventLog.resume(files, subject, start === "resume_in_new_part");
}

function subjectOf(metadata: SessionMetadata, clock: SessionClock): Omit<LogSubject, "folder"> {
  return {
    sessionId: metadata.session_id,
    sessionName: metadata.session_name,
    sessionUuid: metadata.session_uuid,
    startTime: metadata.start_time,
    stamp: (atUs) => clock.stamp(atUs),
  };
}

function gapDetails({ deviceId, fileType, fromSeq, toSeq, samples, error }: StreamLoss): Record<string, Json> {
  return { device: deviceId, stream: fileType, from_seq: fromSeq, to_seq: toSeq, samples, cause: error.code };
}
