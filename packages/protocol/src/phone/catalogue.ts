import type { z } from "zod";
import { CLOCK_NAMESPACE, PHONE_NAMESPACE, type PhoneLimits } from "./limits.js";
import * as messages from "./messages.js";

/** One message between phone and hub. */
export interface PhoneMessage {
  readonly name: string;
  readonly from: "phone" | "hub";
  readonly namespace: typeof PHONE_NAMESPACE | typeof CLOCK_NAMESPACE;
  /** In a sentence or two: what it says, and what its acknowledgement means. */
  readonly says: string;
  /** `bytes`: a block, as `encodeBlock` makes it. */
  readonly value: z.ZodType | "bytes";
  /** What a yes looks like in the acknowledgement; null where there is none. A no is a `phoneRefusal`. */
  readonly answer: z.ZodType | null;
}

/** Every message of the protocol, in the order in which a session uses them. */
export const PHONE_MESSAGES: readonly PhoneMessage[] = [
  phone(
    "hello",
    messages.phoneHello,
    messages.phoneWelcome,
    "The first message of every connection: who the phone is.",
  ),
  hub("arm", messages.armOrder, messages.armAck, "Deliver blocks of these streams. Yes: the sensors run."),
  phone("block", "bytes", null, "Consecutive samples of one stream, see [Blocks](#blocks)."),
  hub("stored", messages.storedNotice, null, "Samples before these numbers are safe, or not wanted: forget them."),
  hub("resend", messages.resendNotice, null, "A block did not continue its stream: send again from here."),
  hub("start", messages.startOrder, messages.startAck, "Record from an instant on. Yes: the first sample is kept."),
  hub("cue", messages.cueOrder, messages.cueAck, "Flash, beep or knock, for the others to record. Yes: it was done."),
  hub("stop", messages.stopOrder, messages.stopAck, "The recording is over. Yes: its files are closed and hashed."),
  hub("upload", messages.uploadOrder, messages.uploadAck, "Send the files of a recording. Yes: it is being done."),
  hub("file_stored", messages.fileStoredNotice, messages.plainAck, "A file is safe: delete it. Yes: heard."),
  hub("disarm", messages.disarmOrder, messages.disarmAck, "Deliver no more blocks. Yes: the sensors rest."),
  phone(
    "status",
    messages.phoneStatus,
    messages.plainAck,
    "How the phone is. It need not ask for the acknowledgement.",
  ),
  phone("event", messages.phoneEvent, messages.plainAck, "For the session's log. Yes: it is on the hub's disk."),
  hub(
    "error",
    messages.phoneRefusal,
    null,
    "What has no acknowledgement was refused: a `block`, or a file of an answer to `stop`.",
  ),
  { ...hub("probe", messages.probe, null, "What does your clock say? Answer at once."), namespace: CLOCK_NAMESPACE },
  { ...phone("probe_reply", messages.probeReply, null, "The answer to a probe."), namespace: CLOCK_NAMESPACE },
];

function phone(name: string, value: PhoneMessage["value"], answer: PhoneMessage["answer"], says: string): PhoneMessage {
  return { name, from: "phone", namespace: PHONE_NAMESPACE, says, value, answer };
}

function hub(name: string, value: PhoneMessage["value"], answer: PhoneMessage["answer"], says: string): PhoneMessage {
  return { ...phone(name, value, answer, says), from: "hub" };
}

/** What each limit says, for the page and for people. */
export const PHONE_LIMIT_TEXTS: Readonly<Record<keyof PhoneLimits, string>> = {
  max_message_bytes: "the longest message; a longer one ends the connection",
  max_block_samples: "samples in one block",
  max_channels: "channels of one stream",
  max_streams: "streams of one phone",
  max_messages_per_s: "messages a second, blocks included; more are refused with `PHONE_RATE_LIMITED`",
  max_upload_patch_bytes: "body of one PATCH of an upload",
  max_unread_bytes: "what may wait for a phone that does not read; more ends the connection",
  ping_interval_ms: "the hub's heartbeat (Engine.IO ping): so often",
  ping_timeout_ms: "an answer to it must come within",
};
