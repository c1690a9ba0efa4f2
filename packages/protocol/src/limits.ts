/** The longest name or label a person may type, in characters. */
export const TEXT_MAX = 200;
/** The longest note, in characters. */
export const NOTE_MAX = 5000;

/** The version of the words between hub and page; a page of another major version is told to reload. */
export const PROTOCOL_VERSION = "1.0";

/** The Socket.IO namespace of the pages. */
export const UI_NAMESPACE = "/ui";

/** Rows per second of a common time base: the limits, and what is taken unless somebody chooses. */
export const GRID_RATE_LIMITS_HZ = { lowest: 0.1, highest: 10_000, step: 0.001, usual: 100 } as const;
