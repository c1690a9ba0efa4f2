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
  /** Cues that are about to be made, or are being made. */
  readonly cues: readonly CueView[];
  /** Faults that belong to no session, newest first, at most 20. */
  readonly faults: readonly FaultView[];
}

/** A cue that was ordered: a page that takes part flashes and chirps at `at_us`. */
export interface CueView {
  readonly session: string;
  /** Names it in its session. */
  readonly cue: number;
  /** When it begins, and when the last one is through, hub microseconds. */
  readonly at_us: number;
  readonly ends_us: number;
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
  /** The name that it was given when it was paired; absent where it was given none. */
  readonly name?: string;
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
  /** Blocks of samples that the hub did not take, since the device was connected. */
  readonly refused_blocks: number;
  /** What the device last said of itself (a phone: battery, storage, Wi-Fi…); null for one that says nothing. */
  readonly status: JsonObject | null;
  /** Its clock against the hub's; null before anything is known of it. */
  readonly clock: ClockView | null;
  /** Over the last minute of the running recording; absent while there is none. */
  readonly scores?: ScoresView;
  /** Its video; null for a device without one. */
  readonly video: VideoView | null;
  readonly error: ErrorReport | null;
}

/** Three scores from 0 (useless) to 1 (as it should be), as in the quality report; null where nothing tells. */
export interface ScoresView {
  readonly data: number | null;
  readonly synchronization: number | null;
  readonly coordination: number | null;
}

/** How well a device's times are known right now; numbers are rounded for people, null where nothing is known. */
export interface ClockView {
  /** It answers probes, is read while its samples arrive, is seen only in what arrives, or is the hub's own; as in the report. */
  readonly method: "two_way" | "joint" | "one_way" | "hub";
  /** Add it to device time to get hub time, seconds. */
  readonly offset_s: number | null;
  /** How fast the device's clock runs against the hub's, parts per million; > 0: it gains. */
  readonly drift_ppm: number | null;
  /** The offset is right within this in 99 of 100 cases, if one direction's best delay is at most three times the other's. */
  readonly bound99_ms: number | null;
  /** The offset is right within this, however the round trip is split. */
  readonly hard_ms: number | null;
  /** Of a clock that is seen in what arrives: its times are right against each other within this; how late all are is not in it. */
  readonly relative_ms: number | null;
  /** The shortest round trip of the last minute. */
  readonly round_trip_ms: number | null;
  /** By `bound99_ms`, or `relative_ms` where there is none: below 1 ms, below 5 ms, more; `poor` also for a clock that cannot be used. */
  readonly quality: "good" | "fair" | "poor" | "unknown";
  /** Since the last answer. */
  readonly probe_age_s: number | null;
  /** Bursts of probes, or single readings, that were answered. */
  readonly bursts: number;
  /** Runs of the clock: a new one with every step, and whenever the device says that it may have been reset. */
  readonly epochs: number;
  /** Jumps that are certain, and those that are suspected. */
  readonly steps: number;
  /** Bursts that missed the prediction by more than its bound: must stay 0. */
  readonly outside: number;
  /** Bursts that contradict themselves or all others, and were left out. */
  readonly glitches: number;
  /** Questions without an answer. */
  readonly lost: number;
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
  /** What has come so far; an upload that is cut goes on from what is on the hub's disk, which may be a little less. */
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
  /** Over the last minute of the running recording, each the lowest of its devices; absent while there is none. */
  readonly scores?: ScoresView;
  /** Recordings so far, the running one included. */
  readonly recordings: number;
  readonly markers: number;
  readonly errors: number;
  /** Files that devices announced and that are not here yet; a session that ends waits for them. */
  readonly awaited: readonly AwaitedFileView[];
  /** Recordings that devices made on themselves and of which they have not told what came of them; a session that ends waits for that, too. */
  readonly unheard: readonly { readonly device: string; readonly recording: number }[];
  /** The number of the newest event of its log. */
  readonly last_seq: number;
}

export interface RecordingView {
  readonly number: number;
  /** Scheduled start, hub microseconds. */
  readonly start_us: number;
  /** Scheduled stop, hub microseconds; null while nobody has said so. */
  readonly stop_us: number | null;
  /** How each device kept to the start. */
  readonly starts: readonly DeviceStartView[];
  readonly streams: readonly {
    readonly device: string;
    readonly stream: string;
    readonly expected: number;
    readonly received: number;
    readonly written: number;
  }[];
}

/** How one device kept to the scheduled start of the running recording. */
export interface DeviceStartView {
  readonly device: string;
  /** `waiting`: it may still begin. `late`: it missed the start. `never`: it has not begun, and is not expected to. */
  readonly status: "waiting" | "on_time" | "late" | "never";
  /** The largest skew of its streams: first kept sample or frame against the start, less up to one period. */
  readonly skew_ms: number | null;
  readonly reason: "gone" | "refused" | "no_sample" | null;
  /** Regular streams that brought no sample. */
  readonly silent: readonly string[];
  /** Of a device that records on itself: its own answer; null before it, and for any other device. */
  readonly own: { readonly status: "on_time" | "late" | "never"; readonly skew_ms: number | null } | null;
  /** Seconds behind the start when it joined, for one that came later. */
  readonly joined_late_s: number | null;
  /** How often it was away and came back. */
  readonly rejoined: number;
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
  /** What it lacks, once it is closed: announced files that never came, and streams of which samples are missing. */
  readonly missing: { readonly files: number; readonly streams: number };
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
