import { Option, type Command } from "commander";
import { loadConfig, type HubConfig } from "../config.js";
import { SETTINGS, type Setting, type SettingName } from "../settings.js";
import type { Surroundings } from "./surroundings.js";

/** Gives a command the flags of these settings, and `--no-…` for those that are yes or no. */
export function addSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    command.addOption(settingOption(SETTINGS[name]));
    if (SETTINGS[name].kind === "yes or no")
      command.addOption(new Option(SETTINGS[name].flag.replace("--", "--no-")).hideHelp());
  }
  return command;
}

/** The settings a command runs with. Throws as `loadConfig`. */
export function configOf<Name extends SettingName>(
  command: Command,
  names: readonly Name[],
  surroundings: Surroundings,
): Pick<HubConfig, Name> {
  const given = command.opts<Record<string, unknown>>();
  const flags = Object.fromEntries(names.map((name) => [name, given[settingOption(SETTINGS[name]).attributeName()]]));
  const { env, workingFolder } = surroundings;
  return loadConfig({ flags, env, workingFolder }, names);
}

function settingOption(row: Setting<unknown>): Option {
  const words = [row.description.replaceAll("`", ""), `[${row.variable}; default: ${shownFallback(row.fallback)}]`];
  const option = new Option(row.flag, words.join(" "));
  return row.flag.includes("[") ? option.preset("2") : option;
}

function shownFallback(fallback: unknown): string {
  if (Array.isArray(fallback)) return "none";
  return fallback === "" ? "none" : String(fallback);
}
