import { createHash } from "node:crypto";
import { SessionReader, type FileSystem } from "@polychron/session/store";
import { builtInFormats } from "./built-in-formats.js";
import { ExportError } from "./errors.js";
import { ExportFolder, type ExportedFile, type RunningHash } from "./export-folder.js";
import type { ExportFormat, FormatRegistry } from "./format.js";
import { openTimedSession } from "@polychron/processing/timed";
import type { TimedSession, Incompleteness } from "@polychron/processing/timed";

const LIST_VERSION = 1;

/** How far the export in one format is. */
export interface ExportProgress {
  readonly format: string;
  /** The file being written. */
  readonly file: string;
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

/** What is wanted of an export. */
export interface ExportOptions {
  /** Ids of formats, such as `csv` and `mat`. */
  readonly formats: readonly string[];
  /** The program that exports, as `export.json` names it. */
  readonly software: { readonly name: string; readonly version: string };
  /** Default: the formats of this version. */
  readonly registry?: FormatRegistry;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** Where a session lies. */
export interface SessionPlace {
  readonly recordingsFolder: string;
  readonly sessionId: string;
}

/** The files of one session in one format. */
export interface ExportedFormat {
  readonly format: string;
  /** Relative to the session. */
  readonly folder: string;
  readonly files: readonly ExportedFile[];
}

/** What an export came to. */
export interface ExportResult {
  readonly sessionId: string;
  readonly simulated: boolean;
  /** What of the session is not whole, and therefore not in the export. */
  readonly incomplete: readonly Incompleteness[];
  readonly formats: readonly ExportedFormat[];
}

/**
 * Writes a session's tree into `exports/`, format after format, from what is on disk alone: it may be run again at any
 * time, and the same tree gives the same bytes. A torn session is exported as far as it goes; what lacks is listed.
 * Throws `EXPORT_FORMAT_UNKNOWN` before anything is read, `EXPORT_TOO_LARGE`, `PROCESSING_SOURCE_CHANGED`, `EXPORT_CANCELLED`,
 * `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `STORAGE_*`; formats before the failing one are finished then.
 */
export async function exportSession(
  files: FileSystem,
  place: SessionPlace,
  options: ExportOptions,
): Promise<ExportResult> {
  const registry = options.registry ?? builtInFormats();
  const formats = options.formats.map((id) => registry.get(id));
  const signal = options.signal ?? new AbortController().signal;
  try {
    const reader = await SessionReader.open(files, place.recordingsFolder, place.sessionId);
    const source = await openTimedSession(reader, signal);
    const done: ExportedFormat[] = [];
    for (const format of formats) {
      const folder = new ExportFolder(files, reader.folder, format, newSha256);
      done.push(await exportFormat(folder, format, source, { ...options, signal }));
    }
    return { sessionId: source.sessionId, simulated: source.simulated, incomplete: source.incomplete, formats: done };
  } catch (cause) {
    if (signal.aborted) throw new ExportError("EXPORT_CANCELLED", { session: place.sessionId }, cause);
    throw cause;
  }
}

async function exportFormat(
  folder: ExportFolder,
  format: ExportFormat,
  source: TimedSession,
  options: ExportOptions & { readonly signal: AbortSignal },
): Promise<ExportedFormat> {
  const planned = format.files(source);
  const rowsTotal = planned.reduce((sum, file) => sum + file.rows, 0);
  let rowsDone = 0;
  const files: ExportedFile[] = [];
  await folder.open();
  for (const file of planned) {
    options.signal.throwIfAborted();
    const onRows = (count: number) => {
      rowsDone += count;
      options.onProgress?.({ format: format.id, file: file.name, rowsDone, rowsTotal });
    };
    files.push(await folder.write(file, { signal: options.signal, onRows }));
  }
  await folder.finish(fileList(format, source, files, options));
  return { format: format.id, folder: folder.path, files };
}

/** `export.json`: no date in it, so that the same session gives the same bytes. */
function fileList(format: ExportFormat, source: TimedSession, files: readonly ExportedFile[], options: ExportOptions) {
  return {
    schema_version: LIST_VERSION,
    session_id: source.sessionId,
    software: { name: options.software.name, version: options.software.version },
    options: { format: format.id },
    simulated: source.simulated,
    incomplete: source.incomplete,
    files,
  };
}

function newSha256(): RunningHash {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}
