import { z } from "zod";
import { LAB_LINKS, type LabLink } from "./lab/impair/links.js";

/** One setting: the row from which its flag, variable, file key, default and line in the documentation come. */
export interface Setting<Value> {
  /** As commander reads it. */
  readonly flag: string;
  /** The environment variable. */
  readonly variable: string;
  /** Whether the configuration file may hold it, under the setting's own name. */
  readonly inFile: boolean;
  /** How a text from flag or variable becomes a value; a list's parts stand between commas. */
  readonly kind: "text" | "number" | "yes or no" | "list";
  /** What a valid value is, for people. */
  readonly expected: string;
  readonly schema: z.ZodType<Value>;
  readonly fallback: Value;
  readonly description: string;
}

function setting<Value>(row: Setting<Value>): Setting<Value> {
  return row;
}

/** Every setting of the hub; docs/configuration.md is the same table for people. */
export const SETTINGS = {
  recordings: setting<string>({
    flag: "--recordings <folder>",
    variable: "POLYCHRON_RECORDINGS",
    inFile: true,
    kind: "text",
    expected: "the path of a folder",
    schema: z.string().min(1),
    fallback: "./recordings",
    description: "the folder that holds the sessions",
  }),
  config: setting<string>({
    flag: "--config <file>",
    variable: "POLYCHRON_CONFIG",
    inFile: false,
    kind: "text",
    expected: "the path of a JSON file",
    schema: z.string(),
    fallback: "",
    description:
      "the configuration file; without it `.polychron/polychron.json` in the recordings folder is read if it is there",
  }),
  host: setting<string>({
    flag: "--host <address>",
    variable: "POLYCHRON_HOST",
    inFile: true,
    kind: "text",
    expected: "a name or address of this computer",
    schema: z.string().min(1),
    fallback: "127.0.0.1",
    description: "the address the hub listens on",
  }),
  port: setting<number>({
    flag: "--port <number>",
    variable: "POLYCHRON_PORT",
    inFile: true,
    kind: "number",
    expected: "a whole number from 0 to 65535 (0 = any free port)",
    schema: z.int().min(0).max(65_535),
    fallback: 4280,
    description: "the TCP port the hub listens on; 0 takes any free one",
  }),
  open: setting<boolean>({
    flag: "--open",
    variable: "POLYCHRON_OPEN",
    inFile: true,
    kind: "yes or no",
    expected: "true or false",
    schema: z.boolean(),
    fallback: false,
    description: "open the page in the browser (`npm start` does; `--no-open` keeps it closed)",
  }),
  createPolicy: setting<"many" | "single">({
    flag: "--create-policy <policy>",
    variable: "POLYCHRON_CREATE_POLICY",
    inFile: true,
    kind: "text",
    expected: "many or single",
    schema: z.enum(["many", "single"]),
    fallback: "many",
    description: "what creating a session does with one that is open: `many` leaves it open, `single` ends it first",
  }),
  simulate: setting<number>({
    flag: "--simulate [count]",
    variable: "POLYCHRON_SIMULATE",
    inFile: true,
    kind: "number",
    expected: "a whole number from 0 to 64",
    schema: z.int().min(0).max(64),
    fallback: 0,
    description:
      "how many emulated devices of each kind (Shimmers, phones, cameras) the hub offers beside the real ones; the flag alone means 2",
  }),
  impair: setting<LabLink | "none">({
    flag: "--impair <link>",
    variable: "POLYCHRON_IMPAIR",
    inFile: true,
    kind: "text",
    expected: `none, ${LAB_LINKS.slice(0, -1).join(", ")} or ${LAB_LINKS.at(-1)}`,
    schema: z.enum(["none", ...LAB_LINKS]),
    fallback: "none",
    description:
      "how bad the network between hub and emulated phones is: `none`, `lan`, `wifi-quiet`, `wifi-busy`, `wifi-upload` or `wifi-psm`",
  }),
  logLevel: setting<LogLevel>({
    flag: "--log-level <level>",
    variable: "POLYCHRON_LOG_LEVEL",
    inFile: true,
    kind: "text",
    expected: "fatal, error, warn, info, debug, trace or silent",
    schema: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
    fallback: "warn",
    description: "how much the hub says on the console: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`",
  }),
  serialPorts: setting<readonly string[]>({
    flag: "--serial-port <path...>",
    variable: "POLYCHRON_SERIAL_PORTS",
    inFile: true,
    kind: "list",
    expected: "paths of serial ports, separated by commas",
    schema: z.array(z.string().min(1)),
    fallback: [],
    description: "serial ports to offer as Shimmers beside those that are found, such as `/dev/rfcomm0` or `COM5`",
  }),
  ffmpeg: setting<string>({
    flag: "--ffmpeg <path>",
    variable: "POLYCHRON_FFMPEG",
    inFile: true,
    kind: "text",
    expected: "the name or path of the program ffmpeg",
    schema: z.string().min(1),
    fallback: "ffmpeg",
    description: "the program that reads cameras and converts video; `ffprobe` is expected beside it",
  }),
  startLeadMs: setting<number>({
    flag: "--start-lead-ms <milliseconds>",
    variable: "POLYCHRON_START_LEAD_MS",
    inFile: true,
    kind: "number",
    expected: "a whole number from 0 to 60000",
    schema: z.int().min(0).max(60_000),
    fallback: 500,
    description: "how long after the command a recording begins, so that every device begins at the same instant",
  }),
} as const;

/** The levels of the hub's own log. */
export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

export type SettingName = keyof typeof SETTINGS;

/** All settings with their values, each checked. */
export type HubConfig = { readonly [Name in SettingName]: (typeof SETTINGS)[Name]["fallback"] };

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];
