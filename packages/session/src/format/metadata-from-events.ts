import { z } from "zod";
import type { SessionEvent } from "../model/index.js";
import { deviceCoordination, withCoordination } from "./coordination.js";
import { finishedFile } from "./layout.js";
import {
  clockEpoch,
  deviceEntry,
  faultEntry,
  fileEntry,
  recordingEntry,
  recoveryEntry,
  sessionMetadata,
  type DeviceEntry,
  type DeviceStatus,
  type FileEntry,
  type SessionMetadata,
} from "./metadata.js";

/**
 * The details that let the metadata be rebuilt from the log alone. Times come from the envelope; whatever else the
 * metadata keeps of an event is among its details:
 *
 * - session_start: `session_name`, `session_uuid`, `operator`, `participants`, `software`, `extensions`, `epoch` (an entry of `clock.epochs`)
 * - state_changed: `from`, `to`; reopened: `epoch`; session_end: `duration`
 * - device_connected: `device`, `entry` (of `devices`, with its status); device_reconnected, device_disconnected,
 *   device_lost, device_replaced: `device`; device_ack: `device`, `patch` (the fields of its entry that changed), or
 *   `recording`, `files` (entries of `files` that it announced), or `recording`, `coordination` (entries of one or all devices)
 * - start_record: `entry` (of `recordings`, still without a stop); stop_record: `entry` (the same, complete)
 * - file_received: `device`, `entry` (of `files`; it takes the place of the one it `replaces`)
 * - note: `text`; error: the fields of an entry of `errors`
 * - session_recovered: `entry` (of `recoveries`), and `epoch` when the session goes on
 * - clock_step: `step_s`; finalized: nothing (the seal covers the log, so that the log cannot hold it)
 */
type Rule = (metadata: SessionMetadata, event: SessionEvent) => SessionMetadata;

const RULES: Readonly<Partial<Record<string, Rule>>> = {
  session_start: (metadata, event) => {
    const start = z.looseObject({ ...STARTED, epoch: clockEpoch }).safeParse(event).data;
    if (start === undefined) return metadata;
    const { session_name, session_uuid, operator, participants, software, epoch, extensions } = start;
    const clock = { ...metadata.clock, epochs: [epoch] };
    return {
      ...metadata,
      session_name,
      session_uuid,
      operator,
      participants,
      software,
      clock,
      // Session time is zero at the creation; the event that tells of it comes a moment later.
      start_time: epoch.utc,
      extensions: extensions ?? metadata.extensions,
    };
  },
  state_changed: (metadata, event) => {
    const status = sessionMetadata.shape.status.safeParse(event["to"]).data;
    return status === undefined ? metadata : { ...metadata, status };
  },
  session_end: (metadata, event) => ({ ...metadata, end_time: event.timestamp, duration: Math.max(0, event.t_s) }),
  reopened: (metadata, event) => ({ ...withEpoch(metadata, event), end_time: null, duration: null }),
  device_connected: (metadata, event) => {
    const entry = deviceEntry.safeParse(event["entry"]).data;
    return entry === undefined ? metadata : withDevice(metadata, event, () => entry);
  },
  device_reconnected: deviceBecomes("connected"),
  device_disconnected: deviceBecomes("disconnected"),
  device_lost: deviceBecomes("lost"),
  device_replaced: deviceBecomes("replaced"),
  device_ack: (metadata, event) => withCoordinated(withAnnounced(withPatch(metadata, event), event), event),
  start_record: withRecording,
  stop_record: withRecording,
  file_received: (metadata, event) => {
    const entry = fileEntry.safeParse(event["entry"]).data;
    return entry === undefined ? metadata : withFile(metadata, event["device"], entry);
  },
  note: (metadata, { timestamp, t_s, text }) =>
    typeof text === "string" ? { ...metadata, notes: [...metadata.notes, { timestamp, t_s, text }] } : metadata,
  error: (metadata, event) => {
    // What the log itself reports knows no operation; its kind and device say enough.
    const named = { operation: event["error_type"], target: event["device"] ?? "", ...event };
    const fault = z.object(faultEntry.shape).safeParse(named).data;
    return fault === undefined ? metadata : { ...metadata, errors: [...metadata.errors, fault] };
  },
  session_recovered: (metadata, event) => {
    const entry = recoveryEntry.safeParse(event["entry"]).data;
    const recovered = entry === undefined ? metadata : { ...metadata, recoveries: [...metadata.recoveries, entry] };
    return withEpoch(recovered, event);
  },
  clock_step: (metadata, { timestamp, t_s, step_s }) => {
    if (typeof step_s !== "number") return metadata;
    return { ...metadata, clock: { ...metadata.clock, steps: [...metadata.clock.steps, { timestamp, t_s, step_s }] } };
  },
};

const STARTED = {
  session_name: z.string(),
  session_uuid: z.string(),
  operator: z.string().nullable(),
  participants: sessionMetadata.shape.participants,
  software: sessionMetadata.shape.software,
  extensions: sessionMetadata.shape.extensions.optional(),
};

/** The metadata after one more event; an event that says nothing the metadata keeps leaves it as it is. */
export function applyEvent(metadata: SessionMetadata, event: SessionEvent): SessionMetadata {
  return RULES[event.event]?.(metadata, event) ?? metadata;
}

function deviceBecomes(status: DeviceStatus): Rule {
  return (metadata, event) => withDevice(metadata, event, (entry) => entry && { ...entry, status });
}

function withDevice(
  metadata: SessionMetadata,
  event: SessionEvent,
  change: (entry: DeviceEntry | undefined) => DeviceEntry | undefined,
): SessionMetadata {
  if (typeof event["device"] !== "string") return metadata;
  const entry = change(metadata.devices[event["device"]]);
  return entry === undefined ? metadata : { ...metadata, devices: { ...metadata.devices, [event["device"]]: entry } };
}

function withPatch(metadata: SessionMetadata, event: SessionEvent): SessionMetadata {
  const patch = deviceEntry.partial().safeParse(event["patch"]).data;
  if (patch === undefined) return metadata;
  return withDevice(metadata, event, (entry) => entry && deviceEntry.parse({ ...entry, ...patch }));
}

function withAnnounced(metadata: SessionMetadata, event: SessionEvent): SessionMetadata {
  const entries = z.array(fileEntry).safeParse(event["files"]).data ?? [];
  return entries.reduce((known, entry) => withFile(known, event["device"], entry), metadata);
}

/** How devices kept to a start or stop, as far as it was known then. */
function withCoordinated(metadata: SessionMetadata, event: SessionEvent): SessionMetadata {
  const entries = z.array(deviceCoordination).safeParse(event["coordination"]).data;
  if (entries === undefined) return metadata;
  const recordings = metadata.recordings.map((recording) =>
    recording.number === event["recording"]
      ? { ...recording, coordination: withCoordination(recording.coordination ?? [], entries) }
      : recording,
  );
  return { ...metadata, recordings };
}

function withFile(metadata: SessionMetadata, device: unknown, entry: FileEntry): SessionMetadata {
  if (typeof device !== "string") return metadata;
  const others = (metadata.files[device] ?? []).filter(
    ({ file_path }) => finalName(file_path) !== finalName(entry.file_path) && file_path !== entry.replaces,
  );
  return { ...metadata, files: { ...metadata.files, [device]: [...others, entry] } };
}

function withRecording(metadata: SessionMetadata, event: SessionEvent): SessionMetadata {
  const entry = recordingEntry.safeParse(event["entry"]).data;
  if (entry === undefined) return metadata;
  const others = metadata.recordings.filter(({ number }) => number !== entry.number);
  return { ...metadata, recordings: [...others, entry].sort((a, b) => a.number - b.number) };
}

function withEpoch(metadata: SessionMetadata, event: SessionEvent): SessionMetadata {
  const epoch = clockEpoch.safeParse(event["epoch"]).data;
  if (epoch === undefined) return metadata;
  return { ...metadata, clock: { ...metadata.clock, epochs: [...metadata.clock.epochs, epoch] } };
}

/** A file that was registered unfinished is the same file once it is whole. */
function finalName(path: string): string {
  return finishedFile(path) ?? path;
}
