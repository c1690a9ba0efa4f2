import { TEXT_MAX } from "@polychron/protocol";
import { PRESET_COUNT } from "./record/hotkeys.js";

/** What one browser remembers for its operator; nothing of it is the hub's state. */
export interface Preferences {
  /** The labels of the keys 1 to 9; null = the catalogue's. */
  readonly presets: readonly string[] | null;
  /** The channels in the live plot, as `device/file_type/channel`; null = the usual ones. */
  readonly channels: readonly string[] | null;
}

export const NO_PREFERENCES: Preferences = { presets: null, channels: null };

/** Reads what was kept; whatever does not fit is as if it had never been set. */
export function parsePreferences(text: string | null): Preferences {
  const value = text === null ? null : parseJson(text);
  if (typeof value !== "object" || value === null) return NO_PREFERENCES;
  const { presets, channels } = value as Record<string, unknown>;
  return {
    presets:
      isTexts(presets) && presets.length === PRESET_COUNT ? presets.map((label) => label.slice(0, TEXT_MAX)) : null,
    channels: isTexts(channels) ? channels : null,
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
