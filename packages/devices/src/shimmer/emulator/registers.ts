/** Some bits of one byte of the InfoMem. */
interface Bits {
  readonly offset: number;
  readonly shift: number;
  readonly width: number;
}

/** A setting that commands read and write: whole bytes of the InfoMem, or bits of it, lowest first. */
export interface Register {
  readonly get: number;
  readonly answer: number;
  /** Absent where a host can only read. */
  readonly set?: number;
  readonly place: { readonly offset: number; readonly bytes: number } | readonly Bits[];
  /** Values above are taken as this one. */
  readonly highest?: number;
}

const bits = (offset: number, shift: number, width: number): Bits => ({ offset, shift, width });
const bytes = (offset: number, count: number): { offset: number; bytes: number } => ({ offset, bytes: count });

/** Opcodes of the plain settings (protocol reference, section 3) and where the InfoMem keeps them (sections 5 and 10). */
export const REGISTERS: readonly Register[] = [
  { get: 0x03, answer: 0x04, set: 0x05, place: bytes(0, 2) },
  { get: 0x10, answer: 0x0f, set: 0x0e, place: bytes(6, 4) },
  { get: 0x13, answer: 0x12, set: 0x11, place: bytes(34, 21) },
  { get: 0x16, answer: 0x15, set: 0x14, place: bytes(55, 21) },
  { get: 0x19, answer: 0x18, set: 0x17, place: bytes(76, 21) },
  { get: 0x1c, answer: 0x1b, set: 0x1a, place: bytes(97, 21) },
  { get: 0xab, answer: 0xaa, set: 0xa9, place: bytes(133, 21) },
  { get: 0xb1, answer: 0xb0, set: 0xaf, place: bytes(154, 21) },
  { get: 0x36, answer: 0x35, place: bytes(2, 1) },
  { get: 0x6c, answer: 0x6b, set: 0x6a, place: bytes(30, 1) },
  { get: 0x75, answer: 0x74, set: 0x73, place: bytes(217, 3) },
  { get: 0x81, answer: 0x80, set: 0x7f, place: bytes(215, 1) },
  { get: 0x84, answer: 0x83, set: 0x82, place: bytes(216, 1) },
  { get: 0x0b, answer: 0x0a, set: 0x09, place: [bits(6, 2, 2)], highest: 3 },
  { get: 0x42, answer: 0x41, set: 0x40, place: [bits(6, 4, 4)] },
  { get: 0x45, answer: 0x44, set: 0x43, place: [bits(6, 1, 1)] },
  { get: 0x48, answer: 0x47, set: 0x46, place: [bits(6, 0, 1)] },
  { get: 0x4e, answer: 0x4d, set: 0x4c, place: bytes(7, 1) },
  { get: 0x4b, answer: 0x4a, set: 0x49, place: [bits(8, 0, 2), bits(130, 2, 1)] },
  { get: 0x3c, answer: 0x3b, set: 0x3a, place: [bits(8, 2, 3)] },
  { get: 0x39, answer: 0x38, set: 0x37, place: [bits(8, 5, 3)] },
  { get: 0x60, answer: 0x5f, set: 0x5e, place: [bits(9, 0, 1)] },
  { get: 0x23, answer: 0x22, set: 0x21, place: [bits(9, 1, 3)], highest: 4 },
  { get: 0x54, answer: 0x53, set: 0x52, place: [bits(9, 4, 2), bits(130, 0, 1)] },
  { get: 0x51, answer: 0x50, set: 0x4f, place: [bits(9, 6, 2)] },
  { get: 0xae, answer: 0xad, set: 0xac, place: [bits(130, 6, 2)] },
  { get: 0xb4, answer: 0xb3, set: 0xb2, place: [bits(131, 0, 6)] },
];

/** Bytes that the register has on the wire. */
export function registerBytes(register: Register): number {
  return "bytes" in register.place ? register.place.bytes : 1;
}

/** What the register holds. */
export function readRegister(memory: Uint8Array, { place }: Register): Uint8Array {
  if ("bytes" in place) return memory.slice(place.offset, place.offset + place.bytes);
  let value = 0;
  let low = 0;
  for (const { offset, shift, width } of place) {
    value |= ((memory[offset]! >> shift) & (2 ** width - 1)) << low;
    low += width;
  }
  return Uint8Array.of(value);
}

/** Sets the register to what came over the wire. */
export function writeRegister(memory: Uint8Array, { place, highest }: Register, wire: Uint8Array): void {
  if ("bytes" in place) {
    memory.set(wire, place.offset);
    return;
  }
  let value = Math.min(wire[0]!, highest ?? 0xff);
  for (const { offset, shift, width } of place) {
    const mask = (2 ** width - 1) << shift;
    memory[offset] = (memory[offset]! & ~mask) | ((value << shift) & mask);
    value >>= width;
  }
}
