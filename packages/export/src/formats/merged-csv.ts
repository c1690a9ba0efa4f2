import type { ByteSink, EncodeContext } from "../format.js";
import type { TimedMarker, TimedSession, StreamTable, TableRows } from "@polychron/processing/timed";
import { textCell } from "./csv-text.js";
import { LineBuffer } from "./line-buffer.js";
import { channelGroups, MERGED_FIXED_COLUMNS, type ChannelGroup } from "./merged-layout.js";

const COMMA = 44;

/** Something with rows in order of time; `load` is called whenever the rows at hand are used up. */
interface TimedRows {
  /** Time of the next row; infinite when there is none at hand. */
  readonly nextS: number;
  readonly exhausted: boolean;
  load(): Promise<void>;
  /** Writes the next row and goes on to the one after it. */
  writeRow(lines: LineBuffer): void;
}

/** Every sample of every stream and every marker, one a line, ordered by `t_s`; empty where a stream has nothing to say. */
export async function encodeMerged(source: TimedSession, sink: ByteSink, context: EncodeContext): Promise<void> {
  const groups = channelGroups(source);
  const width = groups.reduce((sum, group) => sum + group.columns.length, 0);
  const inputs: TimedRows[] = [new MarkerRows(source.markers, width)];
  let before = 0;
  for (const group of groups) {
    inputs.push(new GroupRows(group, { before, after: width - before - group.columns.length }));
    before += group.columns.length;
  }
  const lines = new LineBuffer(sink);
  lines.text(`${[...MERGED_FIXED_COLUMNS, ...groups.flatMap((group) => group.columns)].join(",")}\n`);
  await mergeInto(lines, inputs, context);
}

async function mergeInto(lines: LineBuffer, inputs: readonly TimedRows[], context: EncodeContext): Promise<void> {
  for (;;) {
    context.signal.throwIfAborted();
    for (const input of inputs) if (input.nextS === Infinity && !input.exhausted) await input.load();
    const rows = writeRun(lines, inputs);
    await lines.flush();
    if (rows === 0) return;
    context.onRows(rows);
  }
}

/** Writes rows until an input must load or the buffer is full; returns how many. Of equal times the first input goes first. */
function writeRun(lines: LineBuffer, inputs: readonly TimedRows[]): number {
  for (let rows = 0; ; rows++) {
    let next = inputs[0]!;
    for (const input of inputs) {
      if (input.nextS === Infinity && !input.exhausted) return rows;
      if (input.nextS < next.nextS) next = input;
    }
    if (next.nextS === Infinity || lines.full) return rows;
    next.writeRow(lines);
  }
}

/** The markers of a session as rows without samples. */
class MarkerRows implements TimedRows {
  readonly #markers: readonly TimedMarker[];
  readonly #width: number;
  #row = 0;

  constructor(markers: readonly TimedMarker[], width: number) {
    this.#markers = [...markers].sort((a, b) => a.tS - b.tS);
    this.#width = width;
  }

  get nextS(): number {
    return this.#markers[this.#row]?.tS ?? Infinity;
  }

  get exhausted(): boolean {
    return this.#row === this.#markers.length;
  }

  async load(): Promise<void> {}

  writeRow(lines: LineBuffer): void {
    const marker = this.#markers[this.#row++]!;
    lines.number(marker.tS);
    lines.text(`,,,,${textCell(marker.label)}${",".repeat(this.#width)}\n`);
  }
}

/** The rows of one stream of one device, recording after recording. */
class GroupRows implements TimedRows {
  readonly #group: ChannelGroup;
  readonly #around: { readonly before: number; readonly after: number };
  readonly #rowEnd: Uint8Array;
  readonly #pieces: AsyncIterator<{ stream: StreamTable; rows: TableRows }>;
  #stream: StreamTable | undefined;
  #rowStart: Uint8Array = new Uint8Array(0);
  /** Per channel of the group, its column in the stream at hand; -1 where that recording lacks it. */
  #columnOf: readonly number[] = [];
  #rows: TableRows | undefined;
  #row = 0;
  exhausted = false;
  nextS = Infinity;

  constructor(group: ChannelGroup, around: { before: number; after: number }) {
    this.#group = group;
    this.#around = around;
    this.#rowEnd = new TextEncoder().encode(`${",".repeat(around.after)}\n`);
    this.#pieces = pieces(group.streams);
  }

  async load(): Promise<void> {
    const piece = await this.#pieces.next();
    this.exhausted = piece.done === true;
    if (piece.done) return;
    if (piece.value.stream !== this.#stream) this.#enter(piece.value.stream);
    this.#rows = piece.value.rows;
    this.#goTo(0);
  }

  writeRow(lines: LineBuffer): void {
    const { columns, missing } = this.#rows!;
    lines.number(columns[0]![this.#row]!);
    lines.bytes(this.#rowStart);
    for (const column of this.#columnOf) {
      lines.byte(COMMA);
      if (column >= 0 && missing[column]?.[this.#row] !== 1) lines.number(columns[column]![this.#row]!);
    }
    lines.bytes(this.#rowEnd);
    this.#goTo(this.#row + 1);
  }

  #enter(stream: StreamTable): void {
    this.#stream = stream;
    const start = `,${stream.recording ?? ""},${stream.deviceId},${stream.fileType},${",".repeat(this.#around.before)}`;
    this.#rowStart = new TextEncoder().encode(start);
    this.#columnOf = this.#group.channels.map((channel) =>
      stream.columns.findIndex((column) => column.name === channel),
    );
  }

  #goTo(row: number): void {
    this.#row = row;
    const timeS = row < this.#rows!.count ? this.#rows!.columns[0]![row]! : Infinity;
    // A sample without any time has no place of its own: it follows the one before it.
    this.nextS = Number.isNaN(timeS) ? -Infinity : timeS;
  }
}

async function* pieces(streams: readonly StreamTable[]): AsyncGenerator<{ stream: StreamTable; rows: TableRows }> {
  for (const stream of streams) {
    for await (const rows of stream.rows()) yield { stream, rows };
  }
}
