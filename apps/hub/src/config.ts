import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { ConfigError } from "./config-error.js";
import { SETTINGS, SETTING_NAMES, type HubConfig, type Setting, type SettingName } from "./settings.js";

export type { HubConfig } from "./settings.js";

/** Where settings come from, strongest first: flags, environment, configuration file, defaults. */
export interface ConfigSources {
  /** By setting name, as the command line left them: texts, `true`, or lists of texts. */
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths from flags and environment start here; those in a configuration file start at the file. */
  readonly workingFolder: string;
}

/** A configuration file as it was read; `path` is empty where there is none. */
interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The settings asked for, each checked once. A command that reads sessions asks for `recordings` alone, so that a
 * slip in another setting does not keep anybody from their data.
 * Throws `ConfigError`: `CONFIG_VALUE_INVALID`, `CONFIG_KEY_UNKNOWN`, `CONFIG_FILE_NOT_FOUND`, `CONFIG_FILE_BROKEN`.
 */
export function loadConfig<Name extends SettingName>(
  sources: ConfigSources,
  names: readonly Name[],
): Pick<HubConfig, Name> {
  const file = findConfigFile(sources);
  const entries = names.map((name) => [name, settingValue(name, sources, file)] as const);
  return Object.fromEntries(entries) as Pick<HubConfig, Name>;
}

/** Every setting. Throws as `loadConfig`. */
export function loadHubConfig(sources: ConfigSources): HubConfig {
  return loadConfig(sources, SETTING_NAMES);
}

function findConfigFile(sources: ConfigSources): ConfigFile {
  const named = settingValue("config", sources, NO_FILE) as string;
  if (named !== "") {
    if (!existsSync(named)) throw new ConfigError("CONFIG_FILE_NOT_FOUND", { path: named });
    return readConfigFile(named);
  }
  const recordings = settingValue("recordings", sources, NO_FILE) as string;
  const path = join(recordings, CONFIG_FILE);
  return existsSync(path) ? refuseFolder(readConfigFile(path)) : NO_FILE;
}

const NO_FILE: ConfigFile = { path: "", values: {} };
/** In the recordings folder, beside the hub's other own documents. */
const CONFIG_FILE = ".polychron/polychron.json";

function readConfigFile(path: string): ConfigFile {
  const values = parseObject(path);
  const known: readonly string[] = SETTING_NAMES.filter((name) => SETTINGS[name].inFile);
  const unknown = Object.keys(values).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new ConfigError("CONFIG_KEY_UNKNOWN", { source: path, key: unknown, known: known.join(", ") });
  return { path, values };
}

function parseObject(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new ConfigError("CONFIG_FILE_BROKEN", { path, reason: (cause as Error).message }, cause);
  }
  throw new ConfigError("CONFIG_FILE_BROKEN", { path, reason: "it is not one JSON object" });
}

/** A file that was found through the recordings folder cannot say that the recordings folder is another. */
function refuseFolder(file: ConfigFile): ConfigFile {
  const value = file.values.recordings;
  if (value === undefined) return file;
  const reason = "a file inside the recordings folder cannot name another one";
  throw new ConfigError("CONFIG_VALUE_INVALID", {
    source: `'recordings' in ${file.path}`,
    value: shown(value),
    reason,
    expected: "--config with a file elsewhere, or no 'recordings' in this one",
  });
}

/** The strongest word on one setting, checked. */
function settingValue(name: SettingName, sources: ConfigSources, file: ConfigFile): unknown {
  const row = SETTINGS[name] as Setting<unknown>;
  const word = strongestWord(name, row, sources, file);
  const result = row.schema.safeParse(word.value);
  if (!result.success) {
    const reason = "that is not a valid value";
    throw new ConfigError("CONFIG_VALUE_INVALID", {
      source: word.source,
      value: shown(word.value),
      reason,
      expected: row.expected,
    });
  }
  return isPath(name) ? absolutePath(result.data as string, word.startsAt) : result.data;
}

interface Word {
  readonly value: unknown;
  readonly source: string;
  /** Where a relative path starts. */
  readonly startsAt: string;
}

function strongestWord(name: SettingName, row: Setting<unknown>, sources: ConfigSources, file: ConfigFile): Word {
  const { flags, env, workingFolder } = sources;
  const flag = flags[name];
  if (flag !== undefined)
    return { value: fromText(row, flag), source: row.flag.split(" ")[0]!, startsAt: workingFolder };
  const variable = env[row.variable];
  if (variable !== undefined) return { value: fromText(row, variable), source: row.variable, startsAt: workingFolder };
  if (name in file.values)
    return { value: file.values[name], source: `'${name}' in ${file.path}`, startsAt: dirname(file.path) };
  return { value: row.fallback, source: "the default", startsAt: workingFolder };
}

/** A text as a value of the setting's kind; what does not read as one stays as it is and fails its check. */
function fromText(row: Setting<unknown>, given: unknown): unknown {
  if (row.kind === "list")
    return [given]
      .flat()
      .flatMap((part) => String(part).split(","))
      .filter((part) => part !== "");
  if (typeof given !== "string") return given;
  if (row.kind === "number") return /^-?\d+$/.test(given) ? Number(given) : given;
  if (row.kind === "yes or no") return YES_NO[given.toLowerCase()] ?? given;
  return given;
}

const YES_NO: Readonly<Record<string, boolean>> = { true: true, yes: true, 1: true, false: false, no: false, 0: false };

function isPath(name: SettingName): boolean {
  return name === "recordings" || name === "config";
}

/** With forward slashes on every system, as the session store joins them. */
function absolutePath(path: string, startsAt: string): string {
  if (path === "") return path;
  const absolute = isAbsolute(path) ? path : resolve(startsAt, path);
  return sep === "/" ? absolute : absolute.replaceAll(sep, "/");
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
