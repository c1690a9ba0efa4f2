import type { SessionMetadata } from "@polychron/session/format";
import { sessionS, type SessionEvent } from "@polychron/session/model";
import type { SessionReader, StreamFile } from "@polychron/session/store";
import { declaredLosses, LOG_LOST } from "./declared-losses.js";
import { surveyClock } from "./survey-clock.js";
import { surveyStream } from "./survey-stream.js";
import { tableColumns, tableRows } from "./table.js";
import { deviceIds, timedDevice, timedStream, type SurveyedStream } from "./timed-stream.js";
import type { Incompleteness, StreamTable, TableColumn, TimedMarker, TimedSession } from "./timed-session.js";

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
  const { metadata } = reader;
  const streams: StreamTable[] = [];
  const incomplete: Incompleteness[] = declaredLosses(metadata);
  const files = await reader.streams();
  for (const deviceId of new Set(files.map((file) => file.deviceId))) {
    const clock = await surveyClock(reader, deviceId);
    for (const file of files.filter((each) => each.deviceId === deviceId)) {
      const survey = await surveyStream(reader, file, clock, signal);
      incomplete.push(...survey.incomplete);
      streams.push(asTable(reader, { file, survey }));
    }
  }
  const log = await readLog(reader);
  if (log.events === 0) incomplete.push(LOG_LOST);
  const devices = deviceIds(metadata, files).map((deviceId) => {
    const own = streams.filter((stream) => stream.deviceId === deviceId);
    return timedDevice(metadata, deviceId, own);
  });
  return {
    sessionId: reader.id,
    facts: sessionFacts(metadata),
    simulated: devices.some((device) => device.simulated),
    incomplete,
    devices,
    streams,
    markers: log.markers,
  };
}

function asTable(reader: SessionReader, surveyed: SurveyedStream): StreamTable {
  const stream = timedStream(reader.metadata, surveyed);
  const { name, rowCount } = stream;
  const { file, survey } = surveyed;
  return {
    ...stream,
    columns: tableColumns(channelColumns(file)),
    rows: () => tableRows(reader.blocks(file), { name, rowCount, timeline: survey.timeline }),
  };
}

/** A channel that no sidecar describes keeps its name and is taken for raw. */
function channelColumns(file: StreamFile): TableColumn[] {
  return file.channels.map((name) => {
    const known = file.sidecar?.columns.find((column) => column.name === name);
    return { name, unit: known?.unit ?? "", kind: known?.kind ?? "raw", description: known?.description ?? "" };
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
