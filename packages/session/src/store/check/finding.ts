/** How bad: data are gone or changed; something must be put right; worth knowing. */
export type Severity = "error" | "warning" | "info";

const REPAIR = "Run 'polychron sessions repair' on this session.";
const RESTORE = "Restore the file from a copy; the others can be used.";
const LOOK = "Look at it and take it out of the session folder if it does not belong there.";
const TAMPERED = "Do not rely on this session's log without a copy; keep both.";

const FINDINGS = {
  METADATA_MISSING: ["error", REPAIR],
  METADATA_BROKEN: ["error", REPAIR],
  METADATA_NEWER: ["warning", "Use the newer version to check or change this session."],
  METADATA_BEHIND: ["warning", REPAIR],
  METADATA_FOREIGN: ["error", "Give the folder the name that its metadata carries."],
  SEAL_BROKEN: ["error", "The sealed metadata was changed after the session was completed; restore it from a copy."],
  LOG_MISSING: ["error", REPAIR],
  LOG_HEAD_BROKEN: ["error", REPAIR],
  LOG_LINE_BROKEN: ["error", TAMPERED],
  LOG_CHAIN_BROKEN: ["error", TAMPERED],
  LOG_LINES_MISSING: ["error", TAMPERED],
  LOG_EVENT_UNKNOWN: ["warning", "A newer version may have written it; it is kept as it is."],
  LOG_TORN: ["warning", REPAIR],
  FILE_MISSING: ["error", RESTORE],
  FILE_ALTERED: ["error", RESTORE],
  FILE_COUNT_WRONG: ["error", REPAIR],
  FILE_LINES_BROKEN: ["error", RESTORE],
  FILE_TORN: ["warning", REPAIR],
  FILE_UNFINISHED: ["warning", REPAIR],
  FILE_UNREGISTERED: ["warning", REPAIR],
  FILE_MISNAMED: ["warning", LOOK],
  FILE_FOREIGN: ["warning", LOOK],
  FILE_TEMPORARY: ["info", REPAIR],
  FILE_AWAITED: ["info", "Connect the device that announced it; the session waits for it."],
  FILE_NOT_RECEIVED: [
    "warning",
    "It may still be on the device: reopen the session and connect the device to fetch it.",
  ],
  PATH_ILLEGAL: ["error", "The metadata names a path outside the session; restore it from a copy."],
  SIDECAR_MISSING: ["warning", REPAIR],
  SIDECAR_BROKEN: ["error", REPAIR],
  SIDECAR_ALTERED: ["error", RESTORE],
  FOLDER_MISSING: ["warning", REPAIR],
  FOLDER_FOREIGN: ["warning", LOOK],
  DERIVED_MISSING: ["warning", "Make it again: run its processing step on this session."],
  REPORT_BROKEN: ["warning", "Make it again: run 'polychron report' on this session."],
  DERIVED_ALTERED: ["warning", "Make it again: run its processing step on this session."],
} as const satisfies Record<string, readonly [Severity, string]>;

/** Everything a check can find; a code never changes its meaning. */
export type FindingCode = keyof typeof FINDINGS;

/** One thing that is not as it should be. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** Relative to the session; empty for the session itself. */
  readonly path: string;
  readonly detail: string;
  readonly remedy: string;
}

/** A finding with the severity and remedy of its code. */
export function finding(code: FindingCode, path: string, detail: string): Finding {
  const [severity, remedy] = FINDINGS[code];
  return { severity, code, path, detail, remedy };
}
