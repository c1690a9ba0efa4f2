import type { EventKind, SessionState } from "@polychron/session/model";
import type { DriverPhase, JobView } from "@polychron/protocol";

/** What a device does, in English. */
export const phases: Readonly<Record<DriverPhase, string>> = {
  closed: "Off",
  connecting: "Connecting",
  connected: "Connected",
  armed: "Live",
  lost: "Lost",
};

/** The state of a session, in English. */
export const sessionStates: Readonly<Record<SessionState | "interrupted", string>> = {
  idle: "Closed",
  creating: "Being created",
  active: "Ready",
  recording: "Recording",
  processing: "Closing",
  completed: "Completed",
  error: "Storage error",
  interrupted: "Interrupted",
};

/** How far a job is, in English. */
export const jobStatuses: Readonly<Record<JobView["status"], string>> = {
  pending: "Waiting",
  running: "Running",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** The kinds of events, in English. */
export const events: Readonly<Record<EventKind, string>> = {
  session_start: "Session created",
  session_end: "Session ended",
  state_changed: "State",
  device_connected: "Device connected",
  device_disconnected: "Device disconnected",
  device_reconnected: "Device is back",
  device_replaced: "Device replaced",
  device_ack: "Confirmed",
  start_record: "Recording started",
  stop_record: "Recording stopped",
  file_received: "File received",
  audio_added: "Audio added",
  calibration_capture: "Calibration picture",
  calibration_done: "Calibration done",
  stimulus_play: "Stimulus started",
  stimulus_pause: "Stimulus paused",
  stimulus_stop: "Stimulus stopped",
  marker: "Marker",
  note: "Note",
  finalized: "Session sealed",
  reopened: "Session reopened",
  session_recovered: "Session recovered",
  command: "Refused command",
  gap: "Samples lost",
  device_lost: "Device lost",
  clock_step: "Clock step",
  sync_cue: "Sync cue",
  capture_kept: "Moment kept",
  job_started: "Job started",
  job_done: "Job done",
  job_failed: "Job failed",
  copy_verified: "Copy verified",
  warning: "Warning",
  error: "Error",
};
