import { OP, SHIMMER3, SHIMMER3R } from "./opcodes.js";

/** Firmware as `2E` answers it; id 1 BtStream, 2 SDLog, 3 LogAndStream. */
export interface Firmware {
  readonly id: number;
  readonly major: number;
  readonly minor: number;
  readonly internal: number;
}

/** What a Shimmer says of itself once, at connect. */
export interface ShimmerFacts {
  /** 3 = Shimmer3, 10 = Shimmer3R. */
  readonly hardware: number;
  readonly firmware: Firmware;
  /** Twelve lower-case hex digits. */
  readonly mac: string;
  /** Daughter card; undefined when the device does not tell. */
  readonly board: { readonly id: number; readonly revision: number; readonly special: number } | undefined;
  /** Payload of `2D`: 21 bytes a sensor; undefined when the device does not tell. */
  readonly calibration: Uint8Array | undefined;
}

const LOG_AND_STREAM = 3;
const BT_STREAM = 1;

/** First LogAndStream version with a feature (protocol reference, section 12). */
const FEATURES = {
  status: [0, 5, 2],
  tick24: [0, 5, 4],
  battery: [0, 5, 9],
  infoMemAtZero: [0, 5, 16],
  crc: [0, 13, 7],
} as const;

/** Whether the firmware has a feature; BtStream has the 24-bit counter from 0.7.3 and none of the rest. */
export function hasFeature(
  facts: Pick<ShimmerFacts, "hardware" | "firmware">,
  feature: keyof typeof FEATURES,
): boolean {
  if (facts.hardware === SHIMMER3R) return true;
  if (facts.firmware.id === BT_STREAM) return feature === "tick24" && firmwareAtLeast(facts.firmware, [0, 7, 3]);
  return facts.firmware.id === LOG_AND_STREAM && firmwareAtLeast(facts.firmware, FEATURES[feature]);
}

/** Whether the firmware is this version or a later one. */
export function firmwareAtLeast(
  firmware: Firmware,
  [major, minor, internal]: readonly [number, number, number],
): boolean {
  const { major: m, minor: n, internal: i } = firmware;
  return m !== major ? m > major : n !== minor ? n > minor : i >= internal;
}

/** Payload of the answer to `2E`. */
export function parseFirmware(payload: Uint8Array): Firmware {
  const [id0 = 0, id1 = 0, major0 = 0, major1 = 0, minor = 0, internal = 0] = payload;
  return { id: id0 | (id1 << 8), major: major0 | (major1 << 8), minor, internal };
}

/** For people and sidecars: `LogAndStream 1.1.2`. */
export function firmwareText(firmware: Firmware): string {
  const name = { 1: "BtStream", 2: "SDLog", 3: "LogAndStream" }[firmware.id] ?? `firmware ${firmware.id}`;
  return `${name} ${firmware.major}.${firmware.minor}.${firmware.internal}`;
}

/** For people: the kind of device and its board, `Shimmer3 GSR+`. */
export function modelText(facts: Pick<ShimmerFacts, "hardware" | "board">): string {
  const name =
    facts.hardware === SHIMMER3R
      ? "Shimmer3R"
      : facts.hardware === SHIMMER3
        ? "Shimmer3"
        : `Shimmer hardware ${facts.hardware}`;
  const boards: Readonly<Record<number, string>> = {
    14: " GSR+",
    48: " GSR+",
    31: " IMU",
    47: " ExG",
    49: " bridge",
    38: " proto deluxe",
  };
  return name + (boards[facts.board?.id ?? -1] ?? "");
}

/** GSR+ boards carry the optical input on internal A13; a device that names no board may. */
export function hasGsrBoard(facts: Pick<ShimmerFacts, "board">): boolean {
  return facts.board === undefined || facts.board.id === 14 || facts.board.id === 48;
}

/** Lowest board revision with the second generation of inertial sensors, by board id; special 171 has them on any. */
const NEW_IMU_REVISION: Readonly<Record<number, number>> = { 31: 6, 36: 3, 38: 3, 47: 3, 48: 3, 49: 3 };

/** Whether a Shimmer3 carries KXTC9-2050 and LSM303AHTR instead of KXRB5 and LSM303DLHC. */
export function hasNewImu(facts: Pick<ShimmerFacts, "board">): boolean {
  if (facts.board === undefined) return false;
  const { id, revision, special } = facts.board;
  return special === 171 || revision >= (NEW_IMU_REVISION[id] ?? Number.POSITIVE_INFINITY);
}

/** Bytes that `2D` carries: four sensors on the Shimmer3, six on the 3R. */
export function calibrationBytes(hardware: number): 84 | 126 {
  return hardware === SHIMMER3R ? 126 : 84;
}

/** Battery converter counts and charge byte of the answer `8A 94`. */
export function parseBattery(payload: Uint8Array): { readonly counts: number; readonly charge: number } {
  const [low = 0, high = 0, charge = 0] = payload;
  return { counts: low | (high << 8), charge };
}

/** A command as errors name it: `07`. */
export function commandText(bytes: Uint8Array): string {
  return (bytes[0] ?? OP.nack).toString(16).padStart(2, "0").toUpperCase();
}

/**
 * First four bytes of every emulator's address. Its second-lowest bit says "locally administered", which no address that
 * a maker burnt into a radio has: so an emulator is known as one however it was reached.
 */
export const EMULATED_MAC = [0x02, 0x50, 0x4c, 0x59] as const;

/** Whether an address (twelve hex digits) is an emulator's. */
export function isEmulated(mac: string): boolean {
  return EMULATED_MAC.every((byte, index) => Number.parseInt(mac.slice(2 * index, 2 * index + 2), 16) === byte);
}
