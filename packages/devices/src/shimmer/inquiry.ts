import { DeviceError } from "../errors.js";
import { SHIMMER3R, TICK_HZ } from "./opcodes.js";

/** What the device says of its configuration (protocol reference, section 5). */
export interface Inquiry {
  /** Sampling period `n` as stored, ticks. */
  readonly rateTicks: number;
  /** Period in force: the 3R uses even numbers only. */
  readonly stepTicks: number;
  readonly channelIds: readonly number[];
  /** 0-3 fixed, 4 automatic. */
  readonly gsrRange: number;
  readonly expansionPower: boolean;
  readonly gyroRange: number;
  readonly accelRange: number;
  readonly accelWrRange: number;
  readonly magRange: number;
}

/** Setup bytes of the inquiry by hardware. */
export function setupBytes(hardware: number): 4 | 7 {
  return hardware === SHIMMER3R ? 7 : 4;
}

/** Payload length of an inquiry answer (without the opcode), or undefined while the count has not arrived. */
export function inquiryPayloadBytes(payload: Uint8Array, hardware: number): number | undefined {
  const countAt = 2 + setupBytes(hardware);
  const count = payload[countAt];
  return count === undefined ? undefined : countAt + 2 + count;
}

/**
 * The inquiry answer's payload (after the opcode 02).
 * @throws DeviceError `SHIMMER_INQUIRY_INVALID`
 */
export function parseInquiry(payload: Uint8Array, hardware: number): Inquiry {
  const expectedBytes = inquiryPayloadBytes(payload, hardware);
  if (expectedBytes === undefined || payload.length !== expectedBytes) {
    const reason = `it has ${payload.length} bytes instead of ${expectedBytes ?? "at least " + (setupBytes(hardware) + 4)}`;
    throw new DeviceError("SHIMMER_INQUIRY_INVALID", { reason });
  }
  const rateTicks = payload[0]! | (payload[1]! << 8);
  const stepTicks = effectiveStep(rateTicks, hardware);
  if (stepTicks === 0)
    throw new DeviceError("SHIMMER_INQUIRY_INVALID", { reason: `its sampling period is ${rateTicks} ticks` });
  return {
    rateTicks,
    stepTicks,
    ...readSetup(payload, hardware),
    channelIds: [...payload.subarray(4 + setupBytes(hardware))],
  };
}

/** The period in force for a stored `n`: the 3R rounds down to even and stops at 32768. */
export function effectiveStep(rateTicks: number, hardware: number): number {
  return hardware === SHIMMER3R ? Math.min(2 * Math.floor(rateTicks / 2), TICK_HZ) : rateTicks;
}

function readSetup(payload: Uint8Array, hardware: number): Omit<Inquiry, "rateTicks" | "stepTicks" | "channelIds"> {
  const [setup0 = 0, , setup2 = 0, setup3 = 0, setup4 = 0] = payload.subarray(2);
  const is3R = hardware === SHIMMER3R;
  return {
    gsrRange: (setup3 >> 1) & 7,
    expansionPower: (setup3 & 1) === 1,
    gyroRange: (setup2 & 3) | (is3R ? setup4 & 4 : 0),
    accelRange: is3R ? setup3 >> 6 : 0,
    accelWrRange: (setup0 >> 2) & 3,
    magRange: is3R ? 0 : setup2 >> 5,
  };
}
