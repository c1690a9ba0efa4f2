import type { RawExchange } from "@polychron/sync";
import { TraceError } from "./trace-error.js";

/** One sample of a device that only sends: its clock and the hub's at arrival, seconds. */
export interface ArrivalPair {
  readonly deviceS: number;
  readonly arrivalS: number;
}

/** How the rows of a recording are read, once its first line is known. */
export type TraceShape =
  | { readonly kind: "probes"; readonly read: (cells: readonly string[], line: number) => RawExchange }
  | { readonly kind: "arrivals"; readonly read: (cells: readonly string[], line: number) => ArrivalPair };

const PROBE_COLUMNS = ["t1", "t2", "t3", "t4"] as const;
const ARRIVAL_COLUMNS = ["device_timestamp", "host_arrival"] as const;

/** The cells of a line; quotes around a cell are taken off, none of ours holds a comma. */
export function cellsOf(line: string): string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

/** Reads the first line of a recording, whose columns may stand in any order beside others. Throws `TRACE_COLUMNS_MISSING`. */
export function traceShape(header: readonly string[], path: string): TraceShape {
  const missing = PROBE_COLUMNS.filter((name) => !header.includes(name));
  if (missing.length === 0) return { kind: "probes", read: probeReader(header, path) };
  if (ARRIVAL_COLUMNS.every((name) => header.includes(name)))
    return { kind: "arrivals", read: arrivalReader(header, path) };
  const isProbes = missing.length < PROBE_COLUMNS.length;
  const lacks = isProbes ? missing : ARRIVAL_COLUMNS.filter((name) => !header.includes(name));
  throw new TraceError("TRACE_COLUMNS_MISSING", { path, missing: lacks.join(", "), found: header.join(", ") });
}

function probeReader(header: readonly string[], path: string): (cells: readonly string[], line: number) => RawExchange {
  const [t1, t2, t3, t4] = PROBE_COLUMNS.map((name) => header.indexOf(name)) as [number, number, number, number];
  const clockId = header.indexOf("clock_id");
  const quant = header.indexOf("quant_s");
  const clocks = new Map<string, number>();
  return (cells, line) => {
    const number = (column: number): number => numberAt(cells, column, { line, path, header });
    const answer = (column: number): number => (isEmpty(cells[column]) ? Number.NaN : number(column));
    const answers = [answer(t2), answer(t3), answer(t4)] as const;
    return {
      t1S: number(t1),
      t2S: answers[0],
      t3S: answers[1],
      t4S: answers[2],
      clockId: clockNumber(clocks, cells[clockId]),
      quantS: isEmpty(cells[quant]) ? 0 : number(quant),
    };
  };
}

/** Clocks are told apart by any text; one that is not told stays the clock before. */
function clockNumber(clocks: Map<string, number>, name: string | undefined): number {
  if (name === undefined || name === "") return Number.NaN;
  const known = clocks.get(name) ?? clocks.size;
  clocks.set(name, known);
  return known;
}

function arrivalReader(
  header: readonly string[],
  path: string,
): (cells: readonly string[], line: number) => ArrivalPair {
  const [device, arrival] = ARRIVAL_COLUMNS.map((name) => header.indexOf(name)) as [number, number];
  return (cells, line) => ({
    deviceS: numberAt(cells, device, { line, path, header }),
    arrivalS: numberAt(cells, arrival, { line, path, header }),
  });
}

/** An empty cell, or the text that a table without empty cells has for it. */
function isEmpty(cell: string | undefined): boolean {
  return cell === undefined || cell === "" || /^nan$/i.test(cell);
}

function numberAt(
  cells: readonly string[],
  column: number,
  { line, path, header }: { readonly line: number; readonly path: string; readonly header: readonly string[] },
): number {
  if (cells.length !== header.length)
    throw new TraceError("TRACE_ROW_BROKEN", { line, path, found: cells.length, expected: header.length });
  const value = cells[column]!;
  const number = value === "" ? Number.NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw new TraceError("TRACE_NOT_A_NUMBER", { line, path, value, column: header[column]! });
}

/** A number as the shortest text that reads back as the same; what is not known is empty. */
export function numberText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  return Object.is(value, -0) ? "-0" : String(value);
}
