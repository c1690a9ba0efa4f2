import type { Command, CommandResult } from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import type { SessionStore } from "@polychron/session/store";
import type { Logger } from "pino";
import type { CommandWitness } from "./command-desk.js";

/**
 * Who did what, with which result: into the log of the session concerned while it is open, else into the hub's own.
 * A command that ended its session finds the log closed; the session's own last events say the same.
 */
export function commandWitness(store: SessionStore, log: Logger): CommandWitness {
  return async (value, { by }, result) => {
    const { command_id: commandId, kind, ...parameters } = value;
    const outcome = result.ok
      ? { ok: true, result: result.result }
      : { ok: false, code: result.error.code, message: result.error.message };
    const details = { command: kind, command_id: commandId, by, parameters, ...outcome };
    log.info(details, "command");
    const session = store.find(sessionOf(value, result));
    if (session === undefined || session.state === "completed") return;
    await session.append({ event: "command", details: details as unknown as JsonObject });
  };
}

function sessionOf(value: Command, result: CommandResult): string {
  if ("session" in value) return value.session;
  const made = result.ok ? result.result["session"] : undefined;
  return typeof made === "string" ? made : "";
}
