import {
  encodeColumns,
  encodeHeader,
  sidecarFile,
  SYNCHRONIZED_FOLDER,
  synchronizedFile,
  type SessionMetadata,
} from "@polychron/session/format";
import { SessionReader, type FileSystem, type StreamFile } from "@polychron/session/store";
import { ProcessingError } from "../errors.js";
import { Grid } from "../resample/index.js";
import { openTimedSession, type Incompleteness, type TimedSession } from "../timed/index.js";
import { DerivedFiles, type DerivedFile } from "./derived-files.js";
import { describeTable } from "./describe-table.js";
import { planRecordings, type PlannedRecording } from "./plan.js";
import { RecordingTable } from "./recording-table.js";

/** The name under which the metadata's `post_processing` lists this step. */
export const SYNCHRONIZE_PROCESSOR = "synchronized_data";

/** What is wanted. */
export interface SynchronizeOptions {
  /** Rows per second of the common time base, Hz. */
  readonly rateHz: number;
  /** The program that does it, as the sidecars name it. */
  readonly software: { readonly name: string; readonly version: string };
  readonly signal?: AbortSignal;
  /** 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

/** The table of one recording. */
export interface SynchronizedRecording {
  readonly recording: number | null;
  /** Relative to the session. */
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
}

/** What came of it. */
export interface SynchronizeResult {
  readonly sessionId: string;
  readonly rateHz: number;
  readonly simulated: boolean;
  /** What of the session is not whole, and therefore not in the tables. */
  readonly incomplete: readonly Incompleteness[];
  /** The files it was made from, relative to the session. */
  readonly inputs: readonly string[];
  readonly recordings: readonly SynchronizedRecording[];
  readonly outputs: readonly DerivedFile[];
}

interface Source {
  readonly session: TimedSession;
  readonly files: readonly StreamFile[];
  readonly metadata: SessionMetadata;
}

/**
 * Puts every stream of a session on one time base: a table a recording in `processing/synchronized_data/`, each with a sidecar.
 * It may be run again at any time; recorded data are only read. Memory does not grow with the session. Throws
 * `PROCESSING_RATE_INVALID`, `PROCESSING_NO_SAMPLES`, `PROCESSING_CANCELLED`, `PROCESSING_SOURCE_CHANGED`,
 * `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `STORAGE_*`; then what an earlier run made is still there.
 */
export async function synchronizeSession(
  files: FileSystem,
  place: { readonly recordingsFolder: string; readonly sessionId: string },
  options: SynchronizeOptions,
): Promise<SynchronizeResult> {
  const grid = new Grid(options.rateHz);
  const signal = options.signal ?? new AbortController().signal;
  try {
    const reader = await SessionReader.open(files, place.recordingsFolder, place.sessionId);
    const session = await openTimedSession(reader, signal);
    const source = { session, files: await reader.streams(), metadata: reader.metadata };
    const derived = new DerivedFiles(files, reader.folder, SYNCHRONIZED_FOLDER);
    return await makeTables(source, grid, derived, { ...options, signal });
  } catch (cause) {
    if (signal.aborted) throw new ProcessingError("PROCESSING_CANCELLED", { session: place.sessionId }, cause);
    throw cause;
  }
}

type Options = SynchronizeOptions & { readonly signal: AbortSignal };

async function makeTables(
  source: Source,
  grid: Grid,
  derived: DerivedFiles,
  options: Options,
): Promise<SynchronizeResult> {
  const { session } = source;
  const plans = planRecordings(session, source.files, source.metadata);
  if (session.streams.every(({ rowCount }) => rowCount === 0))
    throw new ProcessingError("PROCESSING_NO_SAMPLES", { session: session.sessionId });
  await derived.open();
  try {
    const recordings: SynchronizedRecording[] = [];
    for (const [number, plan] of plans.entries()) {
      const onProgress = (share: number) => options.onProgress?.((number + share) / plans.length);
      recordings.push(await makeTable(plan, { session, grid, derived, options: { ...options, onProgress } }));
    }
    return {
      sessionId: session.sessionId,
      rateHz: grid.rateHz,
      simulated: session.simulated,
      incomplete: session.incomplete,
      inputs: inputPaths(source.files),
      recordings,
      outputs: await derived.finish(),
    };
  } catch (error) {
    throw await derived.discarded(error);
  }
}

interface TableWork {
  readonly session: TimedSession;
  readonly grid: Grid;
  readonly derived: DerivedFiles;
  readonly options: Options;
}

async function makeTable(plan: PlannedRecording, work: TableWork): Promise<SynchronizedRecording> {
  const { session, grid, derived, options } = work;
  const path = synchronizedFile(grid.label, plan.stamp);
  const table = await RecordingTable.open(plan, grid, session.markers);
  let rows = 0;
  try {
    await derived.write(path, async (append) => {
      await append(encodeHeader(table.names));
      for await (const block of table.blocks(options.signal)) {
        await append(encodeColumns(block));
        rows += block.count;
        options.onProgress?.(shareDone(table, rows));
      }
    });
  } finally {
    await table.close();
  }
  const description = describeTable(table, { session, software: options.software }, { path, rows });
  await derived.write(sidecarFile(path), (append) =>
    append(new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`)),
  );
  return { recording: plan.recording, path, rows, columns: table.names.length };
}

/** Of a recording whose stop is not known, nobody can say how far the work is. */
function shareDone({ span }: RecordingTable, rows: number): number {
  return span.to === null ? 0 : rows / (span.to - span.from + 1);
}

function inputPaths(files: readonly StreamFile[]): string[] {
  const clocks = files.map(({ sidecar }) => sidecar?.clock.observations_file ?? null);
  return [...new Set([...files.flatMap(({ parts }) => parts), ...clocks.filter((path) => path !== null)])].sort();
}
