import { errorReport } from "@polychron/session/model";
import type { Logger } from "pino";

const STOP_WITHIN_MS = 5_000;
const EXIT_FAILED = 1;

/**
 * What is thrown where nobody listens leaves the program in a state that nobody knows: the hub says so, closes what can be
 * closed, and ends; the next start recovers. Returns the way to stop listening.
 */
export function endOnUncaught(log: Logger, stop: () => Promise<void>): () => void {
  let isEnding = false;
  const onUncaught = (thrown: unknown): void => {
    say(log, thrown);
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(EXIT_FAILED), STOP_WITHIN_MS);
    stop()
      .catch((left: unknown) => say(log, left))
      .finally(() => process.exit(EXIT_FAILED));
  };
  process.on("uncaughtException", onUncaught);
  return () => void process.off("uncaughtException", onUncaught);
}

function say(log: Logger, thrown: unknown): void {
  const report = errorReport(thrown);
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  log.fatal({ ...report, stack }, "uncaught");
  process.stderr.write(`The hub ends because of an error that it does not know. ${report.message} [${report.code}]\n`);
}
