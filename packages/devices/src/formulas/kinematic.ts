import { DeviceError } from "../errors.js";

/** Calibration of a three-axis sensor: `C = R^-1 K^-1 (U - B)`, K = diag(sensitivity), R row-major. */
export interface KinematicCalibration {
  /** B, counts. */
  readonly offset: readonly number[];
  /** Diagonal of K, counts per unit. */
  readonly sensitivity: readonly number[];
  /** R, 3 x 3 row-major. */
  readonly alignment: readonly number[];
}

/** Bytes of a calibration block: 3 x i16 BE offset, 3 x i16 BE sensitivity, 9 x i8 alignment / 100 (section 9). */
export const CALIBRATION_BLOCK_BYTES = 21;

/**
 * A calibration block; undefined when the device holds none (all FF or all 00).
 * @param sensitivityDivisor 100 for gyroscopes, 1 for the rest
 * @throws DeviceError `SHIMMER_CALIBRATION_INVALID`: wrong length, a sensitivity of 0 or an alignment without inverse
 */
export function parseCalibration(block: Uint8Array, sensitivityDivisor: 1 | 100): KinematicCalibration | undefined {
  if (block.length !== CALIBRATION_BLOCK_BYTES) throw invalid(`it has ${block.length} bytes instead of 21`);
  if (block.every((byte) => byte === 0xff) || block.every((byte) => byte === 0)) return undefined;
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const calibration = {
    offset: [0, 2, 4].map((at) => view.getInt16(at)),
    sensitivity: [6, 8, 10].map((at) => view.getInt16(at) / sensitivityDivisor),
    alignment: Array.from({ length: 9 }, (_, at) => view.getInt8(12 + at) / 100),
  };
  if (calibration.sensitivity.includes(0)) throw invalid("a sensitivity is 0");
  if (determinant(calibration.alignment) === 0) throw invalid("its alignment has no inverse");
  return calibration;
}

/** The row of `R^-1 K^-1` that gives one axis (0 = x): multiply it with the counts less the offset. */
export function axisWeights(calibration: KinematicCalibration, axis: number): number[] {
  const inverse = inverse3(calibration.alignment);
  return [0, 1, 2].map((from) => inverse[axis * 3 + from]! / calibration.sensitivity[from]!);
}

function invalid(reason: string): DeviceError {
  return new DeviceError("SHIMMER_CALIBRATION_INVALID", { reason });
}

function determinant(m: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

function inverse3(m: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
  const adjugate = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const scale = determinant(m);
  return adjugate.map((value) => value / scale);
}
