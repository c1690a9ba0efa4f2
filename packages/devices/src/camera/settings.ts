import type { JsonObject } from "@polychron/session/model";
import { DeviceError } from "../errors.js";
import { offers, type CameraFormat } from "./formats.js";

/** What a camera is asked to do. */
export interface CameraSettings {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames a second. */
  readonly rateHz: number;
}

/** What is asked of a camera of which nobody asked anything else. */
export const DEFAULT_CAMERA: CameraSettings = { width: 1280, height: 720, rateHz: 30 };

/** The same of a simulated camera: its pictures are drawn and encoded by this computer, which may be a small one. */
export const SIMULATED_CAMERA: CameraSettings = { width: 640, height: 360, rateHz: 30 };

const SIDE = { lowest: 16, highest: 7680 } as const;
const RATE_HZ = { lowest: 1, highest: 240 } as const;

/** The settings that a JSON object asks for, the defaults where it is silent. Throws `DEVICE_SETTING_INVALID`. */
export function parseCameraSettings(json: JsonObject, defaults: CameraSettings = DEFAULT_CAMERA): CameraSettings {
  const unknown = Object.keys(json).find((key) => !Object.hasOwn(DEFAULT_CAMERA, key));
  if (unknown !== undefined)
    throw invalid(unknown, json[unknown], `The settings are: ${Object.keys(DEFAULT_CAMERA).join(", ")}.`);
  const { width, height, rateHz } = { ...defaults, ...json };
  requireSide("width", width);
  requireSide("height", height);
  if (typeof rateHz !== "number" || !(rateHz >= RATE_HZ.lowest && rateHz <= RATE_HZ.highest))
    throw invalid("rateHz", rateHz, `Choose a rate from ${RATE_HZ.lowest} to ${RATE_HZ.highest} frames a second.`);
  return { width: width as number, height: height as number, rateHz };
}

/** The settings for a camera of which nothing was asked: the default, else the largest picture below it, else the smallest. */
export function usualSettings(formats: readonly CameraFormat[]): CameraSettings {
  if (formats.length === 0 || offers(formats, DEFAULT_CAMERA)) return DEFAULT_CAMERA;
  const bySize = [...formats].sort((a, b) => b.width * b.height - a.width * a.height);
  const fits = ({ width, height }: CameraFormat): boolean =>
    width <= DEFAULT_CAMERA.width && height <= DEFAULT_CAMERA.height && width % 2 === 0 && height % 2 === 0;
  const chosen = bySize.find(fits) ?? bySize.at(-1)!;
  const rateHz = Math.min(DEFAULT_CAMERA.rateHz, chosen.highestHz ?? DEFAULT_CAMERA.rateHz);
  return { width: chosen.width, height: chosen.height, rateHz };
}

/** Colour is stored for two by two pixels together, so that sides are even. */
function requireSide(name: string, value: unknown): void {
  const isSide = Number.isInteger(value) && Number(value) % 2 === 0;
  if (!isSide || Number(value) < SIDE.lowest || Number(value) > SIDE.highest)
    throw invalid(name, value, `Choose an even number from ${SIDE.lowest} to ${SIDE.highest}.`);
}

function invalid(setting: string, value: unknown, hint: string): DeviceError {
  return new DeviceError("DEVICE_SETTING_INVALID", { setting, value: JSON.stringify(value) ?? "undefined", hint });
}
