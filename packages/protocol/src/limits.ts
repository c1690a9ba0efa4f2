/** The longest name or label a person may type, in characters. */
export const TEXT_MAX = 200;
/** The longest note, in characters. */
export const NOTE_MAX = 5000;

/** The version of the words between hub and page; a page of another major version is told to reload. */
export const PROTOCOL_VERSION = "1.0";

/** The Socket.IO namespace of the pages. */
export const UI_NAMESPACE = "/ui";
