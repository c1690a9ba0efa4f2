import { joinPath, logFile, logPart } from "../format/layout.js";
import { LogScanner, type LogLine, type LogScanEnd } from "../format/log-scan.js";
import type { SessionEvent } from "../model/index.js";
import { readChunks, type FileSystem } from "./files.js";
import { sha256 } from "./sha256.js";

/** One part of a session's log as it was found. */
export interface LogPartFound extends LogScanEnd {
  readonly part: number;
  readonly path: string;
}

/** Where a log lies: the session's folder and id. */
export interface LogPlace {
  readonly folder: string;
  readonly sessionId: string;
}

/** The numbers of the log parts in a session folder, ascending. Throws `STORAGE_*`. */
export async function logParts(files: FileSystem, { folder, sessionId }: LogPlace): Promise<number[]> {
  const entries = await files.list(folder);
  const parts = entries.map(({ name, kind }) => (kind === "file" ? logPart(sessionId, name) : undefined));
  return parts.filter((part) => part !== undefined).sort((a, b) => a - b);
}

/** Every line of one part, good or bad, and the verdict on the part as the generator's value. Throws `STORAGE_*`. */
export async function* readLogPart(
  files: FileSystem,
  { folder, sessionId }: LogPlace,
  part: number,
): AsyncGenerator<LogLine, LogPartFound, undefined> {
  const path = joinPath(folder, logFile(sessionId, part));
  const scanner = new LogScanner(sha256);
  for await (const chunk of readChunks(files, path)) yield* scanner.push(chunk);
  const { lines, end } = scanner.finish();
  yield* lines;
  return { ...end, part, path };
}

/**
 * The good events of all parts in order, from a sequence number on. An event that a later part replaces was never
 * acknowledged and is left out. Memory is bounded by one chunk. Throws `STORAGE_*`.
 */
export async function* readEvents(
  files: FileSystem,
  place: LogPlace,
  fromSeq = 1,
  toSeq = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<SessionEvent, void, undefined> {
  const parts = await logParts(files, place);
  const firstSeqs = await Promise.all(parts.map((part) => firstSeq(files, place, part)));
  for (const [index, part] of parts.entries()) {
    const nextFirst = Math.min(...firstSeqs.slice(index + 1));
    if (nextFirst <= fromSeq) continue;
    for await (const line of readLogPart(files, place, part)) {
      if (line.kind !== "event" || line.event.seq < fromSeq) continue;
      if (line.event.seq >= nextFirst) break;
      if (line.event.seq > toSeq) return;
      yield line.event;
    }
  }
}

/** Runs through one part for its verdict alone. Throws `STORAGE_*`. */
export async function examineLogPart(files: FileSystem, place: LogPlace, part: number): Promise<LogPartFound> {
  const lines = readLogPart(files, place, part);
  for (;;) {
    const step = await lines.next();
    if (step.done === true) return step.value;
  }
}

/** The first number of a part: its head's, or its first event's where the head was altered; an unreadable part replaces nothing. */
async function firstSeq(files: FileSystem, place: LogPlace, part: number): Promise<number> {
  let first = Number.MAX_SAFE_INTEGER;
  for await (const line of readLogPart(files, place, part)) {
    if (line.kind === "head") first = line.head.first_seq;
    if (line.kind === "event") return line.chained ? first : line.event.seq;
  }
  return first;
}
