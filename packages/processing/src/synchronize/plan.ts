import type { SessionMetadata } from "@polychron/session/format";
import type { StreamFile } from "@polychron/session/store";
import { LEADING_COLUMNS, type StreamTable, type TableColumn, type TimedSession } from "../timed/index.js";

/** One stream of one recording, and what of it goes into the table. */
export interface PlannedStream {
  readonly table: StreamTable;
  /** Its files, relative to the session. */
  readonly paths: readonly string[];
  /** One row a frame of a video. */
  readonly isFrames: boolean;
  /** The sample number, then the channels. */
  readonly columns: readonly TableColumn[];
  /** Their names in the table, in the same order, and the name for the exact time. */
  readonly names: readonly string[];
  readonly timeName: string;
}

/** One recording: which rows its table has, and of which streams. */
export interface PlannedRecording {
  /** The stamp in the names of its files. */
  readonly stamp: string;
  /** Its number in the session; null where the metadata do not know it. */
  readonly recording: number | null;
  /** Session seconds of its start and its stop; null where nobody wrote them down. */
  readonly fromS: number | null;
  readonly toS: number | null;
  readonly streams: readonly PlannedStream[];
}

/** The columns before those of the streams. */
export const FIXED_COLUMNS = ["t_s", "marker", "marker_t_s"] as const;
const SEQ_COLUMN = 1;

/** The recordings of a session in order of time; `files` are those that `session.streams` were read from, in the same order. */
export function planRecordings(
  session: TimedSession,
  files: readonly StreamFile[],
  metadata: SessionMetadata,
): PlannedRecording[] {
  const pairs = session.streams.map((table, index) => ({ table, file: files[index]! }));
  const stamps = [...new Set(pairs.map(({ file }) => file.stamp))].sort();
  return stamps.map((stamp) => {
    const known = metadata.recordings.find((entry) => entry.stamp === stamp);
    const own = pairs.filter(({ file }) => file.stamp === stamp);
    return {
      stamp,
      recording: known?.number ?? null,
      fromS: known?.start_t_s ?? null,
      toS: known?.stop_t_s ?? null,
      streams: planStreams(own),
    };
  });
}

/** Which column of a stream's table stands at each place of `PlannedStream.columns`. */
export function sourceColumns(stream: PlannedStream): number[] {
  return stream.columns.map((_, index) => (index === 0 ? SEQ_COLUMN : LEADING_COLUMNS + index - 1));
}

function planStreams(pairs: readonly { readonly table: StreamTable; readonly file: StreamFile }[]): PlannedStream[] {
  const taken = new Set<string>(FIXED_COLUMNS);
  return pairs.map(({ table, file }) => {
    const prefix = `${table.deviceId}_${table.fileType}`;
    const columns = [table.columns[SEQ_COLUMN]!, ...table.columns.slice(LEADING_COLUMNS)];
    const timeName = freeName(`${prefix}_t_s`, taken);
    const names = columns.map((column) => freeName(`${prefix}_${column.name}`, taken));
    return { table, paths: file.parts, isFrames: file.frames, columns, names, timeName };
  });
}

/** Ids may hold `_`, so two prefixes can make one name: then the later column is numbered. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
  taken.add(name);
  return name;
}
