import { DeviceError } from "../errors.js";

/** Element ids of Matroska (RFC 9559, section 5), marker bits included. */
export const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  cluster: 0x1f43b675,
  cues: 0x1c53bb6b,
  tags: 0x1254c367,
  chapters: 0x1043a770,
  attachments: 0x1941a469,
  timestamp: 0xe7,
  position: 0xa7,
  prevSize: 0xab,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  referenceBlock: 0xfb,
  void: 0xec,
  crc32: 0xbf,
} as const;

/** The size of an element that ends where the next one of its level begins. */
export const UNKNOWN_SIZE = -1;
/** The longest head of an element: an id of 4 bytes and a size of 8. */
export const LONGEST_HEAD_BYTES = 12;

/** What stands before the content of an element. */
export interface ElementHead {
  readonly id: number;
  /** Bytes of the content, or `UNKNOWN_SIZE`. */
  readonly size: number;
  /** Bytes of id and size together. */
  readonly headBytes: number;
}

/** The head of the element at `at`; undefined when bytes of it are still missing. Throws `VIDEO_STREAM_INVALID`. */
export function readElementHead(bytes: Uint8Array, at: number): ElementHead | undefined {
  if (at >= bytes.length) return undefined;
  const idBytes = leadingZeros(bytes[at]!) + 1;
  if (idBytes > 4) throw invalid("no element begins here", at);
  if (at + idBytes >= bytes.length) return undefined;
  const sizeBytes = leadingZeros(bytes[at + idBytes]!) + 1;
  if (sizeBytes > 8) throw invalid("an element has no size", at);
  const headBytes = idBytes + sizeBytes;
  if (at + headBytes > bytes.length) return undefined;
  const size = readSize(bytes.subarray(at + idBytes, at + headBytes));
  if (size > Number.MAX_SAFE_INTEGER) throw invalid("an element is longer than any file", at);
  return { id: readUint(bytes.subarray(at, at + idBytes)), size, headBytes };
}

/** An unsigned number, most significant byte first; exact up to 2^53. */
export function readUint(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** A cluster's head for a content of so many bytes; its size always takes 8 bytes, as ffmpeg writes it. */
export function clusterHead(contentBytes: number): Uint8Array {
  const head = new Uint8Array(LONGEST_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, ID.cluster);
  view.setBigUint64(4, (1n << 56n) | BigInt(contentBytes));
  return head;
}

/** Bytes that are no Matroska, or one that is not read here. */
export function invalid(reason: string, atByte: number): DeviceError {
  return new DeviceError("VIDEO_STREAM_INVALID", { reason, atByte });
}

function readSize(bytes: Uint8Array): number {
  const first = bytes[0]! & (0xff >> bytes.length);
  const rest = bytes.subarray(1);
  if (first === 0xff >> bytes.length && rest.every((byte) => byte === 0xff)) return UNKNOWN_SIZE;
  return first * 256 ** rest.length + readUint(rest);
}

function leadingZeros(byte: number): number {
  return Math.clz32(byte) - 24;
}
