import { InvalidStateError } from "./session-error.js";

/** The lifecycle of a session (reference: the session format, "Lifecycle"). `interrupted` is found, never stored. */
export const SESSION_STATES = ["idle", "creating", "active", "recording", "processing", "completed", "error"] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What can happen to a session's state. */
export type SessionAction =
  | "create"
  | "activate"
  | "start_recording"
  | "stop_recording"
  | "end"
  | "complete"
  | "fail"
  | "reset"
  | "reopen"
  | "continue_interrupted"
  | "end_interrupted";

const TABLE: Readonly<Record<SessionState, Partial<Record<SessionAction, SessionState>>>> = {
  idle: { create: "creating" },
  creating: { activate: "active", fail: "error", continue_interrupted: "active", end_interrupted: "processing" },
  active: {
    start_recording: "recording",
    end: "processing",
    fail: "error",
    continue_interrupted: "active",
    end_interrupted: "processing",
  },
  recording: { stop_recording: "active", fail: "error", continue_interrupted: "active", end_interrupted: "processing" },
  processing: { complete: "completed", fail: "error", continue_interrupted: "active", end_interrupted: "processing" },
  completed: { reopen: "active" },
  error: { reset: "idle", continue_interrupted: "active", end_interrupted: "processing" },
};

const HINTS: Readonly<Record<SessionState, string>> = {
  idle: "Create a session first.",
  creating: "Wait until the session is created.",
  active: "Start a recording, or end the session.",
  recording: "Stop the recording first.",
  processing: "Wait until the session is completed.",
  completed: "The session is sealed; reopen it to go on.",
  error: "The session's files can no longer be written; reset closes it as it is and keeps the data.",
};

/** Whether the table allows `action` in `state`. */
export function canDo(state: SessionState, action: SessionAction): boolean {
  return TABLE[state][action] !== undefined;
}

/** The state after `action`; throws `InvalidStateError` (`SESSION_INVALID_STATE`) where the table has no entry. */
export function nextState(session: string, state: SessionState, action: SessionAction): SessionState {
  const next = TABLE[state][action];
  if (next === undefined) throw new InvalidStateError({ session, state, command: action, hint: HINTS[state] });
  return next;
}

/** What the operator can do instead, in this state. */
export function stateHint(state: SessionState): string {
  return HINTS[state];
}

/** Nothing more is expected from this session unless somebody reopens it. */
export function isFinal(state: SessionState): boolean {
  return state === "completed" || state === "idle";
}

/** What a session takes in each state: samples only while recording; notes and markers also while active. */
export function takes(state: SessionState, what: "device" | "samples" | "audio" | "marker" | "note" | "file"): boolean {
  if (what === "samples" || what === "audio") return state === "recording";
  if (what === "file") return state === "active" || state === "recording" || state === "processing";
  return state === "active" || state === "recording";
}
