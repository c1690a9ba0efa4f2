import { SHIMMER3R } from "../opcodes.js";

/** Bytes of the InfoMem, the device's settings (protocol reference, section 10). */
export const INFO_MEM_BYTES = 512;

/** Where the InfoMem keeps what the emulator itself reads or writes. */
export const PLACE = {
  rate: 0,
  bufferSize: 2,
  sensors: 3,
  setup: 6,
  exg: 10,
  name: 187,
  experiment: 199,
  configTime: 211,
  setupMore: 130,
  mac: 224,
} as const;

/** Offsets of the 21-byte calibrations in the order of the answer `2D`: LN, gyro, mag, WR; 3R also alt accel and alt mag. */
const CALIBRATIONS = [34, 55, 76, 97, 133, 154] as const;
const CALIBRATION_BYTES = 21;

/** The InfoMem of a device that was never configured: 51.2 Hz, LN accel, gyro, mag, battery; no calibration (section 5). */
export function factoryMemory(mac: Uint8Array): Uint8Array {
  const memory = new Uint8Array(INFO_MEM_BYTES);
  memory.set([0x80, 0x02, 0x01, 0xe0, 0x20, 0x00, 0x50, 0x9b, 0x39, 0x08]);
  memory.set([0x02, 0x80, 0x10, 0, 0, 0, 0, 0, 0, 0x02], PLACE.exg);
  memory.set([0x02, 0x80, 0x10, 0, 0, 0, 0, 0, 0, 0x02], PLACE.exg + 10);
  for (const offset of CALIBRATIONS) memory.fill(0xff, offset, offset + CALIBRATION_BYTES);
  writeText(memory, PLACE.name, `Shimmer_${hexText(mac.subarray(4)).toUpperCase()}`);
  writeText(memory, PLACE.experiment, "DefaultTrial");
  memory.set(mac, PLACE.mac);
  return memory;
}

/** Name and experiment are at most this long. */
export const TEXT_BYTES = 12;

/** Writes a text of at most 12 bytes, padded with 00. */
export function writeText(memory: Uint8Array, offset: number, text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : text;
  memory.fill(0, offset, offset + TEXT_BYTES);
  memory.set(bytes.subarray(0, TEXT_BYTES), offset);
}

/** Reads a text that `writeText` wrote. */
export function readText(memory: Uint8Array, offset: number): Uint8Array {
  const padded = memory.subarray(offset, offset + TEXT_BYTES);
  const end = padded.indexOf(0);
  return padded.slice(0, end < 0 ? TEXT_BYTES : end);
}

/** The 24-bit sensor mask. */
export function readMask(memory: Uint8Array): number {
  return memory[PLACE.sensors]! | (memory[PLACE.sensors + 1]! << 8) | (memory[PLACE.sensors + 2]! << 16);
}

/** Sets the 24-bit sensor mask. */
export function writeMask(memory: Uint8Array, mask: number): void {
  memory.set([mask & 0xff, (mask >> 8) & 0xff, mask >> 16], PLACE.sensors);
}

/** The sampling period as stored, ticks. */
export function readRate(memory: Uint8Array): number {
  return memory[PLACE.rate]! | (memory[PLACE.rate + 1]! << 8);
}

/** Payload of an inquiry answer: rate, setup bytes, count, buffer size, channel ids. */
export function inquiryPayload(memory: Uint8Array, hardware: number, ids: readonly number[]): Uint8Array {
  const setup = [...memory.subarray(PLACE.setup, PLACE.setup + 4)];
  if (hardware === SHIMMER3R) setup.push(...memory.subarray(PLACE.setupMore, PLACE.setupMore + 3));
  return Uint8Array.from([...memory.subarray(0, 2), ...setup, ids.length, memory[PLACE.bufferSize]!, ...ids]);
}

/** Payload of the answer `2D`. */
export function calibrationPayload(memory: Uint8Array, hardware: number): Uint8Array {
  const offsets = hardware === SHIMMER3R ? CALIBRATIONS : CALIBRATIONS.slice(0, 4);
  return Uint8Array.from(offsets.flatMap((offset) => [...memory.subarray(offset, offset + CALIBRATION_BYTES)]));
}

/** Lower-case hex digits, two a byte. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
