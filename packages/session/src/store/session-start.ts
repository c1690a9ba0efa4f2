import { joinPath } from "../format/layout.js";
import type { SessionMetadata } from "../format/metadata.js";
import { InvalidStateError, stateHint, type Json, type SessionState } from "../model/index.js";
import { firstOf } from "./first-error.js";
import { startDetails, type CreateRequest } from "./new-session.js";
import type { OpenSession, SessionParts } from "./open-session.js";
import { openParts, type StorePorts } from "./session-opening.js";
import type { SessionRegistry } from "./session-registry.js";
import { readToChange } from "./stored-metadata.js";

/** Registers a session and says its first words; if those fail, it is not open. Throws whatever `first` throws. */
export async function startSession(
  registry: SessionRegistry,
  parts: SessionParts,
  first: (parts: SessionParts) => Promise<void>,
): Promise<OpenSession> {
  const session = registry.add(parts);
  try {
    await first(parts);
    return session;
  } catch (error) {
    registry.closed(session.id);
    throw await firstOf(error, () => parts.journal.release());
  }
}

/** Opens the log of a tree just made, up to `active`; nothing was promised before that, so a failure removes the tree. */
export async function beginSession(
  ports: StorePorts,
  registry: SessionRegistry,
  metadata: SessionMetadata,
  request: CreateRequest,
): Promise<OpenSession> {
  const id = metadata.session_id;
  const by = request.by ?? request.operator ?? "operator";
  try {
    const parts = await openParts(ports, registry, { metadata, epoch: metadata.clock.epochs[0]!, log: "new" });
    return await startSession(registry, parts, async ({ journal, notes }) => {
      await journal.append({ event: "session_start", details: startDetails(metadata, by) });
      await journal.move("activate");
      if (request.notes !== undefined && request.notes !== "") await notes.note({ text: request.notes, by });
    });
  } catch (error) {
    registry.forget(id);
    throw await firstOf(error, () => ports.files.remove(joinPath(ports.folder, id)));
  }
}

/** Ends every open session to make room for another. Throws `SESSION_INVALID_STATE` for one that records, unless told to stop it. */
export async function endOpenSessions(registry: SessionRegistry, request: CreateRequest, nowUs: number): Promise<void> {
  const by = request.by ?? request.operator ?? "operator";
  const recording = registry.sessions.filter(({ state }) => state === "recording");
  const [first] = recording;
  if (first !== undefined && request.stopRecording !== true) {
    throw new InvalidStateError({
      session: first.id,
      state: first.state,
      command: "create",
      hint: stateHint(first.state),
    });
  }
  for (const session of recording) await session.stopRecording({ atUs: nowUs, streams: [], details: { by } });
  for (const session of registry.sessions) await session.end({ reason: "another session was created", by });
}

/** The metadata of a session that is not open and in the right state. Throws as `readToChange`, `SESSION_INVALID_STATE`. */
export async function readClosed(
  ports: StorePorts,
  registry: SessionRegistry,
  id: string,
  wanted: { readonly command: string; readonly accepts: (state: SessionState) => boolean },
): Promise<SessionMetadata> {
  const open = registry.find(id);
  const state = open?.state ?? (await readToChange(ports, id)).status;
  if (open !== undefined || !wanted.accepts(state)) {
    throw new InvalidStateError({ session: id, state, command: wanted.command, hint: stateHint(state) });
  }
  return readToChange(ports, id);
}

/** The seal leaves the metadata of a session that goes on; it is kept among the earlier ones. */
export function withoutSeal({ seal, ...metadata }: SessionMetadata): SessionMetadata {
  const earlier = (metadata["earlier_seals"] as readonly Json[] | undefined) ?? [];
  return { ...metadata, earlier_seals: seal === undefined ? earlier : [...earlier, { ...seal }] } as SessionMetadata;
}
