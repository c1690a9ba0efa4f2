import type { Grid } from "../resample/index.js";
import { type GridRows } from "../resample/index.js";
import type { TimedMarker } from "../timed/index.js";
import { MarkerColumns } from "./marker-columns.js";
import { FIXED_COLUMNS, type PlannedRecording } from "./plan.js";
import { StreamFeed } from "./stream-feed.js";

/** Rows made at once. */
const BLOCK_ROWS = 1024;
/** A recording whose stop nobody wrote down ends with its last sample, but is never taken to be longer than this. */
const LONGEST_S = 48 * 3600;

/** Consecutive rows of a table: n rows x m columns, and 1 in a mask where there is no value. */
export interface TableBlock extends GridRows {
  readonly count: number;
}

/** Which rows of the time base a table has; `to` is null until the last sample is known, and below `from` in an empty table. */
export interface RowSpan {
  readonly from: number;
  readonly to: number | null;
}

/** The table of one recording: all its streams, row by row of the time base. */
export class RecordingTable {
  readonly plan: PlannedRecording;
  readonly grid: Grid;
  readonly feeds: readonly StreamFeed[];
  readonly span: RowSpan;
  readonly #markers: readonly TimedMarker[];

  private constructor(
    plan: PlannedRecording,
    grid: Grid,
    feeds: readonly StreamFeed[],
    markers: readonly TimedMarker[],
  ) {
    this.plan = plan;
    this.grid = grid;
    this.feeds = feeds;
    this.#markers = markers;
    this.span = rowSpan(plan, grid, feeds);
  }

  /** @param markers of the session, in order of time */
  static async open(plan: PlannedRecording, grid: Grid, markers: readonly TimedMarker[]): Promise<RecordingTable> {
    const feeds: StreamFeed[] = [];
    try {
      for (const stream of plan.streams) feeds.push(await StreamFeed.open(stream, grid));
      return new RecordingTable(plan, grid, feeds, markers);
    } catch (thrown) {
      for (const feed of feeds) await feed.close();
      throw thrown;
    }
  }

  /** The header: `t_s`, the marker, then per stream the exact time of its last sample, that sample's number, and the channels. */
  get names(): string[] {
    return [...FIXED_COLUMNS, ...this.plan.streams.flatMap(({ timeName, names }) => [timeName, ...names])];
  }

  /** All rows, in blocks that are valid until the next one is asked for. Can be read once. */
  async *blocks(signal: AbortSignal): AsyncGenerator<TableBlock> {
    const rows = emptyRows(this.names.length);
    const parts = this.#parts(rows);
    const markers = new MarkerColumns(this.#markers);
    for (let index = this.span.from; ; index += BLOCK_ROWS) {
      signal.throwIfAborted();
      const count = Math.min(BLOCK_ROWS, (this.span.to ?? Infinity) - index + 1);
      if (!(count > 0)) return;
      for (let row = 0; row < count; row++) rows.columns[0]![row] = this.grid.timeS(index + row);
      markers.fill(rows.columns[0]!, count, parts.markers);
      for (const [number, feed] of this.feeds.entries()) await feed.fill(index, count, parts.streams[number]!);
      const used = this.span.to === null ? this.#usedRows(index, count) : count;
      if (used > 0) yield { count: used, ...rows };
      if (used < count) return;
    }
  }

  async close(): Promise<void> {
    for (const feed of this.feeds) await feed.close();
  }

  /** Without a known stop: rows up to the last sample of any stream. */
  #usedRows(index: number, count: number): number {
    const latest = this.span.from + LONGEST_S * this.grid.rateHz;
    let used = Math.min(count, Math.max(0, latest - index + 1));
    while (used > 0 && this.feeds.every((feed) => feed.isOverAt(this.grid.timeS(index + used - 1)))) used--;
    return used;
  }

  /** The columns of the table as each of its makers sees them. */
  #parts(rows: GridRows): { markers: GridRows; streams: GridRows[] } {
    let from = FIXED_COLUMNS.length;
    const streams = this.plan.streams.map(({ names }) => {
      const own = slice(rows, from, from + names.length + 1);
      from += names.length + 1;
      // A resampler puts the exact time behind its columns; in the table it stands before them.
      return {
        columns: [...own.columns.slice(1), own.columns[0]!],
        missing: [...own.missing.slice(1), own.missing[0]!],
      };
    });
    return { markers: slice(rows, 1, FIXED_COLUMNS.length), streams };
  }
}

function rowSpan(plan: PlannedRecording, grid: Grid, feeds: readonly StreamFeed[]): RowSpan {
  const firsts = feeds.map(({ firstS }) => firstS).filter((firstS) => Number.isFinite(firstS));
  const fromS = plan.fromS ?? (firsts.length === 0 ? null : Math.min(...firsts));
  if (fromS === null) return { from: 0, to: -1 };
  return { from: grid.indexFrom(fromS), to: plan.toS === null ? null : grid.indexTo(plan.toS) };
}

function emptyRows(columns: number): { columns: Float64Array[]; missing: Uint8Array[] } {
  return {
    columns: Array.from({ length: columns }, () => new Float64Array(BLOCK_ROWS)),
    missing: Array.from({ length: columns }, () => new Uint8Array(BLOCK_ROWS)),
  };
}

function slice({ columns, missing }: GridRows, from: number, to: number): GridRows {
  return { columns: columns.slice(from, to), missing: missing.slice(from, to) };
}
