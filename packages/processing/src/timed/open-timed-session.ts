import { nameOf, type SessionMetadata } from "@polychron/session/format";
import { sessionS, type SessionEvent } from "@polychron/session/model";
import type { SessionReader, StreamFile } from "@polychron/session/store";
import type {
  TimedDevice,
  TimedMarker,
  TimedSession,
  Incompleteness,
  StreamTable,
  TableColumn,
} from "./timed-session.js";
import { surveyClock, surveyStream, type DeviceClock, type StreamSurvey } from "./survey.js";
import { tableColumns, tableRows } from "./table.js";

/** What the log tells an export. */
interface LogFacts {
  readonly events: number;
  readonly markers: readonly TimedMarker[];
}

/**
 * A session, whole or torn, as encoders read it. Every stream is read once to count its rows and to fit its timeline;
 * what is not whole is listed, never left out without a word. Throws `STORAGE_*`, and the signal's reason.
 */
export async function openTimedSession(reader: SessionReader, signal: AbortSignal): Promise<TimedSession> {
  const streams: StreamTable[] = [];
  const incomplete: Incompleteness[] = declaredLosses(reader.metadata);
  const clocks = new Map<string, DeviceClock | undefined>();
  for (const file of await reader.streams()) {
    if (!clocks.has(file.deviceId)) clocks.set(file.deviceId, await surveyClock(reader, file.deviceId));
    const survey = await surveyStream(reader, file, clocks.get(file.deviceId), signal);
    incomplete.push(...survey.incomplete);
    if (file.sidecar === undefined)
      incomplete.push({ target: file.path, reason: "there is no sidecar: units and rate are not known" });
    streams.push(asTable(reader, file, survey));
  }
  const log = await readLog(reader);
  if (log.events === 0) incomplete.push({ target: "log", reason: "no event can be read: markers are missing" });
  const devices = timedDevices(reader.metadata, streams);
  return {
    sessionId: reader.id,
    facts: sessionFacts(reader.metadata),
    simulated: devices.some((device) => device.simulated),
    incomplete,
    devices,
    streams,
    markers: log.markers,
  };
}

function asTable(reader: SessionReader, file: StreamFile, survey: StreamSurvey): StreamTable {
  const name = nameOf(file.path).replace(/\.csv$/, "");
  const { rowCount, timeline } = survey;
  return {
    name,
    deviceId: file.deviceId,
    fileType: file.frames ? `${file.fileType}_frames` : file.fileType,
    recording: file.recording ?? null,
    simulated: isSimulated(reader.metadata, file),
    nominalRateHz: file.sidecar?.nominal_rate_hz ?? 0,
    effectiveRateHz: file.sidecar?.measured_rate_hz ?? survey.effectiveRateHz,
    timeline: { method: timeline.method, boundS: timeline.boundS, boundNote: timeline.boundNote },
    columns: tableColumns(channelColumns(file)),
    rowCount,
    rows: () => tableRows(reader.blocks(file), { name, rowCount, timeline }),
  };
}

/** A channel that no sidecar describes keeps its name and is taken for raw. */
function channelColumns(file: StreamFile): TableColumn[] {
  return file.channels.map((name) => {
    const known = file.sidecar?.columns.find((column) => column.name === name);
    return { name, unit: known?.unit ?? "", kind: known?.kind ?? "raw", description: known?.description ?? "" };
  });
}

function isSimulated(metadata: SessionMetadata, file: StreamFile): boolean {
  return file.sidecar?.simulated ?? metadata.devices[file.deviceId]?.simulated ?? false;
}

function timedDevices(metadata: SessionMetadata, streams: readonly StreamTable[]): TimedDevice[] {
  const ids = new Set([...Object.keys(metadata.devices), ...streams.map((stream) => stream.deviceId)]);
  return [...ids].sort().map((deviceId) => {
    const entry = metadata.devices[deviceId];
    const streamed = streams.some((stream) => stream.deviceId === deviceId && stream.simulated);
    return {
      deviceId,
      deviceType: entry?.device_type ?? "",
      firmware: entry?.firmware ?? "",
      simulated: (entry?.simulated ?? false) || streamed,
    };
  });
}

function sessionFacts(metadata: SessionMetadata): Record<string, string> {
  return {
    session_id: metadata.session_id,
    session_name: metadata.session_name,
    session_uuid: metadata.session_uuid,
    start_time: metadata.start_time,
    end_time: metadata.end_time ?? "",
    duration_s: metadata.duration === null ? "" : String(metadata.duration),
    status: metadata.status,
    operator: metadata.operator ?? "",
    participants: JSON.stringify(metadata.participants),
    recorded_with: `${metadata.software.name} ${metadata.software.version}`,
  };
}

/** What the metadata already knows to be missing. */
function declaredLosses(metadata: SessionMetadata): Incompleteness[] {
  const found: Incompleteness[] = [];
  if (metadata.status !== "completed")
    found.push({ target: "session", reason: `its status is ${metadata.status}, not completed` });
  for (const recording of metadata.recordings) {
    for (const { device, stream, expected, written } of recording.streams) {
      if (written >= expected) continue;
      const reason = `${expected - written} of ${expected} samples of recording ${recording.number} are missing`;
      found.push({ target: `${device}/${stream}`, reason });
    }
  }
  for (const file of Object.values(metadata.files).flat()) {
    if (!file.complete) found.push({ target: file.file_path, reason: "the file is not complete" });
  }
  return found;
}

async function readLog(reader: SessionReader): Promise<LogFacts> {
  const markers: TimedMarker[] = [];
  let events = 0;
  for await (const event of reader.events()) {
    events++;
    if (event.event === "marker") markers.push(asMarker(event));
  }
  markers.sort((a, b) => a.tS - b.tS);
  return { events, markers };
}

function asMarker(event: SessionEvent): TimedMarker {
  const label = event["label"];
  return { label: typeof label === "string" ? label : "", tS: sessionS(event.t_s), timestamp: event.timestamp };
}
