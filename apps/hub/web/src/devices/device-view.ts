import type { CommandInput, DeviceView } from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import type { Catalogue } from "../catalogue/choose.js";

/** The device family of Shimmers. */
export const SHIMMER_FAMILY = "shimmer";

/** Samples that never arrived, over all streams of a device. */
export function lostSamples(device: DeviceView): number {
  return device.streams.reduce((sum, stream) => sum + stream.lost, 0);
}

/** The measured rate of a device's fastest stream, Hz; null while nothing is measured or the device is not live. */
export function mainRateHz(device: DeviceView): number | null {
  if (device.phase !== "armed") return null;
  const rates = device.streams.flatMap((stream) => stream.effective_rate_hz ?? []);
  return rates.length === 0 ? null : Math.max(...rates);
}

/** Charge in per cent, else volts, else that it is unknown. */
export function batteryText(device: DeviceView, texts: Catalogue): string {
  if (device.battery_percent !== null) return `${texts.devices.battery} ${Math.round(device.battery_percent)}\u00a0%`;
  if (device.battery_volts !== null) return `${texts.devices.battery} ${device.battery_volts.toFixed(2)}\u00a0V`;
  return texts.devices.batteryUnknown;
}

/** Settings as a command carries them. */
type DeviceSettings = Extract<CommandInput, { kind: "configure_device" }>["settings"] & object;

/** What the settings form of a Shimmer holds. */
export interface ShimmerForm {
  /** As typed, Hz. */
  readonly rateHz: string;
  readonly gsrRange: string;
  readonly sensors: readonly string[];
}

/** The rates most often asked for, Hz; each divides the sensor's 32 768 ticks a second closely. */
export const COMMON_RATES_HZ = [10, 51.2, 64, 100, 128, 204.8, 256, 512, 1024];
/** The rates the firmware takes, Hz. */
export const RATE_LIMITS_HZ = { lowest: 0.5, highest: 4096 };

/** Whether a typed rate is one the firmware takes. */
export function isRate(text: string): boolean {
  const { lowest, highest } = RATE_LIMITS_HZ;
  return /^\d+(\.\d+)?$/.test(text.trim()) && Number(text) >= lowest && Number(text) <= highest;
}

/** The form as the device's confirmed settings fill it. */
export function shimmerForm(settings: JsonObject): ShimmerForm {
  const { rateHz, gsrRange, sensors } = settings;
  return {
    rateHz: typeof rateHz === "number" ? String(Number(rateHz.toFixed(4))) : "128",
    gsrRange: typeof gsrRange === "number" ? String(gsrRange) : "4",
    sensors: Array.isArray(sensors) ? sensors.filter((name): name is string => typeof name === "string") : [],
  };
}

/** Whether the operator changed anything. */
export function isChanged(before: ShimmerForm, after: ShimmerForm): boolean {
  const textOf = ({ rateHz, gsrRange, sensors }: ShimmerForm): string =>
    JSON.stringify([Number(rateHz), gsrRange, [...sensors].sort()]);
  return textOf(before) !== textOf(after);
}

/** All settings as they shall be: what the form does not show stays as the device confirmed it. */
export function askedSettings(confirmed: JsonObject, { rateHz, gsrRange, sensors }: ShimmerForm): DeviceSettings {
  return {
    ...(confirmed as DeviceSettings),
    rateHz: Number(rateHz),
    gsrRange: Number(gsrRange),
    sensors: [...sensors],
  };
}
