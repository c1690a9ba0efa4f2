/** Every kind of event a session log may hold (reference: the session format, "Log"). */
export const EVENT_KINDS = [
  "session_start",
  "session_end",
  "state_changed",
  "device_connected",
  "device_disconnected",
  "device_reconnected",
  "device_replaced",
  "device_ack",
  "start_record",
  "stop_record",
  "file_received",
  "audio_added",
  "calibration_capture",
  "calibration_done",
  "stimulus_play",
  "stimulus_pause",
  "stimulus_stop",
  "marker",
  "note",
  "finalized",
  "reopened",
  "session_recovered",
  "command",
  "gap",
  "device_lost",
  "clock_step",
  "sync_cue",
  "capture_kept",
  "job_started",
  "job_done",
  "job_failed",
  "copy_verified",
  "warning",
  "error",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** JSON as the log and the metadata hold it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** What a writer says; the log adds the envelope. `atUs` (hub time) dates it, else the moment it is taken. */
export interface NewEvent {
  readonly event: EventKind;
  readonly atUs?: number;
  readonly details?: JsonObject;
}

/** One line of the session log: the envelope, and the kind's details beside it. */
export interface SessionEvent {
  /** 1, 2, 3… without holes, across parts. */
  readonly seq: number;
  readonly event: EventKind;
  /** Local `HH:MM:SS.mmm`. */
  readonly time: string;
  /** ISO 8601, zone offset, microseconds. */
  readonly timestamp: string;
  /** Session seconds. */
  readonly t_s: number;
  readonly session: string;
  /** SHA-256 (hex) of the previous line's bytes without its separator; of the head line for the first. */
  readonly prev: string;
  readonly [detail: string]: Json;
}

/** Details of the `error` event and of an entry of `errors` in the metadata. */
export interface FaultDetails {
  readonly error_type: "session" | "device" | "file" | "system";
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly device?: string;
  readonly recoverable: boolean;
}
