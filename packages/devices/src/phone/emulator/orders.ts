import * as words from "@polychron/protocol";
import type { z } from "zod";
import { refuse, REFUSALS, type AnyAnswer } from "./answers.js";

/** What a phone does when it is told. */
export interface OrderHandlers {
  arm(order: z.infer<typeof words.armOrder>): AnyAnswer | Promise<AnyAnswer>;
  disarm(): AnyAnswer | Promise<AnyAnswer>;
  start(order: words.StartOrder): Promise<AnyAnswer>;
  stop(order: words.StopOrder): Promise<AnyAnswer>;
  upload(order: words.RecordingName): AnyAnswer | Promise<AnyAnswer>;
  fileStored(order: words.FileStoredNotice): Promise<AnyAnswer>;
  cue(order: words.CueOrder): Promise<AnyAnswer>;
  stored(notice: z.infer<typeof words.storedNotice>): void;
  resend(notice: z.infer<typeof words.resendNotice>): void;
  /** The hub refused something that asked for no answer. */
  refused(refusal: words.PhoneRefusal): void;
}

type Handle = (handlers: OrderHandlers, value: unknown) => AnyAnswer | void | Promise<AnyAnswer>;

/** The words of the hub, each with its form. */
const WORDS: Readonly<Record<string, Handle>> = {
  arm: word(words.armOrder, (to, order) => to.arm(order)),
  disarm: word(words.disarmOrder, (to) => to.disarm()),
  start: word(words.startOrder, (to, order) => to.start(order)),
  stop: word(words.stopOrder, (to, order) => to.stop(order)),
  upload: word(words.uploadOrder, (to, order) => to.upload(order)),
  file_stored: word(words.fileStoredNotice, (to, order) => to.fileStored(order)),
  cue: word(words.cueOrder, (to, order) => to.cue(order)),
  stored: word(words.storedNotice, (to, notice) => to.stored(notice)),
  resend: word(words.resendNotice, (to, notice) => to.resend(notice)),
  error: word(words.phoneRefusal, (to, refusal) => to.refused(refusal)),
};

/** Does what the hub says; what it does not understand it refuses. */
export async function obey(handlers: OrderHandlers, name: string, value: unknown): Promise<AnyAnswer | void> {
  const handle = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  return handle === undefined ? refuse(name, REFUSALS.unknown) : handle(handlers, value);
}

function word<Schema extends z.ZodType>(
  schema: Schema,
  run: (handlers: OrderHandlers, value: z.infer<Schema>) => AnyAnswer | void | Promise<AnyAnswer>,
): Handle {
  return (handlers, value) => {
    const read = schema.safeParse(value);
    if (!read.success) throw new TypeError(read.error.message, { cause: read.error });
    return run(handlers, read.data);
  };
}
