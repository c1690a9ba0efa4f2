import { HubError, type ErrorParams, type ErrorTexts } from "./errors.js";

const TEXTS = {
  SESSION_INVALID_STATE: {
    message: "'{command}' is not possible while the session {session} is {state}.",
    remedy: "{hint}",
  },
  SESSION_NOT_FOUND: { message: "There is no session {session}.", remedy: "Choose a session from the sessions list." },
  SESSION_IMMUTABLE: {
    message: "The session {session} is completed and sealed; '{command}' would change it.",
    remedy: "Reopen the session to add to it; what is sealed stays as it is.",
  },
  SESSION_NAME_INVALID: {
    message: "The name has {length} characters; at most {maximum} are kept.",
    remedy: "Shorten the name and put the rest into the notes.",
  },
  SESSION_DEVICE_BUSY: {
    message: "The device {device} already belongs to the open session {session}.",
    remedy: "End that session, or record with the other devices.",
  },
  SESSION_DEVICE_UNKNOWN: {
    message: "The device {device} has not joined the session {session}.",
    remedy: "Add the device to the session first.",
  },
  UPLOAD_UNKNOWN_FILE: {
    message: "The device {device} has announced no file {file} for the session {session}.",
    remedy: "Announce the file in the answer to the stop of its recording, then send it.",
  },
  UPLOAD_OFFSET_WRONG: {
    message: "The upload of {file} goes on at byte {offsetBytes}, not at {gotBytes}.",
    remedy: "Ask for the offset (HEAD) and go on from there.",
  },
  UPLOAD_TOO_LONG: {
    message: "The upload of {file} is longer than the {sizeBytes} bytes that were announced.",
    remedy: "Send exactly the file that was announced.",
  },
  UPLOAD_BUSY: {
    message: "Another request is writing the upload of {file}.",
    remedy: "Send one request at a time for each file.",
  },
  UPLOAD_CHECKSUM: {
    message: "The file {file} from {device} arrived with the hash {gotSha256} instead of {wantedSha256}.",
    remedy: "What came was set aside; the device sends the file once more from its first byte.",
  },
  FILE_NOT_RECEIVED: {
    message: "The file {file} that {device} announced was not received.",
    remedy: "It may still be on the device: reopen the session and connect the device to fetch it.",
  },
  FILE_ID_TAKEN: {
    message:
      "{device} announced a file {file} of recording {recording}, while another one with that id, of recording {other}, is still to come.",
    remedy: "It stays on the device: copy it from there. The device's app must give every file an id of its own.",
  },
  RECORDING_NOT_HEARD: {
    message: "{device} recorded on itself and never told what came of it (recording {recordings}).",
    remedy:
      "What it recorded may still be on the device: reopen the session, switch the device on and connect it; then it is asked.",
  },
  VIDEO_CONVERSION_FAILED: {
    message: "The video {file} could not be turned into {wanted}: {reason}.",
    remedy: "The recorded file stays as it is; any player that opens Matroska plays it.",
  },
  NAME_INVALID: {
    message: "'{name}' is not a legal {what}.",
    remedy: "Use 1 to {maximum} lower-case letters, digits and '_'.",
  },
  STORAGE_FULL: {
    message: "The disk is full: {operation} on {path} could not be written.",
    remedy: "Free space on the disk of the recordings folder; recording goes on as soon as there is room.",
  },
  STORAGE_WRITE_FAILED: {
    message: "{operation} on {path} failed: {reason}.",
    remedy: "Check the disk of the recordings folder; what was written before is kept.",
  },
  STORAGE_READ_FAILED: {
    message: "{path} could not be read: {reason}.",
    remedy: "Check the disk and the access rights of the recordings folder.",
  },
  STORAGE_NO_ACCESS: {
    message: "The hub may not {operation} {path}.",
    remedy:
      "Give the user who runs the hub read and write rights to the recordings folder, or choose another with --recordings.",
  },
  STORAGE_SLOW: {
    message: "The disk is slower than {device}: {samples} samples of {stream} could not be queued.",
    remedy: "Close other programs that write, or record to a faster disk; the loss is marked in the data.",
  },
  STORAGE_FENCED: {
    message: "Another hub ({owner}) has taken the recordings folder; this one stops writing to it.",
    remedy: "Stop one of the two hubs, then restart the other.",
  },
  RECORDINGS_IN_USE: {
    message: "The recordings folder {path} is in use by another hub: {owner}.",
    remedy: "Use that hub, stop it first, or choose another folder with --recordings.",
  },
  METADATA_BROKEN: {
    message: "The metadata of {session} cannot be used: {reason}.",
    remedy: "Run 'polychron sessions repair {session}' to rebuild it from what is on disk.",
  },
  DATA_BROKEN: {
    message: "{path} does not hold the samples its name promises: {reason}.",
    remedy: "Run 'polychron sessions check' on this session; the other files can be read.",
  },
  METADATA_NEWER: {
    message: "The session {session} was written by a newer version (schema {found}, this program knows {known}).",
    remedy: "Open it with the newer version; this one only reads it.",
  },
} as const satisfies ErrorTexts<string>;

/** Codes of everything that can go wrong with sessions and their storage. */
export type SessionErrorCode = keyof typeof TEXTS;

/** What went wrong with a session or with its storage. */
export class SessionError extends HubError<SessionErrorCode> {
  constructor(code: SessionErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}

/** A command that the session's state does not allow (`SESSION_INVALID_STATE`). */
export class InvalidStateError extends SessionError {
  constructor(params: { session: string; state: string; command: string; hint: string }) {
    super("SESSION_INVALID_STATE", params);
  }
}

/** A command on an id that no session has (`SESSION_NOT_FOUND`). */
export class SessionNotFoundError extends SessionError {
  constructor(session: string) {
    super("SESSION_NOT_FOUND", { session });
  }
}

/** A change to what is sealed (`SESSION_IMMUTABLE`). */
export class SessionImmutableError extends SessionError {
  constructor(params: { session: string; command: string }) {
    super("SESSION_IMMUTABLE", params);
  }
}
