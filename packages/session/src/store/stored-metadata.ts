import { joinPath, METADATA_FILE } from "../format/layout.js";
import { METADATA_SCHEMA_VERSION, type SessionMetadata } from "../format/metadata.js";
import { parseMetadata } from "../format/parse-metadata.js";
import { isSessionId } from "../format/session-id.js";
import { SessionError, SessionNotFoundError } from "../model/index.js";
import { replaceFile, type Fence } from "./atomic-file.js";
import { isMissing, readWhole, type FileSystem } from "./files.js";
import { encodeMetadata } from "./metadata-document.js";

/** Where the metadata of a session that is not open lie. */
export interface StoredPlace {
  readonly files: FileSystem;
  /** The recordings folder. */
  readonly folder: string;
  readonly fence: Fence;
}

/**
 * The metadata of a session that is to be written to. Throws `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `METADATA_NEWER` (what a
 * newer version wrote is only read), `STORAGE_*`.
 */
export async function readToChange({ files, folder }: StoredPlace, id: string): Promise<SessionMetadata> {
  if (!isSessionId(id) || (await files.facts(joinPath(folder, id)))?.kind !== "folder")
    throw new SessionNotFoundError(id);
  const parsed = parseMetadata(await metadataText(files, joinPath(folder, id, METADATA_FILE), id));
  if (parsed.kind === "good") return parsed.value;
  if (parsed.kind === "broken") throw new SessionError("METADATA_BROKEN", { session: id, reason: parsed.reason });
  throw new SessionError("METADATA_NEWER", { session: id, found: parsed.found, known: METADATA_SCHEMA_VERSION });
}

/** Replaces the metadata of a session that is not open. Throws `STORAGE_*`. */
export async function replaceMetadata({ files, folder, fence }: StoredPlace, metadata: SessionMetadata): Promise<void> {
  await fence();
  await replaceFile(files, joinPath(folder, metadata.session_id, METADATA_FILE), encodeMetadata(metadata));
}

async function metadataText(files: FileSystem, path: string, session: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readWhole(files, path));
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new SessionError("METADATA_BROKEN", { session, reason: "there is no metadata file" }, cause);
  }
}
