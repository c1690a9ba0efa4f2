import type { PhoneRefusal } from "@polychron/protocol";

/** A yes with all that belongs to it, or a refusal. */
export type AnyAnswer = { readonly ok: true; readonly [more: string]: unknown } | PhoneRefusal;

/** The plain yes. */
export const YES = { ok: true } as const;

/** Why a phone says no. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What an emulated phone refuses. */
export const REFUSALS = {
  storageFull: {
    code: "STORAGE_FULL",
    message: "There is no storage left on the phone.",
    remedy: "Delete files on the phone, or use another one.",
  },
  noSample: {
    code: "NO_SAMPLE",
    message: "No sample was made in time.",
    remedy: "Start again; restart the phone's app if that does not help.",
  },
  fileDiffers: {
    code: "FILE_DIFFERS",
    message: "The file on the phone has another hash.",
    remedy: "Let the phone send the file again.",
  },
  actUnknown: {
    code: "CUE_ACT_UNKNOWN",
    message: "The phone can do nothing but knock.",
    remedy: "Order what the phone's capabilities name.",
  },
  tooLate: {
    code: "CUE_NOT_DONE",
    message: "The moment of the cue did not come in time.",
    remedy: "Wait until the hub knows the phone's clock, then try again.",
  },
  unknown: {
    code: "MESSAGE_UNKNOWN",
    message: "The phone does not know this message, or not in this form.",
    remedy: "Use a hub that speaks the phone's protocol version.",
  },
} as const satisfies Record<string, Refusal>;

/** A no to the message of this name. */
export function refuse(of: string, why: Refusal): AnyAnswer {
  return { ok: false, error: { ...why, params: {} }, of };
}

/** A no because something failed on the phone itself. */
export function failure(of: string, thrown: unknown): AnyAnswer {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return refuse(of, { code: "PHONE_FAILED", message, remedy: "Restart the phone's app, then try again." });
}
