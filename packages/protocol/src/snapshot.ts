import type { DriverPhase } from "./phases.js";
import type { ErrorReport, JsonObject, SessionState } from "@polychron/session/model";

/** The whole state of the hub as an operator sees it; pushed whole, so a reload loses nothing and two windows agree. */
export interface HubSnapshot {
  /** Grows with every change; an older snapshot that arrives late is dropped. */
  readonly revision: number;
  readonly hub: {
    readonly version: string;
    readonly recordings_folder: string;
    /** Hub microseconds when the snapshot was made: elapsed times count from here. */
    readonly now_us: number;
    readonly free_bytes: number | null;
    readonly simulated_lab: boolean;
    readonly create_policy: "many" | "single";
  };
  readonly candidates: readonly CandidateView[];
  readonly devices: readonly DeviceView[];
  /** Open sessions, newest first. */
  readonly sessions: readonly SessionView[];
  readonly interrupted: readonly InterruptedView[];
  readonly jobs: readonly JobView[];
  /** Faults that belong to no session, newest first, at most 20. */
  readonly faults: readonly FaultView[];
}

/** Something a scan found that is not connected. */
export interface CandidateView {
  readonly family: string;
  readonly address: string;
  readonly label: string;
  readonly simulated: boolean;
  /** Being connected right now. */
  readonly connecting: boolean;
  /** Why the last try to connect failed. */
  readonly error: ErrorReport | null;
}

export interface DeviceView {
  readonly id: string;
  readonly label: string;
  readonly device_type: string;
  readonly family: string;
  readonly address: string;
  readonly phase: DriverPhase;
  readonly simulated: boolean;
  readonly firmware: string;
  readonly battery_percent: number | null;
  readonly battery_volts: number | null;
  readonly settings: JsonObject;
  /** The open session it belongs to. */
  readonly session: string | null;
  readonly streams: readonly StreamView[];
  readonly discarded_bytes: number;
  /** What the device last said of itself (a phone: battery, storage, Wi-Fi…); null for one that says nothing. */
  readonly status: JsonObject | null;
  /** Its video; null for a device without one. */
  readonly video: VideoView | null;
  readonly error: ErrorReport | null;
}

export interface VideoView {
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  /** Frames since it was armed that the camera should have delivered and did not, or delivered twice. */
  readonly dropped: number;
  readonly duplicated: number;
}

/** A file that a device holds and is sending, or will. */
export interface AwaitedFileView {
  readonly device: string;
  readonly recording: number;
  readonly file_id: string;
  readonly file_type: string;
  readonly size_bytes: number;
  /** On the hub's disk so far. */
  readonly received_bytes: number;
  /** As measured over the last seconds; null while nothing comes. */
  readonly bytes_per_s: number | null;
  /** At that rate; null while nothing comes. */
  readonly seconds_left: number | null;
}

export interface StreamView {
  readonly file_type: string;
  readonly nominal_rate_hz: number;
  /** As measured over the last seconds; null until known. */
  readonly effective_rate_hz: number | null;
  readonly received: number;
  readonly lost: number;
  readonly channels: readonly { readonly name: string; readonly unit: string; readonly kind: "raw" | "calibrated" }[];
  /** The newest value per channel; null where it is none. */
  readonly last: readonly (number | null)[];
}

export interface SessionView {
  readonly id: string;
  readonly name: string;
  readonly state: SessionState;
  readonly start_time: string;
  /** Hub microseconds at session time zero. */
  readonly zero_us: number;
  readonly devices: readonly string[];
  readonly recording: RecordingView | null;
  /** Recordings so far, the running one included. */
  readonly recordings: number;
  readonly markers: number;
  readonly errors: number;
  /** Files that devices announced and that are not here yet; a session that ends waits for them. */
  readonly awaited: readonly AwaitedFileView[];
  /** The number of the newest event of its log. */
  readonly last_seq: number;
}

export interface RecordingView {
  readonly number: number;
  /** Scheduled start, hub microseconds. */
  readonly start_us: number;
  readonly streams: readonly {
    readonly device: string;
    readonly stream: string;
    readonly expected: number;
    readonly received: number;
    readonly written: number;
  }[];
}

/** A session that a crash left open; the operator chooses what becomes of it. */
export interface InterruptedView {
  readonly id: string;
  readonly name: string;
  readonly found_state: string;
  readonly last_time: string | null;
  /** In words, one line a stream or file: what was lost, exactly or as a bound. */
  readonly lost: readonly string[];
  readonly devices: readonly string[];
}

export interface JobView {
  readonly id: string;
  readonly kind: string;
  readonly session: string;
  readonly status: "pending" | "running" | "done" | "failed" | "cancelled";
  /** 0 to 1. */
  readonly progress: number;
  /** What it made, relative to the session folder. */
  readonly outputs: readonly string[];
  readonly error: ErrorReport | null;
}

export interface FaultView extends ErrorReport {
  readonly timestamp: string;
  readonly device: string | null;
}

/** Thinned live samples of one stream: display only, may be dropped on the way. */
export interface TraceChunk {
  readonly device: string;
  readonly file_type: string;
  /** Hub microseconds per point, growing. */
  readonly at_us: readonly number[];
  /** Per channel (order of `StreamView.channels`), one value per point; null = no valid value. */
  readonly channels: readonly (readonly (number | null)[])[];
}

/** One line of the sessions list. */
export interface SessionListEntry {
  readonly session_id: string;
  readonly session_name: string;
  readonly status: string;
  readonly start_time: string | null;
  readonly duration: number | null;
  readonly devices: readonly string[];
  readonly recordings: number;
  readonly simulated: boolean;
  /** Why its metadata could not be read; null when it could. */
  readonly error: ErrorReport | null;
}

/** A page of `GET /api/sessions`. */
export interface SessionPage {
  readonly sessions: readonly SessionListEntry[];
  /** Pass as `cursor` for the next page; null at the end. */
  readonly next: string | null;
  readonly total: number;
}
