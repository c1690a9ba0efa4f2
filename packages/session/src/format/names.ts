import { isWindowsReserved, SessionError } from "../model/index.js";

/** The longest device id or file type, in characters. */
export const NAME_MAX = 40;

const NAME = /^[a-z0-9][a-z0-9_]{0,39}$/;
/** Whether a device id or a file type may become part of a path. */
export function isLegalName(name: string): boolean {
  return NAME.test(name) && !isWindowsReserved(name);
}

/**
 * The name itself, if it may become part of a path; throws `SessionError` (`NAME_INVALID`) if not.
 * What a machine sends is refused and never repaired, because a repair makes two names one.
 */
export function requireName(what: "device id" | "file type" | "folder name", name: string): string {
  if (!isLegalName(name)) throw new SessionError("NAME_INVALID", { name: name.slice(0, 80), what, maximum: NAME_MAX });
  return name;
}
