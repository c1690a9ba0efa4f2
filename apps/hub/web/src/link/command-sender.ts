import type { CommandInput, CommandResult } from "@polychron/protocol";
import type { ErrorReport } from "@polychron/session/model";

/** How long one try waits for the hub's answer. */
export const ANSWER_MS = 10_000;
/** After this long a command is given up; opening a Bluetooth port may take most of it. */
export const GIVE_UP_MS = 120_000;

/** What a command is sent through. */
export interface CommandPort {
  /** Resolves true when there is a connection, false when there was none within the limit. */
  connected(limitMs: number): Promise<boolean>;
  /** One try; "unanswered" when the answer did not come in time or the connection broke. */
  emit(value: CommandInput, limitMs: number): Promise<CommandResult | "unanswered">;
  /** The page's monotonic clock. */
  nowMs(): number;
}

/**
 * Sends a command until it is answered. Every try carries the same `command_id`, so the hub does it once; a command
 * that stays unanswered comes back as an error, since the page cannot know whether it was done.
 */
export async function sendUntilAnswered(
  port: CommandPort,
  value: CommandInput,
  noAnswer: ErrorReport,
): Promise<CommandResult> {
  const giveUpMs = port.nowMs() + GIVE_UP_MS;
  for (;;) {
    const leftMs = giveUpMs - port.nowMs();
    if (leftMs <= 0 || !(await port.connected(leftMs))) break;
    const result = await port.emit(value, ANSWER_MS);
    if (result !== "unanswered") return result;
  }
  return {
    ok: false,
    command_id: value.command_id,
    repeated: false,
    error: { ...noAnswer, params: { ...noAnswer.params } },
  };
}
