/** Command and answer bytes of LogAndStream and BtStream (protocol reference, section 3). */
export const OP = {
  dataPacket: 0x00,
  inquiry: 0x01,
  inquiryAnswer: 0x02,
  getRate: 0x03,
  rateAnswer: 0x04,
  setRate: 0x05,
  toggleLed: 0x06,
  startStreaming: 0x07,
  setSensors: 0x08,
  stopStreaming: 0x20,
  setGsrRange: 0x21,
  gsrRangeAnswer: 0x22,
  getGsrRange: 0x23,
  hardwareAnswer: 0x25,
  getAllCalibration: 0x2c,
  allCalibrationAnswer: 0x2d,
  getFirmware: 0x2e,
  firmwareAnswer: 0x2f,
  getHardware: 0x3f,
  setExpansionPower: 0x5e,
  expansionPowerAnswer: 0x5f,
  getExpansionPower: 0x60,
  daughterCardAnswer: 0x65,
  getDaughterCard: 0x66,
  statusAnswer: 0x71,
  getStatus: 0x72,
  directoryAnswer: 0x88,
  inStream: 0x8a,
  setCrcMode: 0x8b,
  infoMemAnswer: 0x8d,
  getInfoMem: 0x8e,
  setClock: 0x8f,
  clockAnswer: 0x90,
  getClock: 0x91,
  batteryAnswer: 0x94,
  getBattery: 0x95,
  testConnection: 0x96,
  setStatusAckPrefix: 0xa3,
  nack: 0xfe,
  ack: 0xff,
} as const;

/** Hardware versions that answer `3F`. */
export const SHIMMER3 = 3;
export const SHIMMER3R = 10;

/** Ticks per second of the device's counter. */
export const TICK_HZ = 32_768;

/** Bits of the sensor mask, byte 0 lowest (protocol reference, section 4). */
export const SENSOR_BITS = {
  accel: 0x80,
  gyro: 0x40,
  mag: 0x20,
  gsr: 0x04,
  battery: 0x20_00,
  accel_wr: 0x10_00,
  ppg: 0x01_00,
} as const;

/** A sensor that a setting can name. */
export type ShimmerSensor = keyof typeof SENSOR_BITS;

/** Bits of the status byte (protocol reference, section 7). */
export const STATUS_BITS = {
  docked: 1,
  sensing: 2,
  clock_set: 4,
  sd_logging: 8,
  streaming: 16,
  sd_present: 32,
  sd_error: 64,
  led_red: 128,
} as const;

/** Sampling rate `n` in ticks, 1 to 65535. */
export function encodeRate(ticks: number): Uint8Array {
  return Uint8Array.of(OP.setRate, ticks & 0xff, ticks >> 8);
}

/** Sensor mask, 24 bits. */
export function encodeSensors(mask: number): Uint8Array {
  return Uint8Array.of(OP.setSensors, mask & 0xff, (mask >> 8) & 0xff, (mask >> 16) & 0xff);
}

/** The sensors of a mask. */
export function sensorMask(sensors: Iterable<ShimmerSensor>): number {
  let mask = 0;
  for (const sensor of sensors) mask |= SENSOR_BITS[sensor];
  return mask;
}

/** The device's real-world clock, ticks since 1970-01-01 UTC. */
export function encodeClock(ticks: bigint): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = OP.setClock;
  new DataView(bytes.buffer).setBigUint64(1, ticks, true);
  return bytes;
}

/** A read of `length` bytes of the InfoMem at `offset`. */
export function encodeInfoMemRead(offset: number, length: number): Uint8Array {
  return Uint8Array.of(OP.getInfoMem, length, offset & 0xff, offset >> 8);
}
