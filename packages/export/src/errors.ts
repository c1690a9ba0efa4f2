import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  EXPORT_FORMAT_UNKNOWN: {
    message: "There is no export format '{format}'.",
    remedy: "Choose one of: {known}.",
  },
  EXPORT_TOO_LARGE: {
    message:
      "The variable {variable} needs {gotBytes} bytes; a MAT file of level 5 holds {maximumBytes} in one variable.",
    remedy:
      "Export as CSV, or record in shorter sessions; only MATLAB's format v7.3 has no such limit, and this version does not write it.",
  },
  EXPORT_CANCELLED: {
    message: "The export of {session} was cancelled.",
    remedy: "Export again when wanted; files finished before are whole, the others were not touched.",
  },
} as const satisfies ErrorTexts<string>;

/** Codes of everything that can go wrong while exporting; storage errors keep their own. */
export type ExportErrorCode = keyof typeof TEXTS;

/** What went wrong with an export. */
export class ExportError extends HubError<ExportErrorCode> {
  constructor(code: ExportErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}
