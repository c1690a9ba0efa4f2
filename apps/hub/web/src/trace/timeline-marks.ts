import type { SessionView } from "@polychron/protocol";
import type { Json, SessionEvent } from "@polychron/session/model";

/** What the live plot draws behind the signals, in hub microseconds. */
export interface TimelineMarks {
  readonly markers: readonly { readonly atUs: number; readonly label: string }[];
  /** Recorded stretches; `toUs` null = still running. */
  readonly recordings: readonly { readonly fromUs: number; readonly toUs: number | null }[];
}

export const NO_MARKS: TimelineMarks = { markers: [], recordings: [] };

/** Markers and recorded stretches of a session from its log, the running recording from the snapshot. */
export function timelineMarks(session: SessionView, events: readonly SessionEvent[]): TimelineMarks {
  const toUs = (event: SessionEvent): number => session.zero_us + instantS(event) * 1e6;
  const markers = events
    .filter((event) => event.event === "marker")
    .map((event) => ({ atUs: toUs(event), label: String(event["label"] ?? "") }));
  const recordings: { fromUs: number; toUs: number | null }[] = [];
  let fromUs: number | null = null;
  for (const event of events) {
    if (event.event === "start_record") fromUs = toUs(event);
    if (event.event !== "stop_record" || fromUs === null) continue;
    recordings.push({ fromUs, toUs: toUs(event) });
    fromUs = null;
  }
  if (session.recording !== null) recordings.push({ fromUs: session.recording.start_us, toUs: null });
  return { markers, recordings };
}

/** A recording's start and stop are the scheduled instants that its entry names; its events are written around them. */
function instantS(event: SessionEvent): number {
  const entry: Json = event["entry"] ?? null;
  const key = event.event === "start_record" ? "start_t_s" : "stop_t_s";
  const isEntry = typeof entry === "object" && entry !== null && !Array.isArray(entry);
  const named = isEntry ? (entry as Readonly<Record<string, Json>>)[key] : undefined;
  return typeof named === "number" ? named : event.t_s;
}
