import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  PROCESSING_SOURCE_CHANGED: {
    message: "{stream} has {gotRows} samples now; it had {expectedRows} when the work began.",
    remedy:
      "Wait until nothing writes to the session any more, check it with 'polychron sessions check', then try again.",
  },
  PROCESSING_RATE_INVALID: {
    message: "{rateHz} Hz is no rate for a common time base.",
    remedy: "Choose a rate from {lowest} to {highest} Hz with at most three decimals, such as 100.",
  },
  PROCESSING_NO_SAMPLES: {
    message: "The session {session} has no stream with samples to put on one time base.",
    remedy: "Choose a session with a recording; 'polychron sessions show' lists what each holds.",
  },
  PROCESSING_CANCELLED: {
    message: "The work on {session} was cancelled.",
    remedy: "Start it again when wanted; what an earlier run had finished was not touched.",
  },
  PROCESSING_PROGRAM_MISSING: {
    message: "The program {program} that reads video and sound is missing.",
    remedy: "Install ffmpeg, or name it with --ffmpeg.",
  },
  PROCESSING_MEDIA_UNREADABLE: {
    message: "{path} cannot be read: {reason}.",
    remedy: "Play the file; if no player opens it, look for the original on the device.",
  },
} as const satisfies ErrorTexts<string>;

/** Codes of everything that can go wrong while working on a finished session; storage errors keep their own. */
export type ProcessingErrorCode = keyof typeof TEXTS;

/** What went wrong with the work on a finished session. */
export class ProcessingError extends HubError<ProcessingErrorCode> {
  constructor(code: ProcessingErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}
