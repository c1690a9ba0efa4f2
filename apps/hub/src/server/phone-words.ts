import { DeviceError, type RefusedPlace } from "@polychron/devices";
import {
  decodeBlock,
  PHONE_LIMITS,
  PHONE_PROTOCOL_VERSION,
  phoneEvent,
  phoneHello,
  phoneStatus,
  plainReason,
  readBlockHead,
  type PhoneEvent,
  type PhoneHello,
  type PhoneStatus,
  type WireBlock,
} from "@polychron/protocol";
import type { ErrorParams } from "@polychron/session/model";
import type { z } from "zod";
import { ServiceError } from "../errors.js";
import { shortName } from "./phone-answers.js";

/** A message of a phone, read and checked. */
export type PhoneWord =
  | { readonly name: "hello"; readonly value: PhoneHello }
  | { readonly name: "block"; readonly value: WireBlock }
  | { readonly name: "status"; readonly value: PhoneStatus }
  | { readonly name: "event"; readonly value: PhoneEvent };

/** What came under which name: the values without the acknowledgement. */
export interface PhoneMessage {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly wantsAnswer: boolean;
}

/** Whether a message wants an acknowledgement: it must have one, may have one, or has none. */
const ACKNOWLEDGED: Readonly<Partial<Record<string, "must" | "may" | "never">>> = {
  hello: "must",
  block: "never",
  status: "may",
  event: "must",
};

/**
 * One message of a phone. Throws `REQUEST_INVALID`, `PHONE_HELLO_FIRST` (where nothing was said before), `PHONE_PROTOCOL_UNSUPPORTED`,
 * `PHONE_BLOCK_INVALID`.
 */
export function readPhoneWord(
  { name, values, wantsAnswer }: PhoneMessage,
  said: { hello: boolean; device: string },
): PhoneWord {
  const acknowledged = Object.hasOwn(ACKNOWLEDGED, name) ? ACKNOWLEDGED[name] : undefined;
  if (acknowledged === undefined) throw invalid(`there is no message '${shortName(name)}'`);
  if (!said.hello && name !== "hello") throw new ServiceError("PHONE_HELLO_FIRST", { message: name });
  if (acknowledged === "must" && !wantsAnswer) throw invalid(`'${name}' comes without an acknowledgement`);
  if (acknowledged === "never" && wantsAnswer) throw invalid(`'${name}' takes no acknowledgement`);
  if (values.length !== 1) throw invalid(`'${name}' takes one value, not ${values.length}`);
  const [value] = values;
  if (name === "hello") return { name, value: readHello(value) };
  if (name === "status") return { name, value: checked(phoneStatus, value) };
  if (name === "event") return { name, value: checked(phoneEvent, value) };
  return { name: "block", value: readBlock(value, said.device) };
}

/** Which block was sent, as far as its first bytes tell: for the answer to one that is refused, and for what is missing then. */
export interface BlockPlace {
  readonly params: ErrorParams;
  readonly place?: RefusedPlace;
}

/** Of a block that is refused. */
export function blockPlace(value: unknown, hello: PhoneHello | undefined): BlockPlace {
  const head = value instanceof Uint8Array ? readBlockHead(value) : undefined;
  if (head === undefined) return { params: {} };
  const { streamIndex, firstSeq: fromSeq, samples, skips } = head;
  const fileType = hello?.streams[streamIndex]?.stream;
  const params = { stream: fileType ?? `#${streamIndex}`, seq: fromSeq };
  const toSeq = fromSeq + Math.min(samples, PHONE_LIMITS.max_block_samples);
  if (fileType === undefined || !Number.isSafeInteger(toSeq)) return { params };
  return { params, place: { fileType, fromSeq, toSeq, skips } };
}

function readHello(value: unknown): PhoneHello {
  requireProtocol(value);
  const hello = checked(phoneHello, value);
  requireDistinct(
    hello.streams.map(({ stream }) => stream),
    "streams",
  );
  for (const { stream, channels } of hello.streams)
    requireDistinct(
      channels.map((channel) => channel.name),
      `channels of ${stream}`,
    );
  return hello;
}

/** Before the schema: a phone of another version may well say its hello in other words. */
function requireProtocol(value: unknown): void {
  const phone = (value as { protocol?: unknown } | null | undefined)?.protocol;
  if (typeof phone !== "string" || majorOf(phone) === majorOf(PHONE_PROTOCOL_VERSION)) return;
  throw new ServiceError("PHONE_PROTOCOL_UNSUPPORTED", { phone: shortName(phone), hub: PHONE_PROTOCOL_VERSION });
}

function majorOf(version: string): string | undefined {
  return /^(\d{1,4})\.\d{1,4}$/.exec(version)?.[1];
}

function requireDistinct(names: readonly string[], what: string): void {
  if (new Set(names).size !== names.length) throw invalid(`two ${what} have one name`);
}

function readBlock(value: unknown, device: string): WireBlock {
  const read = value instanceof Uint8Array ? decodeBlock(value) : { kind: "bad" as const, reason: "it is not binary" };
  if (read.kind === "bad") throw new DeviceError("PHONE_BLOCK_INVALID", { device, reason: read.reason });
  return read.block;
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(plainReason(parsed.error));
}

function invalid(reason: string): ServiceError {
  return new ServiceError("REQUEST_INVALID", { reason });
}
