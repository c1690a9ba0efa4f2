import { ExportError } from "../errors.js";
import type { ByteSink, EncodeContext, ExportFile, ExportFormat } from "../format.js";
import { matlabNames } from "../names.js";
import type { TimedDevice, TimedSession, StreamTable, TableColumn, TableRows } from "@polychron/processing/timed";
import { groupStreams } from "./merged-layout.js";
import { layoutMat, matText, variableBytes, type MatField, type MatLayout, type MatValue } from "./mat5-element.js";

/** The size of a variable is a signed 32-bit number in MATLAB. */
const VARIABLE_MAX_BYTES = 2 ** 31 - 1;
/** Written beside the recorded columns: which recording a sample belongs to. */
const RECORDING_COLUMN: TableColumn = {
  name: "recording",
  unit: "",
  kind: "index",
  description: "Number of the recording inside the session",
};
const STREAM_FIELDS = ["units", "descriptions", "rates", "time"];
const DEVICE_FIELDS = ["device_type", "firmware", "simulated"];
const TOP_VARIABLES = ["session", "markers"];

/** One stream of one device over all its recordings, which follow each other in every column. */
interface StreamStruct {
  /** Distinguishes its columns from those of other streams. */
  readonly key: string;
  readonly streams: readonly StreamTable[];
  readonly columns: readonly TableColumn[];
  readonly rows: number;
}

/** A MAT file of level 5 (what `save -v6` writes): a struct per device, in it a struct per stream, in it every column. */
export const mat5Format: ExportFormat = { id: "mat", folder: "matlab", files: (source) => [matFile(source)] };

function matFile(source: TimedSession): ExportFile {
  const structs = streamStructs(source);
  const variables = topVariables(source, structs);
  for (const variable of variables) requireFits(variable);
  const rows = structs.reduce((sum, struct) => sum + struct.rows, 0);
  const encode = (sink: ByteSink, context: EncodeContext) => {
    const layout = layoutMat(`MATLAB 5.0 MAT-file, session ${source.sessionId}, written by Polychron`, variables);
    return writeFile(layout, structs, sink, context);
  };
  return { name: `${source.sessionId}.mat`, rows, encode };
}

async function writeFile(
  layout: MatLayout,
  structs: readonly StreamStruct[],
  sink: ByteSink,
  context: EncodeContext,
): Promise<void> {
  for (const piece of layout.pieces) await sink.write(piece.bytes, piece.position);
  for (const struct of structs) {
    let row = 0;
    for (const stream of struct.streams) {
      const columnOf = struct.columns.map(({ name }) => stream.columns.findIndex((column) => column.name === name));
      for await (const rows of stream.rows()) {
        context.signal.throwIfAborted();
        await Promise.all(
          struct.columns.map((column, index) => {
            const doubles = columnDoubles(column, rows, columnOf[index]!, stream);
            return sink.write(bytesOf(doubles), layout.columnAt.get(columnKey(struct.key, column))! + row * 8);
          }),
        );
        row += rows.count;
        context.onRows(rows.count);
      }
    }
  }
}

/** A recording without a column that another has is filled with NaN. */
function columnDoubles(column: TableColumn, rows: TableRows, index: number, stream: StreamTable): Float64Array {
  if (index >= 0) return rows.columns[index]!;
  return new Float64Array(rows.count).fill(column === RECORDING_COLUMN ? (stream.recording ?? Number.NaN) : Number.NaN);
}

/** Doubles in the processor's order, which is little-endian wherever Node runs on a PC. */
function bytesOf(doubles: Float64Array): Uint8Array {
  return new Uint8Array(doubles.buffer, doubles.byteOffset, doubles.byteLength);
}

function streamStructs(source: TimedSession): StreamStruct[] {
  return groupStreams(source.streams).map(({ deviceId, fileType, streams }) => ({
    key: `${deviceId}/${fileType}`,
    streams,
    columns: unionOfColumns(streams),
    rows: streams.reduce((sum, stream) => sum + stream.rowCount, 0),
  }));
}

function unionOfColumns(streams: readonly StreamTable[]): TableColumn[] {
  const byName = new Map<string, TableColumn>();
  for (const column of streams.flatMap((stream) => stream.columns))
    if (!byName.has(column.name)) byName.set(column.name, column);
  const [time, ...others] = byName.values();
  return [time!, RECORDING_COLUMN, ...others.filter((column) => column.name !== RECORDING_COLUMN.name)];
}

function columnKey(streamKey: string, column: TableColumn): string {
  return `${streamKey}/${column.name}`;
}

function requireFits(variable: MatField): void {
  const gotBytes = variableBytes(variable);
  if (gotBytes <= VARIABLE_MAX_BYTES) return;
  throw new ExportError("EXPORT_TOO_LARGE", { variable: variable.name, gotBytes, maximumBytes: VARIABLE_MAX_BYTES });
}

function topVariables(source: TimedSession, structs: readonly StreamStruct[]): MatField[] {
  const names = matlabNames(
    source.devices.map((device) => device.deviceId),
    TOP_VARIABLES,
  );
  return [
    { name: "session", value: sessionStruct(source) },
    { name: "markers", value: markersStruct(source) },
    ...source.devices.map((device, index) => ({ name: names[index]!, value: deviceStruct(device, structs) })),
  ];
}

function sessionStruct(source: TimedSession): MatValue {
  const facts = Object.entries(source.facts);
  const names = matlabNames(
    facts.map(([name]) => name),
    ["simulated", "complete", "incomplete"],
  );
  return struct(
    ...facts.map(([, value], index): [string, MatValue] => [names[index]!, matText(value)]),
    ["simulated", { kind: "logical", value: source.simulated }],
    ["complete", { kind: "logical", value: source.incomplete.length === 0 }],
    ["incomplete", texts(source.incomplete.map(({ target, reason }) => `${target}: ${reason}`))],
  );
}

function markersStruct({ markers }: TimedSession): MatValue {
  return struct(
    ["t_s", numbers(markers.map((marker) => marker.tS))],
    ["label", texts(markers.map((marker) => marker.label))],
    ["timestamp", texts(markers.map((marker) => marker.timestamp))],
  );
}

function deviceStruct(device: TimedDevice, structs: readonly StreamStruct[]): MatValue {
  const own = structs.filter((candidate) => candidate.streams[0]!.deviceId === device.deviceId);
  const names = matlabNames(
    own.map((candidate) => candidate.streams[0]!.fileType),
    DEVICE_FIELDS,
  );
  return struct(
    ...own.map((candidate, index): [string, MatValue] => [names[index]!, streamStruct(candidate)]),
    ["device_type", matText(device.deviceType)],
    ["firmware", matText(device.firmware)],
    ["simulated", { kind: "logical", value: device.simulated }],
  );
}

function streamStruct({ key, streams, columns, rows }: StreamStruct): MatValue {
  const names = matlabNames(
    columns.map((column) => column.name),
    STREAM_FIELDS,
  );
  const perColumn = (value: (column: TableColumn) => MatValue) =>
    columns.map((column, index): [string, MatValue] => [names[index]!, value(column)]);
  return struct(
    ...perColumn((column) => ({ kind: "column", key: columnKey(key, column), rows })),
    ["units", struct(...perColumn((column) => matText(column.unit)))],
    ["descriptions", struct(...perColumn((column) => matText(column.description)))],
    ["rates", ratesStruct(streams)],
    ["time", timeStruct(streams)],
  );
}

/** One row a recording. */
function ratesStruct(streams: readonly StreamTable[]): MatValue {
  return struct(
    ["recording", numbers(streams.map((stream) => stream.recording ?? Number.NaN))],
    ["nominal_hz", numbers(streams.map((stream) => stream.nominalRateHz))],
    ["effective_hz", numbers(streams.map((stream) => stream.effectiveRateHz ?? Number.NaN))],
    ["samples", numbers(streams.map((stream) => stream.rowCount))],
  );
}

/** How `t_s` was obtained, one row a recording. */
function timeStruct(streams: readonly StreamTable[]): MatValue {
  return struct(
    ["method", texts(streams.map((stream) => stream.timeline.method))],
    ["bound_s", numbers(streams.map((stream) => stream.timeline.boundS ?? Number.NaN))],
    ["note", texts(streams.map((stream) => stream.timeline.boundNote))],
  );
}

function struct(...fields: readonly [string, MatValue][]): MatValue {
  return { kind: "struct", fields: fields.map(([name, value]) => ({ name, value })) };
}

function texts(values: readonly string[]): MatValue {
  return { kind: "texts", texts: values };
}

function numbers(values: readonly number[]): MatValue {
  return { kind: "numbers", values };
}
