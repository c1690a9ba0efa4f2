import { METADATA_SCHEMA_VERSION, type SessionMetadata } from "../format/metadata.js";
import { sessionId } from "../format/session-id.js";
import {
  isoTime,
  nameStamp,
  parseIsoTime,
  utcUs,
  type Clock,
  type ClockEpoch,
  type Json,
  type JsonObject,
} from "../model/index.js";

/** What the operator says of a new session; everything may be left out. */
export interface CreateRequest {
  /** As typed, 200 characters at most; its cleaned form becomes part of the id. */
  readonly name?: string;
  readonly operator?: string;
  readonly participants?: readonly Json[];
  readonly notes?: string;
  /** A study's own fields by namespace. */
  readonly extensions?: Readonly<Record<string, JsonObject>>;
  /** What happens to sessions that are open: nothing, or they are ended first. */
  readonly whenOpen?: "many" | "single";
  /** With `single`: also stop what is recording; without it, creating is refused. */
  readonly stopRecording?: boolean;
  /** Who asks for it. */
  readonly by?: string;
}

/** What a new session starts from, beside the request. */
export interface SessionOrigin {
  readonly uuid: string;
  readonly epoch: ClockEpoch;
  readonly software: { readonly name: string; readonly version: string };
}

/** The ids a session may have: that of its second, then of each second after it. Throws `SESSION_NAME_INVALID`. */
export function* candidateIds(name: string | undefined, epoch: ClockEpoch, clock: Clock): Generator<string> {
  for (let us: number = parseIsoTime(epoch.utc); ; us += 1e6) {
    yield sessionId(name, nameStamp(utcUs(us), clock.zoneOffsetMin(utcUs(us))));
  }
}

/** The first metadata, while the tree is made. */
export function firstMetadata(
  id: string,
  request: CreateRequest,
  { uuid, epoch, software }: SessionOrigin,
): SessionMetadata {
  return {
    schema_version: METADATA_SCHEMA_VERSION,
    session_id: id,
    session_name: request.name ?? "",
    session_uuid: uuid,
    folder_path: id,
    status: "creating",
    start_time: epoch.utc,
    end_time: null,
    duration: null,
    devices: {},
    files: {},
    recordings: [],
    participants: [...(request.participants ?? [])] as SessionMetadata["participants"],
    operator: request.operator ?? null,
    notes: [],
    errors: [],
    recoveries: [],
    post_processing: {},
    clock: { epochs: [{ ...epoch }], steps: [] },
    software: { ...software },
    extensions: { ...request.extensions } as SessionMetadata["extensions"],
  };
}

/** What the log's first event says, so that the metadata can be rebuilt from it. */
export function startDetails(metadata: SessionMetadata, by: string): JsonObject {
  const { session_name, session_uuid, operator, participants, software, extensions, clock } = metadata;
  const details = {
    session_name,
    session_uuid,
    operator,
    participants,
    software,
    extensions,
    epoch: clock.epochs[0],
    by,
  };
  return details as unknown as JsonObject;
}

/** Local time as the metadata writes it. */
export function localTime(clock: Clock): string {
  const at = clock.utcUs();
  return isoTime(at, clock.zoneOffsetMin(at));
}
