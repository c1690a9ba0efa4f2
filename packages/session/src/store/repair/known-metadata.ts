import { randomUUID } from "node:crypto";
import {
  joinPath,
  METADATA_FILE,
  METADATA_SCHEMA_VERSION,
  parseMetadata,
  parseSessionId,
  type SessionMetadata,
} from "../../format/index.js";
import { SessionError, type Json } from "../../model/index.js";
import { readWhole, type FileSystem } from "../files.js";
import { logParts, readEvents, type LogPlace } from "../log-reader.js";
import { mergeMetadata, replayEvents } from "./rebuild.js";

/** The metadata file as it was found. */
export type StoredMetadata =
  | { readonly kind: "good"; readonly value: SessionMetadata }
  | { readonly kind: "missing" }
  | { readonly kind: "broken" };

/** Reads the metadata file; one of a newer version is not to be changed: throws `METADATA_NEWER`, and `STORAGE_*`. */
export async function readStored(files: FileSystem, folder: string, sessionId: string): Promise<StoredMetadata> {
  const path = joinPath(folder, METADATA_FILE);
  if ((await files.facts(path)) === undefined) return { kind: "missing" };
  const parsed = parseMetadata(new TextDecoder().decode(await readWhole(files, path)));
  if (parsed.kind !== "newer") return parsed.kind === "good" ? parsed : { kind: "broken" };
  throw new SessionError("METADATA_NEWER", { session: sessionId, found: parsed.found, known: METADATA_SCHEMA_VERSION });
}

/** What metadata file and log say together. Throws `METADATA_BROKEN` for a folder that was renamed, `STORAGE_*`. */
export async function knownMetadata(
  files: FileSystem,
  place: LogPlace,
  stored: StoredMetadata,
): Promise<SessionMetadata> {
  const value = stored.kind === "good" ? await ownMetadata(files, place, stored.value) : undefined;
  const replayed = await replayEvents(place.sessionId, value, readEvents(files, place));
  return named(unsealed(value === undefined ? replayed : mergeMetadata(value, replayed)));
}

/** Metadata that carry another id than the folder: damaged, where the log is the folder's; else the folder was renamed. */
async function ownMetadata(
  files: FileSystem,
  { folder, sessionId }: LogPlace,
  stored: SessionMetadata,
): Promise<SessionMetadata> {
  if (stored.session_id === sessionId) return stored;
  const others = await logParts(files, { folder, sessionId: stored.session_id });
  if (others.length === 0) return { ...stored, session_id: sessionId, folder_path: sessionId };
  throw new SessionError("METADATA_BROKEN", {
    session: sessionId,
    reason: `the folder holds the session ${stored.session_id}`,
  });
}

/** A session that was reopened as it went down still carries the seal that the reopening lifted. */
function unsealed(metadata: SessionMetadata): SessionMetadata {
  if (metadata.status === "completed" || metadata.seal === undefined) return metadata;
  const { seal, ...open } = metadata;
  const earlier = Array.isArray(metadata["earlier_seals"]) ? (metadata["earlier_seals"] as Json[]) : [];
  return { ...open, earlier_seals: [...earlier, seal] };
}

/** A session of which neither log nor metadata are left gets an identity of its own. */
function named(metadata: SessionMetadata): SessionMetadata {
  if (metadata.session_uuid !== "") return metadata;
  const session_name = parseSessionId(metadata.session_id)?.name ?? "";
  return { ...metadata, session_name, session_uuid: randomUUID(), recovered: true };
}
