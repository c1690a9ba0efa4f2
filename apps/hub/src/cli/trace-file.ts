import { createReadStream } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { cellsOf, traceShape, type TraceShape } from "./clock-trace.js";
import { TraceError } from "./trace-error.js";

/** A recording of clocks, its first line read. */
export interface Trace {
  readonly path: string;
  readonly shape: TraceShape;
}

/** Characters gathered before they are written. */
const CHUNK_CHARACTERS = 65_536;

/** In a session only the name tells readings between samples from answers to probes: their columns are the same. */
const OF_READINGS = /_clock_readings_/;

/** Reads a recording's first line. Throws `TRACE_NOT_FOUND`, `TRACE_COLUMNS_MISSING`, `TRACE_OF_READINGS`, `TRACE_EMPTY`. */
export async function openTrace(path: string): Promise<Trace> {
  for await (const { text } of linesOf(path)) {
    const shape = traceShape(cellsOf(text), path);
    if (shape.kind === "probes" && OF_READINGS.test(basename(path)))
      throw new TraceError("TRACE_OF_READINGS", { path });
    return { path, shape };
  }
  throw new TraceError("TRACE_EMPTY", { path });
}

/** Reads the rows of a recording one after the other, each by its own line's number. Throws `TRACE_*`. */
export async function* rowsOf<Row>(
  path: string,
  read: (cells: readonly string[], line: number) => Row,
): AsyncGenerator<Row> {
  let isHead = true;
  for await (const { text, line } of linesOf(path)) {
    if (!isHead) yield read(cellsOf(text), line);
    isHead = false;
  }
}

/** Lines that are not empty, with their numbers from 1. */
async function* linesOf(path: string): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  const input = createReadStream(path, "utf8");
  const lines = createInterface({ input, crlfDelay: Infinity });
  let line = 0;
  try {
    for await (const raw of lines) {
      line += 1;
      const text = line === 1 ? raw.replace(/^\uFEFF/, "") : raw;
      if (text.trim() !== "") yield { text, line };
    }
  } catch (thrown) {
    if (thrown instanceof TraceError) throw thrown;
    throw new TraceError("TRACE_NOT_FOUND", { path, reason: (thrown as Error).message }, thrown);
  } finally {
    lines.close();
    input.destroy();
  }
}

/**
 * Writes lines to a file that appears whole or not at all. Throws `TRACE_OUT_INVALID`, and what `write` throws.
 * @param from the recording, which must not be written over
 */
export async function writeTrace(
  { path, from }: { readonly path: string; readonly from: string },
  lines: AsyncIterable<string>,
): Promise<void> {
  if (path === from) throw new TraceError("TRACE_OUT_INVALID", { path, reason: "that is the recording itself" });
  const part = `${path}.part`;
  const file = await opened(part, path);
  try {
    await writeAll(file, lines);
    await file.close();
    await rename(part, path);
  } catch (thrown) {
    await file.close();
    await rm(part, { force: true });
    throw thrown;
  }
}

/** The lines of a result, of which there must be one head and one a row of the first reading. Throws `TRACE_CHANGED`. */
export async function* unchanged(
  lines: AsyncIterable<string>,
  { path, rows }: { readonly path: string; readonly rows: number },
): AsyncGenerator<string> {
  let count = 0;
  for await (const line of lines) {
    count += 1;
    yield line;
  }
  if (count !== rows + 1) throw new TraceError("TRACE_CHANGED", { path, rows });
}

async function opened(part: string, path: string): Promise<FileHandle> {
  try {
    return await open(part, "w");
  } catch (thrown) {
    throw new TraceError("TRACE_OUT_INVALID", { path, reason: (thrown as Error).message }, thrown);
  }
}

async function writeAll(file: FileHandle, lines: AsyncIterable<string>): Promise<void> {
  let gathered = "";
  for await (const line of lines) {
    gathered += `${line}\n`;
    if (gathered.length < CHUNK_CHARACTERS) continue;
    await file.write(gathered);
    gathered = "";
  }
  await file.write(gathered);
}
