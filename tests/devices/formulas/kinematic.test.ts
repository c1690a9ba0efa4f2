import {
  axisWeights,
  defaultCalibration,
  parseCalibration,
  type KinematicCalibration,
  type KinematicSensor,
} from "@polychron/devices/formulas";
import { bytesOf } from "../bytes.js";

function calibrated(calibration: KinematicCalibration, raw: readonly number[]): number[] {
  return [0, 1, 2].map((axis) =>
    axisWeights(calibration, axis).reduce(
      (sum, weight, from) => sum + weight * (raw[from]! - calibration.offset[from]!),
      0,
    ),
  );
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toEqual(expected.map((value) => expect.closeTo(value, 5) as number));
}

const SWAP = "00 9C 00 9C 00 00 00 00 9C";

test("vector 46: the block of a low-noise accelerometer", () => {
  const block = bytesOf(`07 FF 07 FF 07 FF 00 53 00 53 00 53 ${SWAP}`);
  expectClose(calibrated(parseCalibration(block, 1)!, [2130, 2047, 1220]), [0, -1, 9.963855]);
});

test("vector 47: the block of a gyroscope has sensitivities in hundredths", () => {
  const block = bytesOf(`00 00 00 00 00 00 19 96 19 96 19 96 ${SWAP}`);
  expectClose(calibrated(parseCalibration(block, 100)!, [-200, 100, -1]), [-1.526718, 3.053435, 0.015267]);
});

test("vector 48: the numbers of a block", () => {
  const block = bytesOf(`08 CD 08 CD 08 CD 00 5C 00 5C 00 5C ${SWAP}`);
  expect(parseCalibration(block, 1)).toEqual({
    offset: [2253, 2253, 2253],
    sensitivity: [92, 92, 92],
    alignment: [0, -1, 0, -1, 0, 0, 0, 0, -1],
  });
});

test("vector 49: a wide-range accelerometer", () => {
  const block = bytesOf("00 00 00 00 00 00 06 87 06 87 06 87 00 9C 00 64 00 00 00 00 9C");
  expectClose(calibrated(parseCalibration(block, 1)!, [0, 0, 1671]), [0, 0, -1]);
});

test("vector 28: the defaults of a 3R", () => {
  expectClose(calibrated(defaultCalibration("LSM6DSV-gyro", 2)!, [-200, 100, -1]), [3.508772, 1.754386, 0.017544]);
  expectClose(calibrated(defaultCalibration("LSM6DSV-accel", 0)!, [12, -16384, 1672]), [-0.007177, -9.799043, -1]);
});

test.each<[KinematicSensor, number, number]>([
  ["KXRB5", 0, 83],
  ["KXTC9-2050", 3, 92],
  ["MPU-9x50", 1, 65.5],
  ["LSM303DLHC-accel", 3, 135],
  ["LSM303AHTR-accel", 1, 209],
  ["LSM303AHTR-mag", 4, 667],
  ["LIS2DW12", 2, 418],
  ["LIS3MDL", 3, 1711],
])("%s in range %i has sensitivity %f", (sensor, range, sensitivity) => {
  expect(defaultCalibration(sensor, range)!.sensitivity).toEqual([sensitivity, sensitivity, sensitivity]);
});

test("a magnetometer with its own sensitivity for z", () => {
  expect(defaultCalibration("LSM303DLHC-mag", 7)!.sensitivity).toEqual([230, 230, 205]);
});

test("a range that a sensor does not have has no default", () => {
  expect(defaultCalibration("LSM303DLHC-mag", 0)).toBeUndefined();
});

test.each([
  ["FF", new Uint8Array(21).fill(0xff)],
  ["00", new Uint8Array(21)],
])("a block of %s only says that there is no calibration", (_name, block) => {
  expect(parseCalibration(block, 1)).toBeUndefined();
});

test.each([
  ["20 bytes", new Uint8Array(20).fill(1)],
  ["a sensitivity of 0", bytesOf(`00 00 00 00 00 00 00 53 00 00 00 53 ${SWAP}`)],
  ["an alignment without inverse", bytesOf("00 00 00 00 00 00 00 53 00 53 00 53 64 00 00 64 00 00 00 00 64")],
])("a block with %s is refused", (_name, block) => {
  expect(() => parseCalibration(block, 1)).toThrow(expect.objectContaining({ code: "SHIMMER_CALIBRATION_INVALID" }));
});
