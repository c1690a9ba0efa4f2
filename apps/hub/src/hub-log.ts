import { storageError } from "@polychron/session/store";
import { pino, type Logger } from "pino";
import type { LogLevel } from "./settings.js";

/** How much may wait for a disk that takes nothing; what comes beyond is left out. */
const WAITING_MAX_CHARS = 1 << 20;

/** Where the hub's log goes. */
export interface HubLogOptions {
  readonly path: string;
  /** What the console is told. */
  readonly level: LogLevel;
  /** Hears that the disk refused a line (`STORAGE_*`), once until it takes one again. */
  onFault(thrown: unknown): void;
}

/**
 * The hub's own log: one JSON line an entry into a file, and on the console what `level` asks for. Written at once:
 * a line that waits in memory is lost by the very crash it would explain. Throws `STORAGE_*`.
 */
export function openHubLog({ path, level, onFault }: HubLogOptions): Logger {
  const file = openFile(path);
  let isFailing = false;
  file.on("error", (thrown: unknown) => {
    const isNew = !isFailing;
    isFailing = true;
    if (isNew) onFault(storageError("write", path, thrown));
  });
  file.on("write", () => (isFailing = false));
  const console = pino.destination({ dest: 2, sync: true });
  const streams = pino.multistream([
    { level: "info", stream: file },
    ...(level === "silent" ? [] : [{ level, stream: console }]),
  ]);
  return pino({ level: "trace", base: { pid: process.pid } }, streams);
}

function openFile(path: string): ReturnType<typeof pino.destination> {
  try {
    return pino.destination({ dest: path, sync: true, mkdir: true, maxLength: WAITING_MAX_CHARS });
  } catch (thrown) {
    throw storageError("create", path, thrown);
  }
}
