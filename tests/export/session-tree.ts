import {
  clockFile,
  encodeColumns,
  encodeHeader,
  joinPath,
  logFile,
  METADATA_FILE,
  ONE_WAY_COLUMNS,
  SAMPLE_COLUMNS,
  sidecarFile,
  streamFile,
  closeText,
  headLine,
  unfinishedFile,
  type SessionMetadata,
  type StreamCounts,
} from "@polychron/session/format";
import { makeFolders, writeAll, type FileSystem } from "@polychron/session/store";

/** One stream of one recording, given as plain numbers. */
export interface TreeStream {
  readonly deviceId: string;
  readonly fileType: string;
  readonly recording: number;
  readonly seq: readonly number[];
  readonly deviceTimeS: readonly number[];
  readonly arrivalS: readonly number[];
  /** Channels by name; `null` is a value that the device did not send. */
  readonly channels: Readonly<Record<string, readonly (number | null)[]>>;
  readonly units?: Readonly<Record<string, string>>;
  readonly nominalRateHz?: number;
  readonly measuredRateHz?: number | null;
  readonly clockName?: string;
  readonly simulated?: boolean;
  readonly sidecar?: boolean;
  /** The file is still a `.part`, with these bytes after its last whole line. */
  readonly torn?: string;
}

/** A session as a test describes it. */
export interface Tree {
  readonly sessionId?: string;
  readonly sessionName?: string;
  readonly status?: SessionMetadata["status"];
  readonly streams?: readonly TreeStream[];
  readonly markers?: readonly { readonly tS: number; readonly label: string }[];
  /** Clock observations by device: device clock, session time of arrival. */
  readonly clock?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly counts?: readonly StreamCounts[];
  readonly log?: boolean;
}

export const SESSION_ID = "session_20250731_143022";
const START = "2025-07-31T14:30:22.000000+02:00";
const stampOf = (recording: number) => `20250731_14310${recording}`;

/** Writes a session tree as the session format lays it down. */
export async function writeTree(files: FileSystem, recordings: string, tree: Tree): Promise<void> {
  const id = tree.sessionId ?? SESSION_ID;
  const folder = joinPath(recordings, id);
  await makeFolders(files, recordings, id);
  const write = async (path: string, bytes: Uint8Array | string) => {
    if (path.includes("/")) await makeFolders(files, folder, path.slice(0, path.lastIndexOf("/")));
    const file = await files.open(joinPath(folder, path), "create");
    await writeAll(file, path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, 0);
    await file.close();
  };
  await write(METADATA_FILE, JSON.stringify(metadataOf(id, tree)));
  if (tree.log !== false) await write(logFile(id), logOf(id, tree));
  for (const stream of tree.streams ?? []) await writeStream(write, id, stream);
  for (const [deviceId, pairs] of Object.entries(tree.clock ?? {})) {
    const columns = [Float64Array.from(pairs, (pair) => pair[0]), Float64Array.from(pairs, (pair) => pair[1])];
    await write(
      clockFile({ deviceId, deviceType: "shimmer_gsr" }, stampOf(1)),
      joined(encodeHeader(ONE_WAY_COLUMNS), encodeColumns({ count: pairs.length, columns })),
    );
  }
}

type Write = (path: string, bytes: Uint8Array | string) => Promise<void>;

async function writeStream(write: Write, id: string, stream: TreeStream): Promise<void> {
  const path = streamFile(
    { deviceId: stream.deviceId, deviceType: "shimmer_gsr" },
    "sensor_data",
    stream.fileType,
    stampOf(stream.recording),
  );
  const names = Object.keys(stream.channels);
  const values = Object.values(stream.channels);
  const columns = [stream.seq, stream.deviceTimeS, stream.arrivalS, ...values].map((column) =>
    Float64Array.from(column, (value) => value ?? NaN),
  );
  const missing = [
    undefined,
    undefined,
    undefined,
    ...values.map((column) => Uint8Array.from(column, (value) => (value === null ? 1 : 0))),
  ];
  const good = joined(
    encodeHeader([...SAMPLE_COLUMNS, ...names]),
    encodeColumns({ count: stream.seq.length, columns, missing }),
  );
  if (stream.torn === undefined) await write(path, good);
  else await write(unfinishedFile(path), joined(good, new TextEncoder().encode(stream.torn)));
  if (stream.sidecar !== false) await write(sidecarFile(path), JSON.stringify(sidecarOf(id, path, stream)));
}

function sidecarOf(id: string, path: string, stream: TreeStream): object {
  return {
    schema_version: 1,
    session_id: id,
    device_id: stream.deviceId,
    device_type: "shimmer_gsr",
    file_type: stream.fileType,
    data_file: path,
    nominal_rate_hz: stream.nominalRateHz ?? 10,
    measured_rate_hz: stream.measuredRateHz ?? null,
    columns: Object.keys(stream.channels).map((name) => ({
      name,
      unit: stream.units?.[name] ?? "counts",
      kind: "raw",
      description: `What ${name} is`,
      formula: null,
    })),
    clock: { name: stream.clockName ?? "shimmer_ticks", quant_s: 1 / 32768, two_way: false, observations_file: null },
    driver: "shimmer 0.1.0",
    firmware: "LogAndStream 0.16.0",
    simulated: stream.simulated ?? false,
  };
}

function metadataOf(id: string, tree: Tree): object {
  const streams = tree.streams ?? [];
  const devices = [...new Set(streams.map((stream) => stream.deviceId))].map((deviceId) => [
    deviceId,
    {
      device_type: "shimmer_gsr",
      capabilities: ["gsr_data"],
      added_time: START,
      status: "disconnected",
      settings: {},
      calibration: null,
      firmware: "LogAndStream 0.16.0",
      simulated: streams.some((stream) => stream.deviceId === deviceId && stream.simulated === true),
    },
  ]);
  const recordings = [...new Set(streams.map((stream) => stream.recording))].map((number) => ({
    number,
    kind: "live",
    stamp: stampOf(number),
    start_time: START,
    stop_time: START,
    start_t_s: 0,
    stop_t_s: 10,
    devices: [],
    streams: tree.counts ?? [],
  }));
  return {
    schema_version: 1,
    session_id: id,
    session_name: tree.sessionName ?? "A session",
    session_uuid: "0000",
    folder_path: id,
    status: tree.status ?? "completed",
    start_time: START,
    end_time: START,
    duration: 10,
    devices: Object.fromEntries(devices),
    files: {},
    recordings,
    participants: ["P01"],
    operator: "op",
    notes: [],
    errors: [],
    recoveries: [],
    post_processing: {},
    clock: { epochs: [{ boot_id: "b", monotonic_zero_us: 0, utc: START, bound_s: 0 }], steps: [] },
    software: { name: "polychron", version: "0.1.0" },
    extensions: {},
  };
}

function logOf(id: string, tree: Tree): string {
  const head = {
    schema_version: 1,
    session: id,
    session_name: "",
    session_uuid: "0000",
    start_time: START,
    part: 1,
    first_seq: 1,
    prev: null,
  };
  const start = { event: "session_start", t_s: 0 };
  const marks = (tree.markers ?? []).map(({ tS, label }) => ({ event: "marker", t_s: tS, label }));
  const lines = [start, ...marks].map((event, index) =>
    JSON.stringify({
      seq: index + 1,
      time: "14:30:22.000",
      timestamp: START,
      session: id,
      ...event,
      prev: "0".repeat(64),
    }),
  );
  return `${headLine(head)}\n${lines.join(",\n")}${closeText()}`;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
