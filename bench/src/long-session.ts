import {
  clockFile,
  encodeColumns,
  encodeHeader,
  joinPath,
  logFile,
  closeText,
  headLine,
  METADATA_FILE,
  ONE_WAY_COLUMNS,
  SAMPLE_COLUMNS,
  sidecarFile,
  streamFile,
  TWO_WAY_COLUMNS,
  type Sidecar,
} from "@polychron/session/format";
import { makeFolders, writeAll, type FileSystem } from "@polychron/session/store";

/** A stream of a made-up session: as many raw as calibrated channels. */
export interface LongStream {
  readonly deviceId: string;
  readonly fileType: string;
  readonly rateHz: number;
  readonly channels: number;
  /** Its device's clock; one that runs as the hub's, 4000 s ahead, when absent. */
  readonly clock?: LongClock;
}

/** A device clock that was asked for its time. */
export interface LongClock {
  /** What it shows at a session time, seconds. */
  readonly deviceS: (sessionS: number) => number;
  /** The exchanges with it in order, in blocks: one array per column of `TWO_WAY_COLUMNS`. */
  readonly exchanges: () => Iterable<Float64Array[]>;
}

/** What is made. */
export interface LongSession {
  readonly sessionId: string;
  readonly durationS: number;
  readonly streams: readonly LongStream[];
}

const START = "2025-07-31T14:30:22.000000+02:00";
const STAMP = "20250731_143030";
const BLOCK_ROWS = 4096;
const LATENCY_S = 0.02;

/** Names of a stream's channels, raw and calibrated in turn. */
export function channelNames(channels: number): string[] {
  return Array.from({ length: channels }, (_, channel) => `ch${channel >> 1}_${channel % 2 === 0 ? "counts" : "uV"}`);
}

/** Rows `from` to `to` (excluded) of a stream: sample number, device clock, arrival, then the channels; a pure function of the row. */
export function longRows(stream: LongStream, from: number, to: number): Float64Array[] {
  const columns = Array.from({ length: 3 + stream.channels }, () => new Float64Array(to - from));
  for (let row = from; row < to; row++) {
    const at = row - from;
    const takenS = Math.floor((row / stream.rateHz) * 32768) / 32768;
    columns[0]![at] = row;
    columns[1]![at] = stream.clock?.deviceS(takenS) ?? 4000 + takenS;
    columns[2]![at] = Math.round((takenS + LATENCY_S + noise(row, 0) * 0.01) * 1e6) / 1e6;
    for (let channel = 0; channel < stream.channels; channel += 2) {
      const counts = Math.floor(2048 + 1500 * Math.sin(row / (50 + channel)) + noise(row, channel) * 200);
      columns[3 + channel]![at] = counts;
      if (channel + 1 < stream.channels) columns[4 + channel]![at] = counts * 0.029296875 * 1.0731;
    }
  }
  return columns;
}

/** Writes the session's tree: metadata, log, and for each stream its file, sidecar and clock observations. */
export async function writeLongSession(files: FileSystem, recordings: string, session: LongSession): Promise<void> {
  await makeFolders(files, recordings, session.sessionId);
  const folder = joinPath(recordings, session.sessionId);
  await writeText(files, joinPath(folder, METADATA_FILE), JSON.stringify(metadata(session)));
  await writeText(files, joinPath(folder, logFile(session.sessionId)), log(session));
  for (const stream of session.streams) await writeStream(files, folder, session, stream);
}

async function writeStream(files: FileSystem, folder: string, session: LongSession, stream: LongStream): Promise<void> {
  const device = { deviceId: stream.deviceId, deviceType: "shimmer_gsr" };
  const path = streamFile(device, "sensor_data", stream.fileType, STAMP);
  await makeFolders(files, folder, path.slice(0, path.lastIndexOf("/")));
  await writeText(files, joinPath(folder, sidecarFile(path)), JSON.stringify(sidecar(session, stream, path)));
  const names = [...SAMPLE_COLUMNS, ...channelNames(stream.channels)];
  await writeColumns(files, joinPath(folder, path), names, rowBlocks(stream, session));
  const clock = joinPath(folder, clockFile(device, STAMP));
  if (stream.clock === undefined) await writeColumns(files, clock, ONE_WAY_COLUMNS, arrivals(stream, session));
  else await writeColumns(files, clock, TWO_WAY_COLUMNS, stream.clock.exchanges());
}

function* rowBlocks(stream: LongStream, { durationS }: LongSession): Iterable<Float64Array[]> {
  const rows = durationS * stream.rateHz;
  for (let from = 0; from < rows; from += BLOCK_ROWS) yield longRows(stream, from, Math.min(rows, from + BLOCK_ROWS));
}

function* arrivals(stream: LongStream, session: LongSession): Iterable<Float64Array[]> {
  for (const columns of rowBlocks({ ...stream, channels: 0 }, session)) yield columns.slice(1);
}

async function writeColumns(
  files: FileSystem,
  path: string,
  header: readonly string[],
  blocks: Iterable<Float64Array[]>,
): Promise<void> {
  const file = await files.open(path, "create");
  let position = 0;
  const append = async (bytes: Uint8Array) => {
    await writeAll(file, path, bytes, position);
    position += bytes.length;
  };
  await append(encodeHeader(header));
  for (const columns of blocks) await append(encodeColumns({ count: columns[0]!.length, columns }));
  await file.close();
}

async function writeText(files: FileSystem, path: string, text: string): Promise<void> {
  const file = await files.open(path, "create");
  await writeAll(file, path, new TextEncoder().encode(text), 0);
  await file.close();
}

/** Repeatable noise in [0, 1): an integer hash (T. Mueller's lowbias32 constants) of row and channel. */
function noise(row: number, channel: number): number {
  let x = (row * 64 + channel) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

function log({ sessionId }: LongSession): string {
  const head = {
    schema_version: 1,
    session: sessionId,
    session_name: "bench",
    session_uuid: sessionId,
    start_time: START,
    part: 1,
    first_seq: 1,
    prev: null,
  };
  const event = {
    seq: 1,
    event: "session_start",
    time: "14:30:22.000",
    timestamp: START,
    t_s: 0,
    session: sessionId,
    prev: "0".repeat(64),
  };
  return `${headLine(head)}\n${JSON.stringify(event)}${closeText()}`;
}

function sidecar(session: LongSession, stream: LongStream, path: string): Sidecar {
  const column = (name: string) => ({
    name,
    unit: name.endsWith("uV") ? "µV" : "counts",
    kind: "raw" as const,
    description: name,
    formula: null,
  });
  return {
    schema_version: 1,
    session_id: session.sessionId,
    device_id: stream.deviceId,
    device_type: "shimmer_gsr",
    file_type: stream.fileType,
    data_file: path,
    nominal_rate_hz: stream.rateHz,
    measured_rate_hz: stream.rateHz,
    columns: channelNames(stream.channels).map(column),
    clock: { name: "bench", quant_s: 1 / 32768, two_way: stream.clock !== undefined, observations_file: null },
    driver: "bench",
    firmware: null,
    simulated: true,
  };
}

function metadata(session: LongSession): object {
  const device = {
    device_type: "shimmer_gsr",
    capabilities: ["gsr_data"],
    added_time: START,
    status: "disconnected",
    settings: {},
    calibration: null,
    firmware: null,
    simulated: true,
  };
  const recording = {
    number: 1,
    kind: "live",
    stamp: STAMP,
    start_time: START,
    stop_time: START,
    start_t_s: 0,
    stop_t_s: session.durationS,
    devices: [],
    streams: [],
  };
  return {
    schema_version: 1,
    session_id: session.sessionId,
    session_name: "bench",
    session_uuid: session.sessionId,
    folder_path: session.sessionId,
    status: "completed",
    start_time: START,
    end_time: START,
    duration: session.durationS,
    devices: Object.fromEntries(session.streams.map(({ deviceId }) => [deviceId, device])),
    files: {},
    recordings: [recording],
    participants: [],
    operator: null,
    notes: [],
    errors: [],
    recoveries: [],
    post_processing: {},
    clock: { epochs: [{ boot_id: "b", monotonic_zero_us: 0, utc: START, bound_s: 0 }], steps: [] },
    software: { name: "polychron", version: "0.1.0" },
    extensions: {},
  };
}
