import type { HubSnapshot, JobView, SessionListEntry, SessionPage } from "@polychron/protocol";

/** The sessions listed so far, newest first, and where the list goes on. */
export interface SessionList {
  readonly sessions: readonly SessionListEntry[];
  readonly next: string | null;
  readonly total: number;
}

/** The list with one page more; a session that slid onto it while new ones were made is not listed twice. */
export function withPage(list: SessionList | null, page: SessionPage): SessionList {
  const known = list?.sessions ?? [];
  const ids = new Set(known.map((session) => session.session_id));
  const fresh = page.sessions.filter((session) => !ids.has(session.session_id));
  return { sessions: [...known, ...fresh], next: page.next, total: page.total };
}

/** Changes whenever the list on disk may have: sessions opened, closed, moved on, recovered. */
export function listVersion(snapshot: HubSnapshot): string {
  const open = snapshot.sessions.map((session) => `${session.id}:${session.state}:${session.recordings}`);
  return [...open, ...snapshot.interrupted.map((session) => session.id)].join(" ");
}

/** Changes whenever a job of this session ended, and with it the files there are. */
export function exportVersion(snapshot: HubSnapshot, session: string): string {
  const ended = snapshot.jobs.filter((job) => job.session === session && !isUnderWay(job));
  return ended.map((job) => `${job.id}:${job.status}`).join(" ");
}

/** The jobs of a session worth showing, newest first: those under way, and how the last one of each kind ended. */
export function shownJobs(snapshot: HubSnapshot, session: string): JobView[] {
  const own = snapshot.jobs.filter((job) => job.session === session);
  const lastEnded = (kind: string) => own.find((job) => !isUnderWay(job) && job.kind === kind);
  return own.filter((job) => isUnderWay(job) || job === lastEnded(job.kind));
}

/** Whether a job waits or runs. */
export function isUnderWay(job: JobView): boolean {
  return job.status === "pending" || job.status === "running";
}

/** Where the hub tells of a session's quality report; with `.html` behind it, the report itself. */
export function reportUrl(session: string): string {
  return `/api/sessions/${encodeURIComponent(session)}/report`;
}

/** The address of an exported file: each part of its path on its own. */
export function exportUrl(session: string, path: string): string {
  return `/api/sessions/${encodeURIComponent(session)}/exports/${path.split("/").map(encodeURIComponent).join("/")}`;
}
