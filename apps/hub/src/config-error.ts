import { HubError, type ErrorParams, type ErrorTexts } from "@polychron/session/model";

const TEXTS = {
  CONFIG_VALUE_INVALID: {
    message: "{source} is '{value}': {reason}.",
    remedy: "Give {expected}; every setting is described in docs/configuration.md.",
  },
  CONFIG_KEY_UNKNOWN: {
    message: "{source} holds '{key}', which is no setting.",
    remedy: "Remove or correct it; the settings are: {known}.",
  },
  CONFIG_FILE_NOT_FOUND: {
    message: "There is no configuration file {path}.",
    remedy: "Correct the path after --config (or in POLYCHRON_CONFIG), or leave it out.",
  },
  CONFIG_FILE_BROKEN: {
    message: "The configuration file {path} cannot be used: {reason}.",
    remedy: "Correct the file: it holds one JSON object with settings of docs/configuration.md.",
  },
  CLI_USAGE: { message: "{reason}.", remedy: "See 'polychron --help', or --help after a command." },
} as const satisfies ErrorTexts<string>;

/** Codes of everything wrong with what the person who started the program asked for. */
export type ConfigErrorCode = keyof typeof TEXTS;

/** A setting, a configuration file or a command line that cannot be used; the program ends with code 64. */
export class ConfigError extends HubError<ConfigErrorCode> {
  constructor(code: ConfigErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(TEXTS, code, params, cause);
  }
}
