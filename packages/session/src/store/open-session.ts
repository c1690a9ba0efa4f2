import type { DeviceEntry, RecordingEntry, SessionMetadata } from "../format/metadata.js";
import { seal } from "../format/seal.js";
import type { ClockEpoch, FaultDetails, JsonObject, NewEvent, SessionEvent, SessionState } from "../model/index.js";
import type { ClockKind, ClockWriter } from "./clock-writer.js";
import type { EventListener } from "./event-followers.js";
import type { EventualEvents } from "./eventual-events.js";
import type { NewDevice, SessionDevices } from "./session-devices.js";
import type { SessionJournal } from "./session-journal.js";
import type { NewMarker, SessionNotes } from "./session-notes.js";
import type { NewStream, RecordingStart, RecordingStop, SessionRecordings } from "./session-recordings.js";
import { sha256 } from "./sha256.js";
import type { StreamWriter } from "./stream-writer.js";

/** Why a session ends, and who says so. */
export interface EndRequest {
  readonly reason: string;
  readonly by: string;
}

/**
 * A session that takes commands. Every command is decided before it waits, writes to the log before it changes anything
 * else, and is on the disk when it resolves. Codes: `SESSION_INVALID_STATE`, `SESSION_IMMUTABLE`, `NAME_INVALID`, `STORAGE_*`.
 */
export interface OpenSession {
  readonly id: string;
  readonly state: SessionState;
  /** How hub time maps to session time in this run of the hub. */
  readonly epoch: ClockEpoch;
  readonly metadata: SessionMetadata;
  /** The number of the last event on the disk. */
  readonly lastSeq: number;

  append(event: NewEvent): Promise<SessionEvent>;
  /** Every event from `fromSeq` on, once each and in order; the answer ends it. */
  followEvents(fromSeq: number, listener: EventListener): () => void;
  marker(marker: NewMarker): Promise<SessionEvent>;
  note(note: { readonly text: string; readonly by: string }): Promise<SessionEvent>;
  fault(fault: FaultDetails, operation: string): Promise<void>;

  /** Also throws `SESSION_DEVICE_BUSY`. */
  addDevice(deviceId: string, device: NewDevice): Promise<void>;
  setDevice(deviceId: string, patch: Partial<DeviceEntry>): Promise<void>;

  startRecording(start: RecordingStart): Promise<{ readonly number: number; readonly stamp: string }>;
  openStream(stream: NewStream): Promise<StreamWriter>;
  openClockFile(deviceId: string, kind?: ClockKind): Promise<ClockWriter>;
  stopRecording(stop: RecordingStop): Promise<RecordingEntry>;

  /** Ends and seals. */
  end(request: EndRequest): Promise<void>;
  /** The tree can no longer be written: closes the recording's files, and takes nothing but `reset`. */
  fail(cause: FaultDetails): Promise<void>;
  /** Closes a failed session as it is; the data are kept. */
  reset(request: { readonly by: string }): Promise<void>;
}

/** The pieces of an open session, each with a state of its own. */
export interface SessionParts {
  readonly journal: SessionJournal;
  readonly eventual: EventualEvents;
  readonly notes: SessionNotes;
  readonly devices: SessionDevices;
  readonly recordings: SessionRecordings;
  /** Called when the session has closed, whatever way. */
  readonly onClosed: () => void;
}

/** One object for callers; each piece keeps its own state. */
export function assembleSession(parts: SessionParts): OpenSession {
  const { journal, notes, devices, recordings } = parts;
  return {
    id: journal.id,
    get state() {
      return journal.state;
    },
    get epoch() {
      return journal.clock.epoch;
    },
    get metadata() {
      return journal.metadata;
    },
    get lastSeq() {
      return journal.last.seq;
    },
    append: (event) => journal.append(event),
    followEvents: (fromSeq, listener) => journal.follow(fromSeq, listener),
    marker: (marker) => notes.marker(marker),
    note: (note) => notes.note(note),
    fault: (fault, operation) => notes.fault(fault, operation),
    addDevice: (deviceId, device) => devices.add(deviceId, device),
    setDevice: (deviceId, patch) => devices.set(deviceId, patch),
    startRecording: (start) => recordings.start(start),
    openStream: (stream) => recordings.openStream(stream),
    openClockFile: (deviceId, kind) => recordings.openClockFile(deviceId, kind),
    stopRecording: (stop) => recordings.stop(stop),
    end: (request) => endSession(parts, request),
    fail: (cause) => failSession(parts, cause),
    reset: (request) => resetSession(parts, request),
  };
}

/** From `active` to the seal. Repeated after a failure it goes on where it stopped. */
async function endSession(parts: SessionParts, { reason, by }: EndRequest): Promise<void> {
  const { journal } = parts;
  const action = journal.state === "processing" ? "complete" : "end";
  await journal.command(action, async () => {
    if (action === "end") {
      await journal.append({ event: "session_end", details: { reason, by, duration: journal.clock.tS() } });
      await journal.move("end");
    }
    await completeSession(parts);
  });
}

/**
 * From `processing` to the seal: the log's last line is pinned by the metadata, which pin every file by its hash. Once the
 * log says `completed` the session is closed whatever happens; a seal that the disk refused is put in place by repair.
 */
export async function completeSession({ journal, eventual, onClosed }: SessionParts): Promise<void> {
  await eventual.close();
  await journal.move("complete");
  try {
    const { end_time, duration } = journal.metadata;
    const end = {
      end_time: end_time ?? journal.clock.timestamp(),
      duration: duration ?? journal.clock.tS(),
      status: "completed",
    };
    await journal.finish({ event: "finalized" }, end);
    const facts = { log_last: journal.last.hash, sealed_time: journal.clock.timestamp() };
    await journal.rewrite((metadata) => seal(metadata, facts, sha256));
  } finally {
    onClosed();
    await journal.release();
  }
}

async function failSession({ journal, recordings }: SessionParts, cause: FaultDetails): Promise<void> {
  await journal.command("fail", async () => {
    await recordings.abandon();
    await journal.moveRegardless("fail", { cause: { ...cause } as JsonObject });
  });
}

async function resetSession({ journal, eventual, onClosed }: SessionParts, { by }: { by: string }): Promise<void> {
  await journal.command("reset", async () => {
    try {
      await eventual.close();
      await journal.moveRegardless("reset", { by });
    } finally {
      onClosed();
      await journal.release();
    }
  });
}

/** Leaves a session as it is when the hub stops: open files get their final names, the next start finds it interrupted. */
export async function leaveSession({ journal, eventual, recordings }: SessionParts): Promise<void> {
  await recordings.abandon();
  await eventual.close();
  await journal.release();
}
