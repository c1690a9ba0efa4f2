import { crcMatches, type CrcBytes } from "./checksum.js";
import { OP } from "./opcodes.js";

/** The answer that an open command waits for. */
export interface ReplyShape {
  readonly opcode: number;
  /** Carries the prefix `8A`. */
  readonly inStream: boolean;
  /** Payload bytes after the opcode, from what has arrived of them; undefined while that does not tell. */
  readonly payloadBytes: (payload: Uint8Array) => number | undefined;
}

/** What the open command waits for: nothing is open, a confirmation alone, or a confirmation and an answer. */
export type Awaited = "nothing" | "ack" | ReplyShape;

/** What was found at one position of the byte stream; `bytes` is its length with prefix and checksum. */
export type Control =
  | { readonly kind: "ack" | "nack"; readonly bytes: number }
  | {
      readonly kind: "reply";
      readonly opcode: number;
      readonly payload: Uint8Array;
      readonly hasAck: boolean;
      readonly bytes: number;
    }
  | { readonly kind: "incomplete" }
  | { readonly kind: "none" };

/** What decides how the bytes are read. */
export interface ControlContext {
  readonly awaited: Awaited;
  readonly crcBytes: CrcBytes;
  /** Whether data packets may come between: then the byte after a status tells whether the status has a second one. */
  readonly isStreaming: boolean;
  /** Nothing more has come for a while: a confirmation at the end stands alone. */
  readonly isFinal: boolean;
}

const INCOMPLETE: Control = { kind: "incomplete" };
const NONE: Control = { kind: "none" };

/** Whether a byte can begin a message. */
export function isHeader(byte: number | undefined): boolean {
  return byte === OP.dataPacket || byte === OP.ack || byte === OP.inStream || byte === OP.nack;
}

/** Reads a confirmation, a refusal or an answer at `bytes[at]`; `end` bytes are there. Pure. */
export function readControl(bytes: Uint8Array, at: number, end: number, context: ControlContext): Control {
  const first = bytes[at];
  const isOpen = context.awaited !== "nothing";
  if (first === OP.nack && isOpen) return single("nack", bytes, at, end, context.crcBytes);
  if (first === OP.ack) return readAck(bytes, at, end, context);
  return readReply(bytes, at, at, end, context);
}

function readAck(bytes: Uint8Array, at: number, end: number, context: ControlContext): Control {
  const reply = readReply(bytes, at, at + 1, end, context);
  if (reply.kind === "reply" || context.awaited === "nothing") return reply;
  if (context.crcBytes > 0) {
    const ack = single("ack", bytes, at, end, context.crcBytes);
    return ack.kind === "none" ? reply : ack;
  }
  const isLast = at + 1 >= end;
  if (reply.kind === "none" || (isLast && context.isFinal)) return { kind: "ack", bytes: 1 };
  // What follows may make this byte the prefix of an answer that came unasked.
  return isLast ? INCOMPLETE : reply;
}

function single(kind: "ack" | "nack", bytes: Uint8Array, at: number, end: number, crcBytes: CrcBytes): Control {
  if (at + 1 + crcBytes > end) return INCOMPLETE;
  return crcMatches(bytes, at, at + 1, crcBytes) ? { kind, bytes: 1 + crcBytes } : NONE;
}

/** An answer whose message (for the checksum) begins at `from` and whose first own byte is at `at`. */
function readReply(bytes: Uint8Array, from: number, at: number, end: number, context: ControlContext): Control {
  const inStream = bytes[at] === OP.inStream;
  const opcodeAt = inStream ? at + 1 : at;
  if (opcodeAt >= end) return INCOMPLETE;
  const opcode = bytes[opcodeAt]!;
  const payload = bytes.subarray(opcodeAt + 1, end);
  if (inStream && opcode === OP.statusAnswer) return readStatus(bytes, from, opcodeAt, end, context);
  const length = inStream ? inStreamBytes(opcode, payload) : awaitedBytes(opcode, payload, context.awaited);
  if (length === "foreign") return NONE;
  if (length === undefined) return INCOMPLETE;
  return reply(bytes, from, opcodeAt, length, end, context.crcBytes);
}

function inStreamBytes(opcode: number, payload: Uint8Array): number | undefined | "foreign" {
  if (opcode === OP.batteryAnswer) return 3;
  if (opcode === OP.directoryAnswer) return payload[0] === undefined ? undefined : 1 + payload[0];
  return "foreign";
}

function awaitedBytes(opcode: number, payload: Uint8Array, awaited: Awaited): number | undefined | "foreign" {
  if (typeof awaited === "string" || awaited.inStream || awaited.opcode !== opcode) return "foreign";
  return awaited.payloadBytes(payload);
}

function reply(
  bytes: Uint8Array,
  from: number,
  opcodeAt: number,
  length: number,
  end: number,
  crcBytes: CrcBytes,
): Control {
  const to = opcodeAt + 1 + length;
  if (to + crcBytes > end) return INCOMPLETE;
  if (!crcMatches(bytes, from, to, crcBytes)) return NONE;
  const hasAck = bytes[from] === OP.ack && opcodeAt > from;
  return {
    kind: "reply",
    opcode: bytes[opcodeAt]!,
    payload: bytes.slice(opcodeAt + 1, to),
    hasAck,
    bytes: to + crcBytes - from,
  };
}

/** A status has one byte, on some firmware two (the second 00 or 01, section 7): the checksum or what follows decides. */
function readStatus(bytes: Uint8Array, from: number, opcodeAt: number, end: number, context: ControlContext): Control {
  const short = reply(bytes, from, opcodeAt, 1, end, context.crcBytes);
  if (context.crcBytes > 0) {
    if (short.kind !== "none") return short;
    return reply(bytes, from, opcodeAt, 2, end, context.crcBytes);
  }
  // Only a 01 is certain: a 00 is the header of the next packet far more often than a second status byte.
  const second = bytes[opcodeAt + 2];
  const isLong = short.kind === "reply" && opcodeAt + 2 < end && second === 1 && context.isStreaming;
  return isLong ? reply(bytes, from, opcodeAt, 2, end, 0) : short;
}
