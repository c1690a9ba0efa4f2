import { SHIMMER3R } from "../opcodes.js";

/** Bits of the sensor mask with the channels they add, in wire order (protocol reference, section 4). */
type Order = readonly (readonly [bit: number, ids: readonly number[]])[];

const BIT = {
  accel: 0x80,
  gyro: 0x40,
  mag: 0x20,
  exg1: 0x10,
  exg2: 0x08,
  gsr: 0x04,
  a7: 0x02,
  a6: 0x01,
  bridge: 0x80_00,
  battery: 0x20_00,
  accelWr: 0x10_00,
  a15: 0x08_00,
  a1: 0x04_00,
  a12: 0x02_00,
  a13: 0x01_00,
  a14: 0x80_00_00,
  accelAlt: 0x40_00_00,
  magAlt: 0x20_00_00,
  exg1Short: 0x10_00_00,
  exg2Short: 0x08_00_00,
  pressure: 0x04_00_00,
} as const;

const SHIMMER3_ORDER: Order = [
  [BIT.accel, [0x00, 0x01, 0x02]],
  [BIT.battery, [0x03]],
  [BIT.a7, [0x0d]],
  [BIT.a6, [0x0e]],
  [BIT.a15, [0x0f]],
  [BIT.a12, [0x11]],
  [BIT.bridge, [0x27, 0x28]],
  [BIT.a13, [0x12]],
  [BIT.a14, [0x13]],
  [BIT.gsr, [0x1c]],
  [BIT.a1, [0x10]],
  [BIT.gyro, [0x0a, 0x0b, 0x0c]],
  [BIT.accelWr, [0x04, 0x05, 0x06]],
  [BIT.mag, [0x07, 0x08, 0x09]],
  [BIT.accelAlt, [0x14, 0x15, 0x16]],
  [BIT.magAlt, [0x17, 0x18, 0x19]],
  [BIT.pressure, [0x1a, 0x1b]],
  [BIT.exg1, [0x1d, 0x1e, 0x1f]],
  [BIT.exg1Short, [0x1d, 0x23, 0x24]],
  [BIT.exg2, [0x20, 0x21, 0x22]],
  [BIT.exg2Short, [0x20, 0x25, 0x26]],
];

const SHIMMER3R_ORDER: Order = [
  [BIT.mag, [0x07, 0x08, 0x09]],
  [BIT.gyro, [0x0a, 0x0b, 0x0c]],
  [BIT.accel, [0x00, 0x01, 0x02]],
  [BIT.pressure, [0x1b, 0x1a]],
  [BIT.accelAlt, [0x14, 0x15, 0x16]],
  [BIT.accelWr, [0x04, 0x05, 0x06]],
  [BIT.magAlt, [0x17, 0x18, 0x19]],
  [BIT.exg1, [0x1d, 0x1e, 0x1f]],
  [BIT.exg1Short, [0x1d, 0x23, 0x24]],
  [BIT.exg2, [0x20, 0x21, 0x22]],
  [BIT.exg2Short, [0x20, 0x25, 0x26]],
  [BIT.a12, [0x11]],
  [BIT.bridge, [0x27, 0x28]],
  [BIT.a13, [0x12]],
  [BIT.a14, [0x13]],
  [BIT.gsr, [0x1c]],
  [BIT.a1, [0x10]],
  [BIT.a7, [0x0d]],
  [BIT.a6, [0x0e]],
  [BIT.a15, [0x0f]],
  [BIT.battery, [0x03]],
];

/** Where two sensors share a pin: the first one silences the others. */
const CONFLICTS: readonly (readonly [winner: number, losers: number])[] = [
  [BIT.gsr, BIT.a1],
  [BIT.bridge, BIT.a13 | BIT.a14],
  [BIT.exg1, BIT.exg1Short],
  [BIT.exg2, BIT.exg2Short],
  [BIT.exg1 | BIT.exg2 | BIT.exg1Short | BIT.exg2Short, BIT.a1 | BIT.a14],
];

/** The mask without the sensors that the firmware takes away. */
export function legalMask(mask: number): number {
  return CONFLICTS.reduce((kept, [winner, losers]) => (kept & winner ? kept & ~losers : kept), mask & 0xffffff);
}

/** Channel ids in the order of the packets. */
export function channelIds(mask: number, hardware: number): number[] {
  const order = hardware === SHIMMER3R ? SHIMMER3R_ORDER : SHIMMER3_ORDER;
  return order.flatMap(([bit, ids]) => (mask & bit ? ids : []));
}
