/** Start value of the device's CRC-16 (polynomial 0x1021, MSB first, no reflection, no final xor; section 8). */
const INITIAL = 0xb0ca;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/** CRC-16 of the message `bytes[from]` to `bytes[to]` (excluded); one of odd length is extended by an unsent 00. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = INITIAL;
  for (let at = from; at < to; at++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ bytes[at]!]!;
  if ((to - from) & 1) crc = ((crc << 8) & 0xffff) ^ TABLE[crc >> 8]!;
  return crc;
}

/** Bytes of checksum after each message: none, the low byte, or low and high byte. */
export type CrcBytes = 0 | 1 | 2;

/** Whether the `crcBytes` bytes at `to` are the checksum of the message before them. */
export function crcMatches(bytes: Uint8Array, from: number, to: number, crcBytes: CrcBytes): boolean {
  if (crcBytes === 0) return true;
  const crc = crc16(bytes, from, to);
  return bytes[to] === (crc & 0xff) && (crcBytes === 1 || bytes[to + 1] === crc >> 8);
}

/** The message followed by its checksum, low byte first. */
export function withCrc(message: Uint8Array, crcBytes: CrcBytes): Uint8Array {
  if (crcBytes === 0) return message;
  const crc = crc16(message, 0, message.length);
  const out = new Uint8Array(message.length + crcBytes);
  out.set(message);
  out[message.length] = crc & 0xff;
  if (crcBytes === 2) out[message.length + 1] = crc >> 8;
  return out;
}
