import { SessionError } from "../model/index.js";

/** The longest device id or file type, in characters. */
export const NAME_MAX = 40;

const NAME = /^[a-z0-9][a-z0-9_]{0,39}$/;
/** Names that Windows gives to devices, whatever the extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Whether Windows would open a device instead of a file of this name; the letter case does not matter. */
export function isWindowsReserved(name: string): boolean {
  return WINDOWS_RESERVED.test(name);
}

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
