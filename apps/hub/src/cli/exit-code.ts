import { errorReport, HubError } from "@polychron/session/model";
import { ConfigError } from "../config-error.js";

/** How the program ends; programs that call it read these. */
export const EXIT = {
  good: 0,
  /** An error, named on stderr; `sessions recover`: not recoverable. */
  failed: 1,
  /** `sessions check` found something. */
  findings: 2,
  /** `sessions recover` and `sessions repair`: whole again, with a declared loss. */
  lossDeclared: 3,
  /** The command line or a setting is wrong (`EX_USAGE` of sysexits.h). */
  usage: 64,
  /** Another hub has the recordings folder (`EX_CANTCREAT`). */
  inUse: 73,
} as const;

/** How a command that ran to its end says with which code. */
export type SetExit = (code: number) => void;

/** The exit code of what was thrown. */
export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof ConfigError) return EXIT.usage;
  return thrown instanceof HubError && thrown.code === "RECORDINGS_IN_USE" ? EXIT.inUse : EXIT.failed;
}

/** An error for people: what happened, what to do, and the chain of causes when somebody looks for more. */
export function errorText(thrown: unknown): string {
  const report = errorReport(thrown);
  const lines = [`${report.message} [${report.code}]`, `  ${report.remedy}`];
  if (report.code === "INTERNAL_ERROR" && thrown instanceof Error && thrown.stack !== undefined)
    lines.push(thrown.stack);
  return lines.join("\n");
}
