import type { StreamRows } from "@polychron/session/format";
import { streamTimes, type Timeline } from "@polychron/sync";
import { ProcessingError } from "../errors.js";
import type { TableColumn, TableRows } from "./timed-session.js";

/** The column that every table begins with. */
export const TIME_COLUMN: TableColumn = {
  name: "t_s",
  unit: "s",
  kind: "time",
  description: "Session time: seconds since the session was created",
};

/** The columns that every recorded stream begins with on disk. */
const RECORDED: readonly TableColumn[] = [
  { name: "seq", unit: "", kind: "index", description: "The device's own sample number; a hole is a loss" },
  { name: "device_time_s", unit: "s", kind: "time", description: "Device clock, unwrapped" },
  {
    name: "arrival_time_s",
    unit: "s",
    kind: "time",
    description: "Session time at which the sample arrived at the hub",
  },
];

/** The columns of a stream's table: `t_s`, then all that was recorded. */
export function tableColumns(channels: readonly TableColumn[]): TableColumn[] {
  return [TIME_COLUMN, ...RECORDED, ...channels];
}

/** How many columns of a table come before the first channel. */
export const LEADING_COLUMNS = 1 + RECORDED.length;

/** What a stream's rows are read for. */
export interface TableRequest {
  /** Names the stream in errors. */
  readonly name: string;
  /** Rows to deliver: what is appended later to a stream still growing is left for the next export. */
  readonly rowCount: number;
  readonly timeline: Timeline;
}

/**
 * The blocks of a stream as rows of its table, with `t_s` by the timeline. Time never runs back within a stream, not even
 * from one epoch of the device clock to the next. Throws `ProcessingError` (`PROCESSING_SOURCE_CHANGED`) if rows are gone.
 */
export async function* tableRows(blocks: AsyncIterable<StreamRows>, request: TableRequest): AsyncGenerator<TableRows> {
  if (request.rowCount === 0) return;
  const toSessionS = streamTimes(request.timeline);
  let lastS = -Infinity;
  let delivered = 0;
  for await (const block of blocks) {
    const count = Math.min(block.count, request.rowCount - delivered);
    const timeS = placed(block, count, toSessionS, lastS);
    lastS = Math.max(lastS, timeS[count - 1]!);
    delivered += count;
    yield asRows(block, count, timeS);
    if (delivered === request.rowCount) return;
  }
  const params = { stream: request.name, gotRows: delivered, expectedRows: request.rowCount };
  throw new ProcessingError("PROCESSING_SOURCE_CHANGED", params);
}

function placed(block: StreamRows, count: number, toSessionS: Timeline["toSessionS"], fromS: number): Float64Array {
  const timeS = new Float64Array(count);
  let lastS = fromS;
  for (let row = 0; row < count; row++) {
    const atS = toSessionS(block.deviceTimeS[row]!, block.arrivalS[row]!);
    if (atS > lastS) lastS = atS;
    timeS[row] = Number.isNaN(atS) ? atS : lastS;
  }
  return timeS;
}

function asRows(block: StreamRows, count: number, timeS: Float64Array): TableRows {
  const columns = [block.seq, block.deviceTimeS, block.arrivalS, ...block.columns];
  return {
    count,
    columns: [timeS, ...columns.map((column) => (column.length === count ? column : column.subarray(0, count)))],
    missing: [undefined, undefined, undefined, undefined, ...block.missing],
  };
}
