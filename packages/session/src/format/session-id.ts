import { isWindowsReserved, SessionError } from "../model/index.js";

/** The longest session name a person may type, in characters (Unicode code points). */
export const SESSION_NAME_MAX = 200;
/** The longest name part of a session id, in characters. */
export const ID_NAME_MAX = 48;

const SESSION_ID = /^([A-Za-z0-9][A-Za-z0-9_-]{0,47})_(\d{8}_\d{6})$/;

/** A session id taken apart. */
export interface SessionIdParts {
  /** The cleaned custom name, or `session`. */
  readonly name: string;
  /** `YYYYMMDD_HHMMSS`, local time of the hub. */
  readonly stamp: string;
}

/**
 * The id `name_YYYYMMDD_HHMMSS` of a session; `typed` is what the person typed, if anything.
 * Throws `SessionError` (`SESSION_NAME_INVALID`) when more than `SESSION_NAME_MAX` characters were typed.
 */
export function sessionId(typed: string | undefined, stamp: string): string {
  return `${idName(typed ?? "")}_${stamp}`;
}

/** The parts of a session id; undefined for any other text. */
export function parseSessionId(id: string): SessionIdParts | undefined {
  const match = SESSION_ID.exec(id);
  return match === null ? undefined : { name: match[1]!, stamp: match[2]! };
}

/** Whether a folder of this name can be a session. */
export function isSessionId(id: string): boolean {
  return SESSION_ID.test(id);
}

function idName(typed: string): string {
  const length = [...typed].length;
  if (length > SESSION_NAME_MAX) throw new SessionError("SESSION_NAME_INVALID", { length, maximum: SESSION_NAME_MAX });
  const cleaned = typed
    .replace(/[^A-Za-z0-9_-]/g, "_")
    .replace(/_+/g, "_")
    .replace(/^[_-]+/, "")
    .slice(0, ID_NAME_MAX)
    .replace(/_+$/, "");
  if (cleaned === "") return "session";
  return isWindowsReserved(cleaned) ? `${cleaned}_session` : cleaned;
}
