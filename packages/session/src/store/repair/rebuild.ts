import {
  applyEvent,
  finishedFile,
  METADATA_SCHEMA_VERSION,
  parseSessionId,
  type FileEntry,
  type SessionMetadata,
} from "../../format/index.js";
import type { SessionEvent } from "../../model/index.js";

/** Metadata that know nothing but the id: what the log's events are added to. Times are marked by the zone `+00:00`. */
export function blankMetadata(sessionId: string): SessionMetadata {
  const startTime = timeOfId(sessionId);
  return {
    schema_version: METADATA_SCHEMA_VERSION,
    session_id: sessionId,
    session_name: "",
    session_uuid: "",
    folder_path: sessionId,
    status: "creating",
    start_time: startTime,
    end_time: null,
    duration: null,
    devices: {},
    files: {},
    recordings: [],
    participants: [],
    operator: null,
    notes: [],
    errors: [],
    recoveries: [],
    post_processing: {},
    clock: { epochs: [{ boot_id: "unknown", monotonic_zero_us: 0, utc: startTime, bound_s: 86_400 }], steps: [] },
    software: { name: "polychron", version: "unknown" },
    extensions: {},
  };
}

/** What a log's events add up to. Where there are readable metadata, they say what the events leave open. */
export async function replayEvents(
  sessionId: string,
  stored: SessionMetadata | undefined,
  events: AsyncIterable<SessionEvent>,
): Promise<SessionMetadata> {
  const { devices, files, recordings, notes, errors, recoveries } = blankMetadata(sessionId);
  let metadata = blankMetadata(sessionId);
  if (stored !== undefined) {
    const clock = { ...stored.clock, epochs: [], steps: [] };
    metadata = { ...stored, devices, files, recordings, notes, errors, recoveries, clock };
  }
  for await (const event of events) metadata = applyEvent(metadata, event);
  return metadata;
}

/**
 * The metadata on disk brought up to the log: what the log tells wins, what only the metadata know (a study's fields,
 * derived data, the seal) stays, and so does what stood in log lines that are damaged now.
 */
export function mergeMetadata(stored: SessionMetadata, replayed: SessionMetadata): SessionMetadata {
  return {
    ...replayed,
    devices: { ...stored.devices, ...replayed.devices },
    files: mergeFiles(stored.files, replayed.files),
    recordings: mergeBy(stored.recordings, replayed.recordings, ({ number }) => String(number)),
    notes: longer(stored.notes, replayed.notes),
    errors: longer(stored.errors, replayed.errors),
    recoveries: longer(stored.recoveries, replayed.recoveries),
    clock: {
      ...replayed.clock,
      epochs: longer(stored.clock.epochs, replayed.clock.epochs),
      steps: longer(stored.clock.steps, replayed.clock.steps),
    },
  };
}

function mergeFiles(stored: SessionMetadata["files"], rebuilt: SessionMetadata["files"]): SessionMetadata["files"] {
  const devices = [...new Set([...Object.keys(stored), ...Object.keys(rebuilt)])];
  return Object.fromEntries(devices.map((device) => [device, mergeEntries(stored[device], rebuilt[device])]));
}

/** What the metadata on disk still list although the log says that another file has replaced it is gone. */
function mergeEntries(stored: readonly FileEntry[] = [], rebuilt: readonly FileEntry[] = []): FileEntry[] {
  const merged = mergeBy(stored, rebuilt, ({ file_path }) => finishedFile(file_path) ?? file_path);
  const replaced = new Set(merged.flatMap(({ replaces }) => replaces ?? []));
  return merged.filter(({ file_path }) => !replaced.has(file_path));
}

/** The whole log tells every entry, equal ones included; a damaged one has fewer, and what the metadata kept comes first. */
function longer<Entry>(stored: readonly Entry[], replayed: readonly Entry[]): Entry[] {
  return replayed.length >= stored.length ? [...replayed] : mergeBy(stored, replayed, (entry) => JSON.stringify(entry));
}

/** `first` in its order, each entry replaced by the one of `second` with the same key, then what only `second` has. */
function mergeBy<Entry>(first: readonly Entry[], second: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  const merged = new Map(first.map((entry) => [keyOf(entry), entry]));
  for (const entry of second) merged.set(keyOf(entry), entry);
  return [...merged.values()];
}

/** The id's local time as if it were UTC: within a day of the truth, when nothing else is left. */
function timeOfId(sessionId: string): string {
  const stamp = parseSessionId(sessionId)?.stamp ?? "19700101_000000";
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)_(..)(..)(..)$/.exec(stamp)!;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000000+00:00`;
}
