import type { KinematicCalibration } from "./kinematic.js";

/** The inertial sensors a Shimmer can carry. */
export type KinematicSensor =
  | "KXRB5"
  | "KXTC9-2050"
  | "MPU-9x50"
  | "LSM303DLHC-accel"
  | "LSM303AHTR-accel"
  | "LSM303DLHC-mag"
  | "LSM303AHTR-mag"
  | "LSM6DSV-accel"
  | "LSM6DSV-gyro"
  | "LIS2DW12"
  | "ADXL371"
  | "LIS2MDL"
  | "LIS3MDL";

interface Defaults {
  readonly offset: number;
  readonly alignment: readonly number[];
  /** By range code: one sensitivity for all axes, or one each. */
  readonly sensitivity: Readonly<Record<number, number | readonly number[]>>;
}

const SWAP_XY_NEGATIVE = [0, -1, 0, -1, 0, 0, 0, 0, -1];
const TURN_XY = [0, -1, 0, 1, 0, 0, 0, 0, -1];
const FLIP_X_Z = [-1, 0, 0, 0, 1, 0, 0, 0, -1];

/** Sensitivities in counts per m/s², degree per second, or gauss-like local flux (protocol reference, section 9). */
const DEFAULTS: Readonly<Record<KinematicSensor, Defaults>> = {
  KXRB5: { offset: 2047, alignment: SWAP_XY_NEGATIVE, sensitivity: { 0: 83 } },
  "KXTC9-2050": { offset: 2253, alignment: SWAP_XY_NEGATIVE, sensitivity: { 0: 92 } },
  "MPU-9x50": { offset: 0, alignment: SWAP_XY_NEGATIVE, sensitivity: { 0: 131, 1: 65.5, 2: 32.8, 3: 16.4 } },
  "LSM303DLHC-accel": { offset: 0, alignment: FLIP_X_Z, sensitivity: { 0: 1631, 1: 815, 2: 408, 3: 135 } },
  "LSM303AHTR-accel": { offset: 0, alignment: TURN_XY, sensitivity: { 0: 1671, 1: 209, 2: 836, 3: 418 } },
  "LSM303DLHC-mag": {
    offset: 0,
    alignment: FLIP_X_Z,
    sensitivity: {
      1: [1100, 1100, 980],
      2: [855, 855, 760],
      3: [670, 670, 600],
      4: [450, 450, 400],
      5: [400, 400, 355],
      6: [330, 330, 295],
      7: [230, 230, 205],
    },
  },
  "LSM303AHTR-mag": { offset: 0, alignment: TURN_XY, sensitivity: { 0: 667 } },
  "LSM6DSV-accel": { offset: 0, alignment: FLIP_X_Z, sensitivity: { 0: 1672, 1: 836, 2: 418, 3: 209 } },
  "LSM6DSV-gyro": { offset: 0, alignment: FLIP_X_Z, sensitivity: { 0: 229, 1: 114, 2: 57, 3: 29, 4: 14, 5: 7 } },
  LIS2DW12: { offset: 0, alignment: SWAP_XY_NEGATIVE, sensitivity: { 0: 1671, 1: 836, 2: 418, 3: 209 } },
  ADXL371: { offset: 10, alignment: [0, 1, 0, 1, 0, 0, 0, 0, -1], sensitivity: { 0: 1 } },
  LIS2MDL: { offset: 0, alignment: [-1, 0, 0, 0, -1, 0, 0, 0, -1], sensitivity: { 0: 667 } },
  LIS3MDL: { offset: 0, alignment: [1, 0, 0, 0, -1, 0, 0, 0, -1], sensitivity: { 0: 6842, 1: 3421, 2: 2281, 3: 1711 } },
};

/** The maker's default calibration of a sensor in a range; undefined for a range the sensor does not have. */
export function defaultCalibration(sensor: KinematicSensor, range: number): KinematicCalibration | undefined {
  const { offset, alignment, sensitivity: byRange } = DEFAULTS[sensor];
  const codes = Object.keys(byRange);
  // A sensor with one sensitivity has it in every range.
  const sensitivity = codes.length === 1 ? byRange[Number(codes[0])] : byRange[range];
  if (sensitivity === undefined) return undefined;
  const axes = typeof sensitivity === "number" ? [sensitivity, sensitivity, sensitivity] : sensitivity;
  return { offset: [offset, offset, offset], sensitivity: axes, alignment };
}
