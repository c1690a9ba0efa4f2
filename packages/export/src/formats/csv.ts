import { encodeColumns, encodeHeader } from "@polychron/session/format";
import type { ByteSink, EncodeContext, ExportFile, ExportFormat } from "../format.js";
import type { TimedSession, StreamTable } from "@polychron/processing/timed";
import { textCell } from "./csv-text.js";
import { encodeMerged } from "./merged-csv.js";
import { channelGroups } from "./merged-layout.js";

/**
 * CSV, UTF-8, one header line: a file for each stream of each recording, all of them merged by time, the markers, and
 * `columns.json` with units and rates. Numbers are the shortest text that reads back as the same double.
 */
export const csvFormat: ExportFormat = {
  id: "csv",
  folder: "csv",
  files: (source) => [
    ...source.streams.map(streamFile),
    mergedFile(source),
    textFile("markers.csv", () => markerLines(source)),
    textFile("columns.json", () => `${JSON.stringify(describeColumns(source), null, 2)}\n`),
  ],
};

function streamFile(stream: StreamTable): ExportFile {
  return {
    name: `${stream.name}.csv`,
    rows: stream.rowCount,
    encode: (sink, context) => encodeStream(stream, sink, context),
  };
}

/** The table of one stream as CSV. */
export async function encodeStream(stream: StreamTable, sink: ByteSink, context: EncodeContext): Promise<void> {
  let position = 0;
  const append = async (bytes: Uint8Array) => {
    await sink.write(bytes, position);
    position += bytes.length;
  };
  await append(encodeHeader(stream.columns.map((column) => column.name)));
  for await (const rows of stream.rows()) {
    context.signal.throwIfAborted();
    await append(encodeColumns(rows));
    context.onRows(rows.count);
  }
}

function mergedFile(source: TimedSession): ExportFile {
  const rows = source.streams.reduce((sum, stream) => sum + stream.rowCount, source.markers.length);
  return { name: mergedName(source), rows, encode: (sink, context) => encodeMerged(source, sink, context) };
}

function mergedName(source: TimedSession): string {
  return `${source.sessionId}_merged.csv`;
}

function textFile(name: string, text: () => string): ExportFile {
  return { name, rows: 0, encode: (sink) => sink.write(new TextEncoder().encode(text()), 0) };
}

function markerLines(source: TimedSession): string {
  const lines = source.markers.map((marker) => `${marker.tS},${marker.timestamp},${textCell(marker.label)}\n`);
  return `t_s,timestamp,label\n${lines.join("")}`;
}

/** What `columns.json` says of every file: columns with unit, kind and description, rates, and how `t_s` was obtained. */
function describeColumns(source: TimedSession): object {
  const streams = source.streams.map((stream) => [
    `${stream.name}.csv`,
    {
      device: stream.deviceId,
      stream: stream.fileType,
      recording: stream.recording,
      simulated: stream.simulated,
      samples: stream.rowCount,
      nominal_rate_hz: stream.nominalRateHz,
      effective_rate_hz: stream.effectiveRateHz,
      time: { method: stream.timeline.method, bound_s: stream.timeline.boundS, note: stream.timeline.boundNote },
      columns: stream.columns,
    },
  ]);
  const merged = channelGroups(source).flatMap(({ deviceId, fileType, channels, columns }) =>
    columns.map((name, index) => ({ name, device: deviceId, stream: fileType, column: channels[index] })),
  );
  return {
    session: source.sessionId,
    streams: Object.fromEntries(streams),
    merged: { file: mergedName(source), columns: merged },
  };
}
