import type { JsonObject, SessionEvent } from "@polychron/session/model";

/** Commands that a log proves done, with their results: sent again after a crash they are answered, not done again. */
export async function* knownCommands(
  events: AsyncIterable<SessionEvent>,
): AsyncGenerator<{ commandId: string; result: JsonObject }> {
  for await (const { event, command_id: commandId, ok, result } of events) {
    if (event === "command" && ok === true && typeof commandId === "string")
      yield { commandId, result: (result ?? {}) as JsonObject };
  }
}
