import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  TRACE_NOT_FOUND: {
    message: "The recording {path} cannot be read: {reason}.",
    remedy: "Correct the path; it is taken from the folder in which the program was started.",
  },
  TRACE_COLUMNS_MISSING: {
    message: "{path} has no columns {missing}; its first line holds {found}.",
    remedy:
      "Give the file a first line with column names: t1,t2,t3,t4 for questions with answers, device_timestamp,host_arrival for samples that only arrive.",
  },
  TRACE_NOT_A_NUMBER: {
    message: "Line {line} of {path} holds '{value}' as {column}, which is no number.",
    remedy: "Write times in seconds with a point, such as 12.034; only t2, t3 and t4 may be empty (no answer).",
  },
  TRACE_ROW_BROKEN: {
    message: "Line {line} of {path} has {found} cells, its first line {expected}.",
    remedy: "Complete or remove the line; a recording that was cut off often ends in half a line.",
  },
  TRACE_OF_READINGS: {
    message:
      "{path} holds readings of a clock taken between samples: the middle of such a reading is late by half of what the link holds back, and nothing in the file shows how much that is.",
    remedy:
      "Run 'polychron report' on its session, which reads them together with the arrivals of the samples; or analyse the arrivals alone (device_timestamp,host_arrival).",
  },
  TRACE_EMPTY: {
    message: "{path} holds no row.",
    remedy: "Choose a file with a line of column names and at least one row below it.",
  },
  TRACE_CHANGED: {
    message: "{path} changed while it was read: it held {rows} rows at first.",
    remedy: "Analyse it when its recording is over, or copy it first.",
  },
  TRACE_OUT_INVALID: {
    message: "The result cannot be written to {path}: {reason}.",
    remedy: "Choose with --out a file in a folder that exists, and not the recording itself.",
  },
} as const satisfies ErrorTexts<string>;

/** Codes of everything wrong with a recording of clocks, or with the place for its result. */
export type TraceErrorCode = keyof typeof TEXTS;

/** A recording of clocks that cannot be analysed. */
export class TraceError extends HubError<TraceErrorCode> {
  constructor(code: TraceErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}
