import type { z } from "zod";
import type * as messages from "./messages.js";

/** A yes of some form, or a refusal. */
export type PhoneAnswer<Schema extends z.ZodType = typeof messages.plainAck> = z.infer<Schema> | messages.PhoneRefusal;
type Ack<Schema extends z.ZodType = typeof messages.plainAck> = (answer: PhoneAnswer<Schema>) => void;

/** From the phone to the hub, on the phone namespace. */
export interface PhoneToHub {
  hello(value: z.input<typeof messages.phoneHello>, ack: Ack<typeof messages.phoneWelcome>): void;
  /** Bytes as `encodeBlock` makes them; without an acknowledgement: `stored` and `resend` answer for many at once. */
  block(bytes: Uint8Array): void;
  status(value: messages.PhoneStatus, ack?: Ack): void;
  event(value: messages.PhoneEvent, ack: Ack): void;
}

/** From the hub to the phone, on the phone namespace. */
export interface HubToPhone {
  arm(value: z.infer<typeof messages.armOrder>, ack: Ack<typeof messages.armAck>): void;
  disarm(value: z.infer<typeof messages.disarmOrder>, ack: Ack<typeof messages.disarmAck>): void;
  start(value: messages.StartOrder, ack: Ack<typeof messages.startAck>): void;
  stop(value: messages.StopOrder, ack: Ack<typeof messages.stopAck>): void;
  upload(value: z.infer<typeof messages.uploadOrder>, ack: Ack<typeof messages.uploadAck>): void;
  cue(value: messages.CueOrder, ack: Ack<typeof messages.cueAck>): void;
  stored(value: z.infer<typeof messages.storedNotice>): void;
  resend(value: z.infer<typeof messages.resendNotice>): void;
  file_stored(value: messages.FileStoredNotice, ack: Ack): void;
  error(value: messages.PhoneRefusal): void;
}

/** On the clock namespace. */
export interface HubToClock {
  probe(value: z.infer<typeof messages.probe>): void;
  error(value: messages.PhoneRefusal): void;
}
export interface ClockToHub {
  probe_reply(value: messages.ProbeReply): void;
}
