import { ADC_12_BIT, BATTERY_DIVIDER } from "../../formulas/analog.js";
import type { KinematicCalibration } from "../../formulas/kinematic.js";
import type { WireChannel, WireKind } from "../channels.js";
import type { ShimmerFacts } from "../facts.js";
import type { Inquiry } from "../inquiry.js";
import { calibrationFor, type KinematicGroup } from "../kinematics.js";
import { SHIMMER3R } from "../opcodes.js";
import { GsrFrontEnd } from "./gsr-front-end.js";
import type { BodySignal } from "./signal.js";

/** What one channel sends at a moment of the device's own time, seconds. */
export type RawValue = (atS: number) => number;

/** What the channels are made from. */
export interface RawSources {
  readonly signal: BodySignal;
  readonly inquiry: Inquiry;
  readonly facts: ShimmerFacts;
  /** Battery at its converter, counts. */
  readonly batteryCounts: () => number;
}

const AXES = ["x", "y", "z"];
const BATTERY_ID = 0x03;
const PPG_ID = 0x12;
const GSR_ID = 0x1c;
/** What the dark optical sensor's input reads without expansion power. */
const DARK_COUNTS = 8;

/** The value of each channel, in wire order: physical values turned back through the calibration in force. */
export function rawValues(channels: readonly WireChannel[], sources: RawSources): RawValue[] {
  return channels.map((channel) => {
    const value = rawValue(channel, sources);
    const [lowest, highest] = limits(channel, sources.facts.hardware);
    // Adding 0 turns the -0 of rounding into the 0 that the wire carries.
    return (atS) => Math.min(highest, Math.max(lowest, Math.round(value(atS)))) + 0;
  });
}

function rawValue(channel: WireChannel, sources: RawSources): RawValue {
  const { signal, inquiry } = sources;
  if (channel.id === GSR_ID) {
    const frontEnd = new GsrFrontEnd(inquiry.gsrRange, inquiry.stepTicks);
    return (atS) => frontEnd.word(signal.gsrMicroSiemens(atS));
  }
  if (channel.id === BATTERY_ID) return sources.batteryCounts;
  if (channel.id === PPG_ID) {
    return inquiry.expansionPower ? (atS) => adcCounts(signal.ppgMillivolts(atS)) : () => DARK_COUNTS;
  }
  const open = (atS: number): number => adcCounts(signal.openInputMillivolts(atS, channel.id));
  return motionValue(channel, sources) ?? open;
}

function motionValue(channel: WireChannel, { signal, inquiry, facts }: RawSources): RawValue | undefined {
  const [, group, axisName] = /^(accel|accel_wr|gyro|mag)_([xyz])$/.exec(channel.base) ?? [];
  if (group === undefined || axisName === undefined) return undefined;
  const calibration = calibrationFor(group as KinematicGroup, inquiry, facts);
  if (calibration === undefined) return undefined;
  const axis = AXES.indexOf(axisName);
  if (group === "gyro") return (atS) => uncalibrated(signal.turning(atS), calibration, axis);
  if (group === "mag") return (atS) => uncalibrated(signal.field(atS), calibration, axis);
  return (atS) => uncalibrated(signal.acceleration(atS), calibration, axis);
}

/** `U = B + K R C`, one axis: the kinematic formula solved for the counts. */
function uncalibrated(physical: readonly number[], calibration: KinematicCalibration, axis: number): number {
  let aligned = 0;
  for (let from = 0; from < 3; from++) aligned += calibration.alignment[axis * 3 + from]! * physical[from]!;
  return calibration.offset[axis]! + calibration.sensitivity[axis]! * aligned;
}

function adcCounts(millivolts: number): number {
  return (millivolts * ADC_12_BIT.full_scale_counts) / ADC_12_BIT.vref_mV;
}

/** Battery converter counts of a voltage. */
export function batteryCountsOf(volts: number): number {
  return Math.round((volts * BATTERY_DIVIDER.full_scale_counts) / BATTERY_DIVIDER.vref_V / BATTERY_DIVIDER.divider);
}

/** Bits that carry the value; negative = signed. */
const BITS: Readonly<Record<WireKind, number>> = {
  u8: 8,
  u16le: 12,
  u16be: 16,
  i16le: -16,
  i16be: -16,
  u24le: 24,
  u24be: 24,
  i24le: -24,
  i24be: -24,
  i12left: -12,
  gsr: 16,
};

/** Smallest and largest value; a Shimmer3's low-noise accelerometer is read by the 12-bit converter. */
function limits(channel: WireChannel, hardware: number): readonly [lowest: number, highest: number] {
  if (channel.id <= 0x02 && hardware !== SHIMMER3R) return [0, 4095];
  const bits = BITS[channel.kind];
  return bits > 0 ? [0, 2 ** bits - 1] : [-(2 ** (-bits - 1)), 2 ** (-bits - 1) - 1];
}
