import { defaultCalibration, type KinematicSensor } from "../formulas/kinematic-defaults.js";
import { CALIBRATION_BLOCK_BYTES, parseCalibration, type KinematicCalibration } from "../formulas/kinematic.js";
import { DeviceError } from "../errors.js";
import { hasDlhcMag } from "./channels.js";
import { hasNewImu, type ShimmerFacts } from "./facts.js";
import type { Inquiry } from "./inquiry.js";
import { SHIMMER3R } from "./opcodes.js";

/** The three-axis sensors that are calibrated. */
export type KinematicGroup = "accel" | "accel_wr" | "gyro" | "mag";

/** Place of each sensor's block in the answer `2D` (protocol reference, section 3). */
const BLOCK_INDEX: Readonly<Record<KinematicGroup, number>> = { accel: 0, gyro: 1, mag: 2, accel_wr: 3 };

/** The device's own calibrations that cannot be used (`SHIMMER_CALIBRATION_INVALID`); the defaults apply in their place. */
export function brokenCalibrations(facts: ShimmerFacts): DeviceError[] {
  const groups = Object.keys(BLOCK_INDEX) as KinematicGroup[];
  return groups.map((group) => ownCalibration(group, facts)).filter((own) => own instanceof DeviceError);
}

/** The calibration in force: the device's own, else the default of its sensor and range; undefined when neither is known. */
export function calibrationFor(
  group: KinematicGroup,
  inquiry: Inquiry,
  facts: ShimmerFacts,
): KinematicCalibration | undefined {
  const own = ownCalibration(group, facts);
  if (own !== undefined && !(own instanceof DeviceError)) return own;
  return defaultCalibration(sensorFor(group, inquiry, facts), rangeFor(group, inquiry));
}

/** What the device holds: nothing, a calibration, or one that is broken. */
function ownCalibration(group: KinematicGroup, facts: ShimmerFacts): KinematicCalibration | DeviceError | undefined {
  const from = BLOCK_INDEX[group] * CALIBRATION_BLOCK_BYTES;
  const block = facts.calibration?.subarray(from, from + CALIBRATION_BLOCK_BYTES);
  try {
    return block && parseCalibration(block, group === "gyro" ? 100 : 1);
  } catch (thrown) {
    if (!(thrown instanceof DeviceError)) throw thrown;
    return new DeviceError("SHIMMER_CALIBRATION_INVALID", { reason: `${group}: ${thrown.params["reason"]}` }, thrown);
  }
}

function sensorFor(group: KinematicGroup, inquiry: Inquiry, facts: ShimmerFacts): KinematicSensor {
  if (facts.hardware === SHIMMER3R) {
    return ({ accel: "LSM6DSV-accel", accel_wr: "LIS2DW12", gyro: "LSM6DSV-gyro", mag: "LIS2MDL" } as const)[group];
  }
  if (group === "gyro") return "MPU-9x50";
  if (group === "accel") return hasNewImu(facts) ? "KXTC9-2050" : "KXRB5";
  // The order on the wire tells the two magnetometers apart for certain; the board's revision only as a rule.
  const isDlhc = inquiry.channelIds.includes(0x07) ? hasDlhcMag(inquiry.channelIds) : !hasNewImu(facts);
  if (group === "mag") return isDlhc ? "LSM303DLHC-mag" : "LSM303AHTR-mag";
  return isDlhc ? "LSM303DLHC-accel" : "LSM303AHTR-accel";
}

function rangeFor(group: KinematicGroup, inquiry: Inquiry): number {
  return { accel: inquiry.accelRange, accel_wr: inquiry.accelWrRange, gyro: inquiry.gyroRange, mag: inquiry.magRange }[
    group
  ];
}
