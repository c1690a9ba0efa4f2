import type { HubSnapshot, SessionView } from "@polychron/protocol";
import type { ErrorReport, SessionEvent } from "@polychron/session/model";
import { withDistinctLabels } from "./devices/distinct-labels.js";
import { learnHubTime, type HubTime } from "./hub-time.js";
import { newsBetween, type News } from "./shell/news.js";

/** The newest events of a log that the page keeps; the whole log is in the session's folder. */
export const EVENTS_KEPT = 500;
/** What was read out longer ago is of no interest. */
const NEWS_KEPT = 5;

/** Everything the page shows beside the live points: what the hub said last, and nothing the page hopes for. */
export interface PageState {
  readonly link: "connecting" | "connected" | "lost";
  /** Why the hub refuses this page; null when it does not. */
  readonly refusal: ErrorReport | null;
  /** Something this page said that the hub did not obey, until the operator has read it. */
  readonly complaint: ErrorReport | null;
  readonly snapshot: HubSnapshot | null;
  readonly hubTime: HubTime | null;
  /** Snapshots up to this revision have been seen on this connection. */
  readonly revision: number;
  readonly log: FollowedLog | null;
  /** What happened by itself of late, oldest first, numbered from 1. */
  readonly news: readonly { readonly number: number; readonly what: News }[];
}

/** The log of the session in view, oldest event first. */
export interface FollowedLog {
  readonly session: string;
  readonly events: readonly SessionEvent[];
}

/** What can happen to the page; `pageUs` is the page's own monotonic time. */
export type PageChange =
  | { readonly kind: "connected" }
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly error: ErrorReport }
  | { readonly kind: "complained"; readonly error: ErrorReport }
  | { readonly kind: "complaint_read" }
  | { readonly kind: "snapshot"; readonly value: HubSnapshot; readonly pageUs: number }
  | { readonly kind: "followed"; readonly session: string | null }
  | { readonly kind: "event"; readonly session: string; readonly event: SessionEvent };

export const INITIAL_STATE: PageState = {
  link: "connecting",
  refusal: null,
  complaint: null,
  snapshot: null,
  hubTime: null,
  revision: Number.NEGATIVE_INFINITY,
  log: null,
  news: [],
};

/** The page after a change. */
export function reduce(state: PageState, change: PageChange): PageState {
  switch (change.kind) {
    case "connected":
      // A restarted hub counts its revisions from the start, and its clock may be another.
      return { ...state, link: "connected", refusal: null, revision: Number.NEGATIVE_INFINITY, hubTime: null };
    case "lost":
      return { ...state, link: state.snapshot === null ? "connecting" : "lost" };
    case "refused":
      return { ...state, refusal: change.error };
    case "complained":
      return { ...state, complaint: change.error };
    case "complaint_read":
      return { ...state, complaint: null };
    case "snapshot":
      return withSnapshot(state, change.value, change.pageUs);
    case "followed":
      return { ...state, log: change.session === null ? null : { session: change.session, events: [] } };
    case "event":
      return withEvent(state, change.session, change.event);
  }
}

function withSnapshot(state: PageState, value: HubSnapshot, pageUs: number): PageState {
  if (value.revision <= state.revision) return state;
  const snapshot = { ...value, devices: withDistinctLabels(value.devices) };
  return {
    ...state,
    snapshot,
    revision: snapshot.revision,
    hubTime: learnHubTime(state.hubTime, snapshot.hub.now_us, pageUs),
    news: withNews(state, snapshot),
  };
}

/** The first snapshot is no news. */
function withNews({ snapshot: before, news }: PageState, now: HubSnapshot): PageState["news"] {
  const fresh = before === null ? [] : newsBetween(before, now);
  if (fresh.length === 0) return news;
  const last = news.at(-1)?.number ?? 0;
  return [...news, ...fresh.map((what, index) => ({ number: last + index + 1, what }))].slice(-NEWS_KEPT);
}

function withEvent(state: PageState, session: string, event: SessionEvent): PageState {
  if (state.log?.session !== session) return state;
  const { events } = state.log;
  if (event.seq <= (events.at(-1)?.seq ?? 0)) return state;
  return { ...state, log: { session, events: [...events.slice(1 - EVENTS_KEPT), event] } };
}

/** From which event on a log is followed so that the page gets the newest ones it keeps. */
export function followFrom(session: SessionView): number {
  return Math.max(1, session.last_seq - EVENTS_KEPT + 1);
}

/** The session in view: the one asked for while it is open, else one that records, else the newest. */
export function sessionInView(snapshot: HubSnapshot, wanted: string | null): SessionView | null {
  const { sessions } = snapshot;
  return (
    sessions.find((session) => session.id === wanted) ??
    sessions.find((session) => session.recording !== null) ??
    sessions[0] ??
    null
  );
}
