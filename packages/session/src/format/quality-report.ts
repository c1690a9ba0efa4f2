import { z } from "zod";
import { punctuality } from "./coordination.js";
import { deviceId } from "./metadata.js";

/** The version of `report.json` this program writes. */
export const QUALITY_REPORT_VERSION = 1;

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const seconds = z.number();
const width = z.number().nonnegative();

/** How good something is, as a word: `unknown` where nothing tells. */
export const qualityLevel = z.enum(["good", "fair", "poor", "unknown"]);

/** A number from 0 (useless) to 1 (as it should be), with the factors it was made of; null where nothing tells. */
export const qualityScore = z.object({
  value: share.nullable(),
  parts: z.record(z.string(), share.nullable()),
});

const deviceScores = z.object({
  data: qualityScore,
  synchronization: qualityScore,
  coordination: qualityScore,
});

/** Something that a reviewer should know, the worst first. */
export const qualityFinding = z.object({
  /** Null for the session as a whole. */
  device: deviceId.nullable(),
  area: z.enum(["synchronization", "data", "coordination"]),
  severity: z.enum(["bad", "warning", "note"]),
  text: z.string(),
});

/** One run of a device clock over which its offset is one smooth line. */
const clockEpochFit = z.object({
  cause: z.enum(["first", "clock", "step", "squeeze"]),
  from_t_s: seconds,
  to_t_s: seconds,
  /** How far the device clock jumped, seconds; null where it is another clock, or the first. */
  jump_s: seconds.nullable(),
  bursts: count,
  drift_ppm: z.number(),
});

/** The clock offset over time as columns of equal length: add it to device time, get session time. */
const offsetCurve = z.object({
  t_s: z.array(seconds),
  offset_s: z.array(seconds),
  /** Half widths: true in 99 of 100 cases, and whatever the split of the round trip. */
  bound99_s: z.array(width),
  hard_s: z.array(width),
  /** Index into `epochs`. */
  epoch: z.array(count),
});

const roundTrips = z.object({
  min_s: width.nullable(),
  median_s: width.nullable(),
  max_s: width.nullable(),
  /** Edges of the bins, one more than there are counts. */
  edges_s: z.array(width),
  counts: z.array(count),
});

/** What is known of a device's clock. */
export const clockQuality = z.object({
  method: z.enum(["two_way", "joint", "one_way", "hub", "none"]),
  note: z.string(),
  /** The largest bound in any recording, and its median over time; null where none can be stated. */
  bound99_s: width.nullable(),
  bound99_median_s: width.nullable(),
  hard_s: width.nullable(),
  drift_ppm: z.number().nullable(),
  asked: count,
  answered: count,
  bursts: count,
  /** Bursts that missed the live prediction by more than its 99 % bound; must be 0. */
  outside: count,
  outside_t_s: z.array(seconds),
  /** The longest time in a recording without an answer, seconds. */
  longest_silence_s: width.nullable(),
  epochs: z.array(clockEpochFit),
  offset: offsetCurve.nullable(),
  round_trips: roundTrips.nullable(),
});

/** One stream in one recording. */
const streamQuality = z.object({
  stream: z.string(),
  recording: z.int().positive().nullable(),
  /** How session times were obtained, and how far they may be off (seconds). */
  method: z.string(),
  bound_s: width.nullable(),
  bound_note: z.string(),
  nominal_rate_hz: width,
  effective_rate_hz: width.nullable(),
  expected: count.nullable(),
  received: count.nullable(),
  written: count.nullable(),
  start_skew_s: seconds.nullable(),
});

const lossByCause = z.object({ stream: z.string(), cause: z.string(), gaps: count, samples: count });
const gapMark = z.object({ stream: z.string(), cause: z.string(), t_s: seconds, samples: count });
const absence = z.object({ from_t_s: seconds, to_t_s: seconds });

const startQuality = z.object({
  recording: z.int().positive(),
  status: punctuality,
  skew_s: width.nullable(),
  reason: z.enum(["gone", "refused", "no_sample"]).nullable(),
  /** What a device that records on itself said of its own start. */
  own_status: punctuality.nullable(),
  own_skew_s: width.nullable(),
  /** How long after the start it joined; null for one that was there. */
  joined_late_s: width.nullable(),
  rejoined: count,
  retried: count,
});

/** One device of a session. */
export const deviceQuality = z.object({
  device: deviceId,
  device_type: z.string(),
  simulated: z.boolean(),
  level: qualityLevel,
  scores: deviceScores,
  clock: clockQuality,
  streams: z.array(streamQuality),
  losses: z.array(lossByCause),
  /** The largest gaps, at most 200. */
  largest_gaps: z.array(gapMark),
  /** When it was away in a recording. */
  absences: z.array(absence),
  files: z.object({ complete: count, total: count }),
  /** How it kept to the start of each recording, where the metadata tell. */
  starts: z.array(startQuality),
  start_acks: z.object({ received: count, expected: count }),
});

/** A cue found again in a stream, against the hub time at which it was given. */
export const cueResidual = z.object({
  cue: z.string(),
  kind: z.string(),
  device: z.string(),
  stream: z.string(),
  /** Session time of the cue, and the time by the stream less that; null where it was not found. */
  at_s: seconds,
  residual_s: seconds.nullable(),
  bound_s: width.nullable(),
  inside: z.boolean().nullable(),
});

/** `processing/quality/report.json`: how well a session was recorded, and how well its times hold. */
export const qualityReport = z.object({
  schema_version: z.int().positive(),
  session_id: z.string(),
  session_name: z.string(),
  session_uuid: z.string(),
  start_time: z.string(),
  duration_s: width.nullable(),
  status: z.string(),
  simulated: z.boolean(),
  software: z.object({ name: z.string(), version: z.string() }),
  verdict: z.object({ level: qualityLevel, text: z.string(), findings: z.array(qualityFinding) }),
  /** Of the session: each the lowest of its devices, and which that is. */
  scores: z.object({
    data: qualityScore.extend({ device: deviceId.nullable() }),
    synchronization: qualityScore.extend({ device: deviceId.nullable() }),
    coordination: qualityScore.extend({ device: deviceId.nullable() }),
  }),
  recordings: z.array(z.object({ number: z.int().positive(), start_t_s: seconds, stop_t_s: seconds })),
  devices: z.array(deviceQuality),
  cues: z.array(cueResidual),
  incomplete: z.array(z.object({ target: z.string(), reason: z.string() })),
});

export type QualityReport = z.infer<typeof qualityReport>;
export type QualityLevel = z.infer<typeof qualityLevel>;
export type QualityScore = z.infer<typeof qualityScore>;
export type QualityFinding = z.infer<typeof qualityFinding>;
export type DeviceQuality = z.infer<typeof deviceQuality>;
export type ClockQuality = z.infer<typeof clockQuality>;
export type CueResidual = z.infer<typeof cueResidual>;
export type StreamQuality = DeviceQuality["streams"][number];
