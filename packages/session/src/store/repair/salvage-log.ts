import {
  closeText,
  headLine,
  LOG_SCHEMA_VERSION,
  logFile,
  parseEvent,
  type LogEnd,
  type LogHead,
  type SessionMetadata,
} from "../../format/index.js";
import { replaceFile } from "../atomic-file.js";
import { readWhole, type FileSystem } from "../files.js";
import { examineLogPart, logParts, type LogPartFound, type LogPlace } from "../log-reader.js";
import { cutTo, setAside, type SetAside } from "./set-aside.js";

/** What a log needed. */
export interface LogSalvage {
  readonly setAside: readonly SetAside[];
  /** Parts whose close was put back. */
  readonly closed: readonly string[];
  /** Parts whose head was made again. */
  readonly headed: readonly string[];
}

const NOTHING: LogSalvage = { setAside: [], closed: [], headed: [] };

/**
 * Makes every part of a log a whole document again: what follows its last good line is copied to `recovered/` and cut off,
 * a lost head is made again from the metadata, the close is put back. Good lines keep every byte. Throws `STORAGE_*`.
 */
export async function salvageLog(files: FileSystem, place: LogPlace, metadata: SessionMetadata): Promise<LogSalvage> {
  let salvage = NOTHING;
  let before: LogPartFound | undefined;
  const parts = await logParts(files, place);
  for (const part of parts) {
    const end = part === parts.at(-1) ? logEnd(metadata) : undefined;
    salvage = joined(
      salvage,
      await salvagePart(files, place, await examineLogPart(files, place, part), { metadata, end, before }),
    );
    before = await examineLogPart(files, place, part);
  }
  return salvage;
}

/** The end that the log of a completed session carries. */
export function logEnd({ status, end_time, duration }: SessionMetadata): LogEnd | undefined {
  return status === "completed" && end_time !== null ? { end_time, duration: duration ?? 0, status } : undefined;
}

interface PartContext {
  readonly metadata: SessionMetadata;
  readonly end: LogEnd | undefined;
  readonly before: LogPartFound | undefined;
}

async function salvagePart(
  files: FileSystem,
  place: LogPlace,
  found: LogPartFound,
  context: PartContext,
): Promise<LogSalvage> {
  if (found.head === undefined) return makeHead(files, place, found, context);
  if (found.close !== "none") return NOTHING;
  const name = logFile(place.sessionId, found.part);
  const close = new TextEncoder().encode(closeText(context.end));
  const tail = await readTail(files, found);
  const kept =
    isPrefix(tail, close) || isPrefix(tail, new TextEncoder().encode(closeText()))
      ? []
      : [await setAside(files, place.folder, { path: name, offset: found.goodBytes, reason: "tail" })];
  await cutTo(files, found.path, found.goodBytes, close);
  return { setAside: kept, closed: [name], headed: [] };
}

/** The events stay as they are, behind a head made again; with the same fields it is the same line, and the chain holds. */
async function makeHead(
  files: FileSystem,
  place: LogPlace,
  found: LogPartFound,
  { metadata, end, before }: PartContext,
): Promise<LogSalvage> {
  const name = logFile(place.sessionId, found.part);
  const kept = await setAside(files, place.folder, { path: name, offset: 0, reason: "bad" });
  const lines = await goodLines(files, found);
  const firstSeq = parseEvent(lines.split(/,?\n/, 1)[0]!)?.seq ?? (before?.lastSeq ?? 0) + 1;
  const head = headLine(headOf(metadata, { part: found.part, first_seq: firstSeq, prev: before?.lastHash ?? null }));
  const text = `${head}${lines === "" ? "" : `\n${lines}`}${closeText(end)}`;
  await replaceFile(files, found.path, new TextEncoder().encode(text));
  return { setAside: [kept], closed: [], headed: [name] };
}

/** A part from its first event to its last, without the line that should have been its head. */
async function goodLines(files: FileSystem, found: LogPartFound): Promise<string> {
  const text = new TextDecoder().decode((await readWhole(files, found.path)).subarray(0, found.goodBytes));
  const [first = "", ...others] = text.split("\n");
  return parseEvent(first.replace(/,$/, "")) === undefined ? others.join("\n") : text;
}

/** The head of a part as the log's writer made it. */
function headOf(metadata: SessionMetadata, place: { part: number; first_seq: number; prev: string | null }): LogHead {
  const { session_id: session, session_name, session_uuid, start_time } = metadata;
  return { schema_version: LOG_SCHEMA_VERSION, session, session_name, session_uuid, start_time, ...place };
}

async function readTail(files: FileSystem, found: LogPartFound): Promise<Uint8Array> {
  return (await readWhole(files, found.path)).subarray(found.goodBytes);
}

function isPrefix(bytes: Uint8Array, of: Uint8Array): boolean {
  return bytes.length <= of.length && bytes.every((byte, at) => byte === of[at]);
}

function joined(a: LogSalvage, b: LogSalvage): LogSalvage {
  return {
    setAside: [...a.setAside, ...b.setAside],
    closed: [...a.closed, ...b.closed],
    headed: [...a.headed, ...b.headed],
  };
}
