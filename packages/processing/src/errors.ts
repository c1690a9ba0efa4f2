import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  PROCESSING_SOURCE_CHANGED: {
    message: "{stream} has {gotRows} samples now; it had {expectedRows} when the work began.",
    remedy:
      "Wait until nothing writes to the session any more, check it with 'polychron sessions check', then try again.",
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
