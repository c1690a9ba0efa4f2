import { DeviceError } from "../errors.js";
import { SHIMMER3R } from "./opcodes.js";

/** How a channel lies on the wire; `gsr` is a u16 LE word that splits into counts and range. */
export type WireKind =
  "u8" | "u16le" | "u16be" | "i16le" | "i16be" | "u24le" | "u24be" | "i24le" | "i24be" | "i12left" | "gsr";

/** One channel of a packet. */
export interface WireChannel {
  readonly id: number;
  readonly kind: WireKind;
  readonly widthBytes: number;
  /** Base of its column names, such as `accel_x`. */
  readonly base: string;
}

const WIDTH: Readonly<Record<WireKind, number>> = {
  u8: 1,
  u16le: 2,
  u16be: 2,
  i16le: 2,
  i16be: 2,
  u24le: 3,
  u24be: 3,
  i24le: 3,
  i24be: 3,
  i12left: 2,
  gsr: 2,
};

/** Base name and kind by channel id: Shimmer3, then 3R where it differs (protocol reference, section 4). */
const CHANNELS: readonly (readonly [base: string, kind: WireKind, kind3R?: WireKind])[] = [
  ["accel_x", "i16le"],
  ["accel_y", "i16le"],
  ["accel_z", "i16le"],
  ["battery", "u16le"],
  ["accel_wr_x", "i16le"],
  ["accel_wr_y", "i16le"],
  ["accel_wr_z", "i16le"],
  ["mag_x", "i16le"],
  ["mag_y", "i16le"],
  ["mag_z", "i16le"],
  ["gyro_x", "i16be", "i16le"],
  ["gyro_y", "i16be", "i16le"],
  ["gyro_z", "i16be", "i16le"],
  ["ext_a7", "u16le"],
  ["ext_a6", "u16le"],
  ["ext_a15", "u16le"],
  ["int_a1", "u16le"],
  ["int_a12", "u16le"],
  ["int_a13", "u16le"],
  ["int_a14", "u16le"],
  ["accel_alt_x", "i16be", "i12left"],
  ["accel_alt_y", "i16be", "i12left"],
  ["accel_alt_z", "i16be", "i12left"],
  ["mag_alt_x", "i16le"],
  ["mag_alt_y", "i16le"],
  ["mag_alt_z", "i16le"],
  ["temperature", "u16be", "u24le"],
  ["pressure", "u24be", "u24le"],
  ["gsr", "gsr"],
  ["exg1_status", "u8"],
  ["exg1_ch1", "i24be"],
  ["exg1_ch2", "i24be"],
  ["exg2_status", "u8"],
  ["exg2_ch1", "i24be"],
  ["exg2_ch2", "i24be"],
  ["exg1_ch1_16bit", "i16be"],
  ["exg1_ch2_16bit", "i16be"],
  ["exg2_ch1_16bit", "i16be"],
  ["exg2_ch2_16bit", "i16be"],
  ["bridge_high", "u16le"],
  ["bridge_low", "u16le"],
];

/** Mag in the wire order X Z Y: only the LSM303DLHC sends it so, and its words are big-endian. */
const DLHC_ORDER = [0x07, 0x09, 0x08];

/** Whether the channel list names the magnetometer in the LSM303DLHC's order. */
export function hasDlhcMag(ids: readonly number[]): boolean {
  const mag = ids.filter((id) => DLHC_ORDER.includes(id));
  return mag.length === 3 && mag.every((id, at) => id === DLHC_ORDER[at]);
}

/**
 * The channels of a packet in wire order.
 * @throws DeviceError `SHIMMER_CHANNEL_UNKNOWN`: the width of an id is not known, so no packet could be cut
 */
export function wireChannels(ids: readonly number[], hardware: number): WireChannel[] {
  const bigEndianMag = hardware !== SHIMMER3R && hasDlhcMag(ids);
  return ids.map((id) => {
    const entry = CHANNELS[id];
    if (entry === undefined) throw new DeviceError("SHIMMER_CHANNEL_UNKNOWN", { channelId: id });
    const [base, kind3, kind3R] = entry;
    const isMag = DLHC_ORDER.includes(id);
    const kind = isMag && bigEndianMag ? "i16be" : hardware === SHIMMER3R ? (kind3R ?? kind3) : kind3;
    return { id, kind, widthBytes: WIDTH[kind], base };
  });
}
