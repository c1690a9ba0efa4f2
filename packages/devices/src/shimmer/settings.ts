import type { JsonObject } from "@polychron/session/model";
import { DeviceError } from "../errors.js";
import type { ShimmerCommand } from "./command-channel.js";
import type { Inquiry } from "./inquiry.js";
import { encodeRate, encodeSensors, OP, SENSOR_BITS, sensorMask, TICK_HZ, type ShimmerSensor } from "./opcodes.js";

/** What a Shimmer is asked to do. */
export interface ShimmerSettings {
  /** Hz; the device rounds to 32768/n. */
  readonly rateHz: number;
  /** 0-3 fixed, 4 automatic. */
  readonly gsrRange: number;
  readonly sensors: readonly ShimmerSensor[];
  /** Checksums on the link, where the firmware has them. */
  readonly crc: boolean;
}

/** Defaults: what a study of skin conductance and pulse needs. */
export const DEFAULT_SETTINGS: ShimmerSettings = {
  rateHz: 128,
  gsrRange: 4,
  sensors: ["gsr", "ppg", "accel"],
  crc: true,
};

/** The firmware stops at 4096 Hz, and a period has 16 bits: 0.5 Hz is its longest, to the last tick. */
const RATE_HZ = { lowest: 0.5, highest: 4096 } as const;
const LONGEST_PERIOD_TICKS = 65_535;
const SET_WITHIN_MS = 5_000;

/** The settings that a JSON object asks for, the defaults where it is silent. Throws `DEVICE_SETTING_INVALID`. */
export function parseSettings(json: JsonObject): ShimmerSettings {
  const { rateHz, gsrRange, sensors, crc } = { ...DEFAULT_SETTINGS, ...json };
  const unknown = Object.keys(json).find((key) => !(key in DEFAULT_SETTINGS));
  if (unknown !== undefined)
    throw invalid(unknown, json[unknown], `The settings are: ${Object.keys(DEFAULT_SETTINGS).join(", ")}.`);
  if (typeof rateHz !== "number" || !(rateHz >= RATE_HZ.lowest && rateHz <= RATE_HZ.highest)) {
    throw invalid("rateHz", rateHz, `Choose a rate from ${RATE_HZ.lowest} to ${RATE_HZ.highest} Hz.`);
  }
  if (typeof gsrRange !== "number" || ![0, 1, 2, 3, 4].includes(gsrRange))
    throw invalid("gsrRange", gsrRange, "Choose 0, 1, 2, 3, or 4 for automatic.");
  if (!Array.isArray(sensors) || sensors.length === 0 || !sensors.every(isSensor)) {
    throw invalid("sensors", sensors, `Choose at least one of: ${Object.keys(SENSOR_BITS).join(", ")}.`);
  }
  if (typeof crc !== "boolean") throw invalid("crc", crc, "Choose true or false.");
  return { rateHz, gsrRange, sensors: [...new Set(sensors)], crc };
}

/** The commands that bring a stopped device to these settings; the inquiry must be read again behind them. */
export function settingCommands({ rateHz, gsrRange, sensors }: ShimmerSettings): ShimmerCommand[] {
  const slow = (bytes: Uint8Array): ShimmerCommand => ({ bytes, ackWithinMs: SET_WITHIN_MS });
  return [
    slow(encodeRate(Math.min(LONGEST_PERIOD_TICKS, Math.round(TICK_HZ / rateHz)))),
    slow(Uint8Array.of(OP.setExpansionPower, sensors.includes("ppg") ? 1 : 0)),
    slow(Uint8Array.of(OP.setGsrRange, gsrRange)),
    slow(encodeSensors(sensorMask(sensors))),
  ];
}

/** The settings as the device confirmed them: the rate it really uses, checksums only where it has them. */
export function confirmedSettings(asked: ShimmerSettings, inquiry: Inquiry, hasCrc: boolean): JsonObject {
  return {
    rateHz: TICK_HZ / inquiry.stepTicks,
    gsrRange: inquiry.gsrRange,
    sensors: [...asked.sensors],
    crc: asked.crc && hasCrc,
  };
}

function isSensor(value: unknown): value is ShimmerSensor {
  return typeof value === "string" && Object.hasOwn(SENSOR_BITS, value);
}

function invalid(setting: string, value: unknown, hint: string): DeviceError {
  return new DeviceError("DEVICE_SETTING_INVALID", { setting, value: JSON.stringify(value) ?? "undefined", hint });
}
