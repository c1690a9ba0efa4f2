import { z } from "zod";
import { SESSION_STATES } from "../model/index.js";
import { deviceCoordination, deviceId, schedulePlan } from "./coordination.js";

export { deviceId };

/** The version this program writes; files with a higher one are opened read-only. */
export const METADATA_SCHEMA_VERSION = 1;

const json = z.json();
const jsonObject = z.record(z.string(), json);
const isoTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d$/, "ISO 8601 with microseconds and zone offset");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

export const deviceStatus = z.enum(["connected", "armed", "recording", "lost", "replaced", "disconnected"]);

export const deviceEntry = z.looseObject({
  device_type: z.string(),
  capabilities: z.array(z.string()),
  added_time: isoTime,
  status: deviceStatus,
  settings: jsonObject,
  calibration: jsonObject.nullable(),
  firmware: z.string().nullable(),
  simulated: z.boolean(),
});

export const fileEntry = z.looseObject({
  file_type: z.string(),
  /** Relative to the session folder, with forward slashes. */
  file_path: z.string(),
  file_size: count,
  created_time: isoTime,
  sha256: sha256.nullable(),
  samples: count.optional(),
  frames: count.optional(),
  duration: z.number().nonnegative().nullable(),
  channels: z.int().positive().optional(),
  rate: z.number().positive().optional(),
  sequence: z.int().positive().optional(),
  recording: z.int().positive().nullable(),
  complete: z.boolean(),
  /** The device holds it and will send it, or has sent it; then `file_id` is the device's own name for it. */
  announced: z.boolean().optional(),
  file_id: z.string().optional(),
  /** Its first sample or frame on the clock of the device that sent it, seconds. */
  first_device_time_s: z.number().optional(),
  /** The path of the recorded file that this one was made from, and that is gone. */
  replaces: z.string().optional(),
  sidecar_sha256: sha256.optional(),
});

/** The counts of one stream in one recording; `expected` is what the device's own numbering says. */
export const streamCounts = z.looseObject({
  device: deviceId,
  stream: z.string(),
  expected: count,
  received: count,
  written: count,
  /** Of `expected`, how many were extrapolated for a tail that stayed silent. */
  expected_extrapolated: count,
  /** Nominal rate times duration: for orientation only. */
  nominal: count,
  effective_rate_hz: z.number().nonnegative().nullable(),
  /** As seen live: first kept sample against the scheduled start, less up to one period; null for an irregular stream, or none kept. */
  start_skew_s: z.number().nullable(),
  /** How far before the scheduled stop the last kept sample lies, less up to one period; null as above. */
  stop_skew_s: z.number().nullable().optional(),
});

export const recordingEntry = z.looseObject({
  number: z.int().positive(),
  kind: z.enum(["live", "retroactive"]),
  /** The stamp in the names of its files. */
  stamp: z.string().regex(/^\d{8}_\d{6}$/),
  start_time: isoTime,
  stop_time: isoTime.nullable(),
  start_t_s: z.number(),
  stop_t_s: z.number().nullable(),
  devices: z.array(deviceId),
  streams: z.array(streamCounts),
  start_plan: schedulePlan.optional(),
  stop_plan: schedulePlan.optional(),
  /** How each device kept to start and stop; from the moment that all have begun, or the wait for them is over. */
  coordination: z.array(deviceCoordination).optional(),
});

export const faultEntry = z.looseObject({
  timestamp: isoTime,
  code: z.string(),
  operation: z.string(),
  target: z.string(),
  message: z.string(),
  remedy: z.string(),
  recoverable: z.boolean(),
});

export const recoveryEntry = z.looseObject({
  timestamp: isoTime,
  found_state: z.string(),
  choice: z.enum(["continue", "end", "discard", "repair"]),
  lost: json,
  set_aside: z.array(z.string()),
});

export const clockEpoch = z.looseObject({
  boot_id: z.string(),
  monotonic_zero_us: z.number(),
  utc: isoTime,
  bound_s: z.number().nonnegative(),
});

export const processingEntry = z.looseObject({
  enabled: z.boolean(),
  available: z.boolean(),
  success: z.boolean().nullable(),
  items: z.array(
    z.looseObject({
      sequence: z.int().positive(),
      status: z.enum(["pending", "running", "done", "failed", "skipped"]),
      inputs: z.array(z.string()),
      outputs: z.array(z.object({ path: z.string(), sha256 })),
      parameters: jsonObject,
      started: isoTime.nullable(),
      ended: isoTime.nullable(),
      error: json,
    }),
  ),
});

/** `session_metadata.json` (reference: the session format). */
export const sessionMetadata = z.looseObject({
  schema_version: z.int().positive(),
  session_id: z.string(),
  session_name: z.string(),
  session_uuid: z.string(),
  /** Relative to the recordings folder. */
  folder_path: z.string(),
  status: z.enum(SESSION_STATES),
  start_time: isoTime,
  end_time: isoTime.nullable(),
  duration: z.number().nonnegative().nullable(),
  devices: z.record(z.string(), deviceEntry),
  files: z.record(z.string(), z.array(fileEntry)),
  recordings: z.array(recordingEntry),
  participants: z.array(json),
  operator: z.string().nullable(),
  notes: z.array(z.looseObject({ timestamp: isoTime, t_s: z.number(), text: z.string() })),
  errors: z.array(faultEntry),
  recoveries: z.array(recoveryEntry),
  post_processing: z.record(z.string(), processingEntry),
  clock: z.looseObject({
    epochs: z.array(clockEpoch).min(1),
    steps: z.array(z.looseObject({ timestamp: isoTime, t_s: z.number(), step_s: z.number() })),
  }),
  software: z.looseObject({ name: z.string(), version: z.string() }),
  extensions: z.record(z.string(), jsonObject),
  /** Present once sealed: a hash over the sealed part, and the log's last hash. */
  seal: z.looseObject({ sha256, log_last: z.string(), sealed_time: isoTime }).optional(),
});

export type DeviceStatus = z.infer<typeof deviceStatus>;
export type DeviceEntry = z.infer<typeof deviceEntry>;
export type FileEntry = z.infer<typeof fileEntry>;
export type StreamCounts = z.infer<typeof streamCounts>;
export type RecordingEntry = z.infer<typeof recordingEntry>;
export type FaultEntry = z.infer<typeof faultEntry>;
export type RecoveryEntry = z.infer<typeof recoveryEntry>;
export type ProcessingEntry = z.infer<typeof processingEntry>;
export type SessionMetadata = z.infer<typeof sessionMetadata>;

/** The sidecar `….json` beside a data file; of a video without `columns`, which stand in the sidecar of its frame times. */
export const sidecar = z.looseObject({
  schema_version: z.int().positive(),
  session_id: z.string(),
  device_id: deviceId,
  device_type: z.string(),
  file_type: z.string(),
  data_file: z.string(),
  nominal_rate_hz: z.number().nonnegative(),
  measured_rate_hz: z.number().nonnegative().nullable(),
  columns: z.array(
    z.looseObject({
      name: z.string(),
      unit: z.string(),
      kind: z.enum(["index", "time", "raw", "calibrated"]),
      description: z.string(),
      formula: z.looseObject({ id: z.string(), from: z.array(z.string()), constants: jsonObject }).nullable(),
    }),
  ),
  clock: z.looseObject({
    name: z.string(),
    quant_s: z.number().nonnegative(),
    two_way: z.boolean(),
    /** Of times that the hub stamped itself: how far they may be from the moment they are meant for. */
    bound_s: z.number().nonnegative().optional(),
    observations_file: z.string().nullable(),
  }),
  driver: z.string(),
  firmware: z.string().nullable(),
  simulated: z.boolean(),
  /** Of a video: the frame times beside it, relative to the session. */
  frames_file: z.string().optional(),
});
export type Sidecar = z.infer<typeof sidecar>;
