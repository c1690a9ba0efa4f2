import type { Json, JsonObject } from "@polychron/session/model";
import { DeviceError } from "../errors.js";

/** What a phone is asked to deliver: everything, but for the streams of these names. */
export interface PhoneSettings {
  readonly leaveOut: readonly string[];
}

const NAME = /^[a-z0-9][a-z0-9_]{0,39}$/;

/**
 * The settings that a JSON object asks for; everything is delivered where it is silent. Names that the phone does not have
 * are taken: its next version may have them. Throws `DEVICE_SETTING_INVALID`.
 */
export function parsePhoneSettings(json: JsonObject): PhoneSettings {
  const unknown = Object.keys(json).find((key) => key !== "leaveOut");
  if (unknown !== undefined) throw invalid(unknown, json[unknown], "The settings are: leaveOut.");
  const { leaveOut = [] } = json;
  const areNames = Array.isArray(leaveOut) && leaveOut.every((name) => typeof name === "string" && NAME.test(name));
  if (!areNames)
    throw invalid("leaveOut", leaveOut, "Write a list of names of streams; an empty one leaves out nothing.");
  return { leaveOut: [...new Set(leaveOut as string[])] };
}

function invalid(setting: string, value: Json | undefined, hint: string): DeviceError {
  return new DeviceError("DEVICE_SETTING_INVALID", { setting, value: JSON.stringify(value) ?? "undefined", hint });
}
