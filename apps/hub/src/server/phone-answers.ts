import { DeviceError, type PhoneOrder } from "@polychron/devices";
import {
  armAck,
  cueAck,
  disarmAck,
  phoneRefusal,
  plainAck,
  plainReason,
  startAck,
  stopAckUnread,
  uploadAck,
  type PhoneRefusal,
} from "@polychron/protocol";
import { errorReport, type ErrorParams, type JsonObject } from "@polychron/session/model";
import type { z } from "zod";

const ANSWERS = {
  arm: armAck,
  disarm: disarmAck,
  start: startAck,
  stop: stopAckUnread,
  upload: uploadAck,
  file_stored: plainAck,
  cue: cueAck,
} as const satisfies Record<PhoneOrder, z.ZodType>;

const REASON_MAX_CHARS = 300;
const NAME_MAX_CHARS = 60;

/** What a phone answered to an order, checked. Throws `PHONE_REFUSED` with the phone's own words, `PHONE_ANSWER_INVALID`. */
export function readAnswer(order: PhoneOrder, answer: unknown, device: string): JsonObject {
  const refused = phoneRefusal.safeParse(answer);
  if (refused.success) {
    const { code, message } = refused.data.error;
    throw new DeviceError("PHONE_REFUSED", { device, order, code, reason: message.slice(0, REASON_MAX_CHARS) });
  }
  const parsed = ANSWERS[order].safeParse(answer);
  if (parsed.success) return parsed.data as JsonObject;
  throw new DeviceError("PHONE_ANSWER_INVALID", { device, order, reason: plainReason(parsed.error) });
}

/** Why a message was refused, as the phone hears it; `more` says what of it. */
export function refusalOf(thrown: unknown, message: string, more: ErrorParams = {}): PhoneRefusal {
  const { params, ...report } = errorReport(thrown);
  return { ok: false, error: { ...report, params: { ...params, ...more } }, of: shortName(message) };
}

/** A message's name as it may stand in an answer, whatever was sent in its place. */
export function shortName(name: unknown): string {
  return String(name).slice(0, NAME_MAX_CHARS);
}
