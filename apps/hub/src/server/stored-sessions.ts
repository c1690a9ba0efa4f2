import type { SessionListEntry, SessionPage } from "@polychron/protocol";
import type { SessionEvent } from "@polychron/session/model";
import type { SessionIndex, SessionListing } from "@polychron/session/store";

/** A page of all sessions, newest first, in the words of the protocol. */
export async function pageOfSessions(
  index: SessionIndex,
  request: { limit: number; cursor: string | undefined },
): Promise<SessionPage> {
  const page = await index.page(request.limit, request.cursor);
  return { sessions: page.sessions.map(asEntry), next: page.next ?? null, total: page.total };
}

/** At most `limit` events of a log. */
export async function firstEvents(events: AsyncIterable<SessionEvent>, limit: number): Promise<SessionEvent[]> {
  const taken: SessionEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length >= limit) break;
  }
  return taken;
}

function asEntry(listing: SessionListing): SessionListEntry {
  if (listing.kind === "broken") {
    return {
      session_id: listing.id,
      session_name: "",
      status: "error",
      start_time: null,
      duration: null,
      devices: [],
      recordings: 0,
      simulated: false,
      missing: { files: 0, streams: 0 },
      error: listing.error,
    };
  }
  return {
    session_id: listing.id,
    session_name: listing.name,
    status: listing.status,
    start_time: listing.startTime,
    duration: listing.durationS,
    devices: listing.devices,
    recordings: listing.recordings,
    simulated: listing.simulated,
    missing: listing.missing,
    error: null,
  };
}
