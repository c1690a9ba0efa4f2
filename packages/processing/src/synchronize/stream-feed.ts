import type { Grid } from "../resample/index.js";
import {
  columnPeriodS,
  isSeries,
  medianPeriodS,
  StreamResampler,
  type ColumnFacts,
  type GridRows,
  type StreamFacts,
} from "../resample/index.js";
import type { TableRows } from "../timed/index.js";
import { sourceColumns, type PlannedStream } from "./plan.js";

/** One stream on its way onto the common time base: reads a block whenever the next row needs one. */
export class StreamFeed {
  readonly plan: PlannedStream;
  readonly resampler: StreamResampler;
  /** What its methods were chosen by. */
  readonly facts: StreamFacts;
  /** Session seconds of the first sample; not a number without any. */
  readonly firstS: number;
  readonly #sources: readonly number[];
  readonly #rows: AsyncIterator<TableRows>;
  #isOver = false;

  private constructor(plan: PlannedStream, grid: Grid, rows: AsyncIterator<TableRows>, first: TableRows | undefined) {
    this.plan = plan;
    this.#rows = rows;
    this.#sources = sourceColumns(plan);
    this.facts = streamFacts(plan, first);
    const columns = columnFacts(plan, first, this.facts.periodS);
    this.resampler = new StreamResampler({ grid, stream: this.facts, columns });
    this.#push(first);
    this.firstS = this.resampler.firstS;
  }

  /** Reads the first block: it tells how fast the stream really runs. Throws what reading throws. */
  static async open(plan: PlannedStream, grid: Grid): Promise<StreamFeed> {
    const rows = plan.table.rows()[Symbol.asyncIterator]();
    const first = await rows.next();
    return new StreamFeed(plan, grid, rows, first.done ? undefined : first.value);
  }

  /** Whether the stream has a value between its samples. */
  get isSeries(): boolean {
    return isSeries(this.facts);
  }

  /** Fills `count` rows of the time base from `index` on; columns as the plan has them, then the exact time. */
  async fill(index: number, count: number, rows: GridRows): Promise<void> {
    for (let done = 0; ;) {
      done += this.resampler.fill(index + done, count - done, rows, done);
      if (done === count) return;
      const next = await this.#rows.next();
      this.#push(next.done ? undefined : next.value);
    }
  }

  /** No sample at or after this session time. */
  isOverAt(timeS: number): boolean {
    return this.#isOver && this.resampler.isOver(timeS);
  }

  /** Lets go of the file, whether or not all of it was needed. */
  async close(): Promise<void> {
    await this.#rows.return?.();
  }

  #push(rows: TableRows | undefined): void {
    if (rows === undefined) {
      this.#isOver = true;
      this.resampler.end();
      return;
    }
    const columns = this.#sources.map((source) => rows.columns[source]!);
    const missing = this.#sources.map((source) => rows.missing[source]);
    this.resampler.push({ count: rows.count, timesS: rows.columns[0]!, columns, missing });
  }
}

/** Fewer rows tell no period: the one after a lost sample would count for the whole stream. */
const FEWEST_ROWS = 9;

function streamFacts({ table, isFrames }: PlannedStream, first: TableRows | undefined): StreamFacts {
  const { nominalRateHz, timeline } = table;
  const measuredS = first === undefined ? null : medianPeriodS(timesOf(first));
  // A first file that a fault of the disk ended at once holds few rows, or one.
  const isFew = first !== undefined && first.count < FEWEST_ROWS && nominalRateHz > 0;
  const periodS = isFew ? 1 / nominalRateHz : measuredS;
  return { nominalRateHz, periodS, timeMethod: timeline.method, boundS: timeline.boundS, isFrames };
}

function columnFacts(plan: PlannedStream, first: TableRows | undefined, streamPeriodS: number | null): ColumnFacts[] {
  const sources = sourceColumns(plan);
  return plan.columns.map(({ unit, kind }, index) => {
    if (first === undefined || streamPeriodS === null) return { unit, kind };
    return { unit, kind, periodS: columnPeriodS(timesOf(first), first.columns[sources[index]!]!, streamPeriodS) };
  });
}

function timesOf(rows: TableRows): Float64Array {
  return rows.columns[0]!.subarray(0, rows.count);
}
