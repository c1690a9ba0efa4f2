import { joinPath } from "../format/layout.js";
import type { SessionMetadata } from "../format/metadata.js";
import type { Clock, ClockEpoch, Json, Timers } from "../model/index.js";
import type { Fence } from "./atomic-file.js";
import { EventLog, type LogSubject } from "./event-log.js";
import { EventualEvents } from "./eventual-events.js";
import { FileNames } from "./file-names.js";
import type { FileSystem } from "./files.js";
import { firstOf } from "./first-error.js";
import { MetadataDocument } from "./metadata-document.js";
import type { SessionParts } from "./open-session.js";
import { SessionClock } from "./session-clock.js";
import { SessionConversions } from "./session-conversions.js";
import { SessionDevices, type DeviceClaims } from "./session-devices.js";
import { SessionEnding } from "./session-ending.js";
import { SessionJournal } from "./session-journal.js";
import { SessionNotes, type FaultPlace } from "./session-notes.js";
import { SessionRecordings } from "./session-recordings.js";
import { SessionUploads } from "./session-uploads.js";
import { SidecarFiles } from "./sidecar-files.js";
import type { StreamLoss } from "./stream-writer.js";
import { UploadDescriber } from "./upload-describer.js";

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
  /** Hears of every session that was sealed. Must not throw. */
  readonly onSealed?: (sessionId: string) => void;
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
  const parts = connect(ports, hooks, { metadata, folder, clock, log });
  try {
    await parts.uploads.look();
    return parts;
  } catch (error) {
    throw await firstOf(error, () => parts.journal.release());
  }
}

/** A session that is being opened: what it is, and what writes it. */
interface Opened {
  readonly metadata: SessionMetadata;
  readonly folder: string;
  readonly clock: SessionClock;
  readonly log: EventLog;
}

function connect(ports: StorePorts, hooks: StoreHooks, opened: Opened): SessionParts {
  const { metadata, folder, clock, log } = opened;
  const { files, timers, fence } = ports;
  const id = metadata.session_id;
  const onLost = (error: unknown): void => ports.onFault(error, id);
  const report = (error: unknown, place: FaultPlace): void => {
    onLost(error);
    notes.report(error, place);
  };
  const onFault = (error: unknown): void => report(error, { operation: "metadata", target: id });
  const document: MetadataDocument = new MetadataDocument({ files, timers, fence, onFault }, folder, metadata);
  const journal = new SessionJournal({ clock, log, document });
  const eventual = new EventualEvents({ timers, append: (event) => journal.append(event), onLost });
  const notes = new SessionNotes(journal, eventual);
  const devices = new SessionDevices({ files, folder }, journal, hooks);
  const settle = (): void => ending.settle();
  const data = connectData(ports, opened, { journal, eventual, devices, report, settle });
  const onClosed = (): void => hooks.closed(id);
  const onSealed = (): void => ports.onSealed?.(id);
  const ends = { onClosed, onSealed, onFault: onLost };
  const ending: SessionEnding = new SessionEnding({ journal, eventual, devices, ...data, ...ends });
  return { journal, notes, devices, ...data, ending };
}

/** Whatever writes files of data into the session. */
function connectData(
  { files, timers, fence }: StorePorts,
  { metadata, folder, clock }: Opened,
  core: {
    readonly journal: SessionJournal;
    readonly eventual: EventualEvents;
    readonly devices: SessionDevices;
    readonly report: (error: unknown, place: FaultPlace) => void;
    /** Something that was awaited is here. */
    readonly settle: () => void;
  },
): Pick<SessionParts, "recordings" | "uploads" | "conversions"> {
  const { journal, eventual, devices, report: onFault, settle } = core;
  const sessionId = metadata.session_id;
  const sidecars = new SidecarFiles({ files, folder, fence });
  const names = new FileNames(
    Object.values(metadata.files).flatMap((entries) => entries.map((entry) => entry.file_path)),
  );
  const onLoss = (loss: StreamLoss): void =>
    void eventual.say({ event: "gap", atUs: clock.nowUs(), details: gapDetails(loss) });
  const place = { files, timers, folder, sessionId, monotonicZeroUs: clock.epoch.monotonic_zero_us };
  const describer = new UploadDescriber(place, sidecars);
  return {
    recordings: new SessionRecordings({ ...place, sidecars, names, onLoss, onFault }, journal, devices),
    uploads: new SessionUploads({ files, folder, names, describer, onFault, onStored: settle }, journal, devices),
    conversions: new SessionConversions({ files, folder, sidecars, onFault, onDone: settle }, journal),
  };
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
