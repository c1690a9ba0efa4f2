import type { DeviceEntry, FileEntry, RecordingEntry, SessionMetadata } from "../format/metadata.js";
import type { ClockEpoch, FaultDetails, NewEvent, SessionEvent, SessionState } from "../model/index.js";
import type { AttachmentWriter } from "./attachment-writer.js";
import type { ClockKind, ClockWriter } from "./clock-writer.js";
import type { EventListener } from "./event-followers.js";
import type {
  AnnouncedFile,
  AwaitedFile,
  Conversion,
  EndRequest,
  NewMedia,
  RefusedAnnouncement,
} from "./file-requests.js";
import type { MediaPair } from "./media-files.js";
import type { SessionConversions } from "./session-conversions.js";
import type { NewDevice, SessionDevices } from "./session-devices.js";
import type { SessionEnding } from "./session-ending.js";
import type { SessionJournal } from "./session-journal.js";
import type { NewMarker, SessionNotes } from "./session-notes.js";
import type { NewStream, RecordingStart, RecordingStop, SessionRecordings } from "./session-recordings.js";
import type { SessionUploads } from "./session-uploads.js";
import type { StreamWriter } from "./stream-writer.js";

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
  /**
   * A video of the running recording: its file and its frame times; a second one of the same device and type within one
   * recording is the next part (`_part2`, the same number for video and frames). Codes as `openStream`.
   */
  openMedia(media: NewMedia): Promise<MediaPair>;
  stopRecording(stop: RecordingStop): Promise<RecordingEntry>;

  /**
   * Registers files that a device holds, in log and metadata; told again it adds only what is new. Each is judged by itself:
   * returns those that cannot be taken. Throws `SESSION_*`, `STORAGE_*`.
   */
  announceFiles(
    deviceId: string,
    recording: number,
    files: readonly AnnouncedFile[],
  ): Promise<readonly RefusedAnnouncement[]>;
  /** Files announced and not here yet. */
  readonly awaited: readonly AwaitedFile[];
  /** The intake of one announced file; undefined when it is here already, whole and checked. Throws `UPLOAD_UNKNOWN_FILE`, `SESSION_*`, `STORAGE_*`. */
  receive(deviceId: string, fileId: string): Promise<AttachmentWriter | undefined>;
  /**
   * A recorded video becomes the file that stays; a session that ends waits for it. The original stays when it fails: throws
   * `VIDEO_CONVERSION_FAILED`, which is recorded as a fault as well.
   */
  convert(conversion: Conversion): Promise<FileEntry>;

  /**
   * Ends. Sealed at once when nothing is awaited: no file, no conversion, no word of a device on what it recorded on itself.
   * Else the session stays in `processing`, open, and seals itself when the last is there. `withoutMissing` seals now, and names
   * what is missing. May be called again in `processing`. The devices are free for another session.
   */
  end(request: EndRequest): Promise<{ readonly sealed: boolean }>;
  /** The tree can no longer be written: closes the recording's files, and takes nothing but `reset`. */
  fail(cause: FaultDetails): Promise<void>;
  /** Closes a failed session as it is; the data are kept. */
  reset(request: { readonly by: string }): Promise<void>;
}

/** The pieces of an open session, each with a state of its own. */
export interface SessionParts {
  readonly journal: SessionJournal;
  readonly notes: SessionNotes;
  readonly devices: SessionDevices;
  readonly recordings: SessionRecordings;
  readonly uploads: SessionUploads;
  readonly conversions: SessionConversions;
  readonly ending: SessionEnding;
}

/** A device's word on what it holds may be the last that an ended session waits for. */
async function appended(event: NewEvent, { journal, ending }: SessionParts): Promise<SessionEvent> {
  const onDisk = await journal.append(event);
  ending.settle();
  return onDisk;
}

/** One object for callers; each piece keeps its own state. */
export function assembleSession(parts: SessionParts): OpenSession {
  const { journal, notes, devices, recordings, uploads, conversions, ending } = parts;
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
    get awaited() {
      return uploads.awaited;
    },
    append: (event) => appended(event, parts),
    followEvents: (fromSeq, listener) => journal.follow(fromSeq, listener),
    marker: (marker) => notes.marker(marker),
    note: (note) => notes.note(note),
    fault: (fault, operation) => notes.fault(fault, operation),
    addDevice: (deviceId, device) => devices.add(deviceId, device),
    setDevice: (deviceId, patch) => devices.set(deviceId, patch),
    startRecording: (start) => recordings.start(start),
    openStream: (stream) => recordings.openStream(stream),
    openClockFile: (deviceId, kind) => recordings.openClockFile(deviceId, kind),
    openMedia: (media) => recordings.openMedia(media),
    stopRecording: (stop) => recordings.stop(stop),
    announceFiles: (deviceId, recording, files) => uploads.announce(deviceId, recording, files),
    receive: (deviceId, fileId) => uploads.receive(deviceId, fileId),
    convert: (conversion) => conversions.convert(conversion),
    end: (request) => ending.end(request),
    fail: (cause) => ending.fail(cause),
    reset: (request) => ending.reset(request),
  };
}
