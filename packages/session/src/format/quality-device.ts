import { z } from "zod";
import { punctuality } from "./coordination.js";
import { deviceId } from "./metadata.js";
import { clockQuality } from "./quality-clock.js";

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const seconds = z.number();
const width = z.number().nonnegative();

/** How good something is, as a word: `unknown` where nothing tells. */
export const qualityLevel = z
  .enum(["good", "fair", "poor", "unknown"])
  .describe("How good it is; `unknown` where nothing tells.");

/** A number from 0 (useless) to 1 (as it should be), with the factors it was made of; null where nothing tells. */
export const qualityScore = z.object({
  value: share.nullable().describe("From 0 (useless) to 1 (as it should be); null where nothing tells."),
  parts: z
    .record(z.string(), share.nullable())
    .describe("What it was made of, each from 0 to 1; null where it does not apply."),
});

const deviceScores = z
  .object({ data: qualityScore, synchronization: qualityScore, coordination: qualityScore })
  .describe("The formulas stand in docs/quality-report.md.");

const streamCountsAndRates = {
  nominal_rate_hz: width.describe("As announced by the device, Hz; 0 = irregular."),
  effective_rate_hz: width
    .nullable()
    .describe(
      "Rows per second of session time between the first row and the last, by the timeline fitted after the session, Hz; null below two rows.",
    ),
  expected: count.nullable().describe("Samples by the device's own numbering; null where nothing was counted."),
  received: count.nullable().describe("Samples that came to the hub."),
  written: count.nullable().describe("Samples that are on the disk."),
  silent_s: width
    .nullable()
    .describe(
      "Seconds of the recording for which the table has no samples (stretches of more than 0.1 s and of three periods), whatever their cause; null for an irregular stream, or without a table.",
    ),
};

const streamStart = {
  period_s: width.nullable().describe("Time from one sample to the next, s; null for an irregular stream."),
  first_t_s: seconds
    .nullable()
    .describe(
      "Session time of the first kept sample, by the timeline fitted after the session, s; null without a table.",
    ),
  start_distance_s: seconds
    .nullable()
    .describe(
      "The first kept sample against the scheduled start, s: positive is after it; null for an irregular stream.",
    ),
  start_bound_s: width
    .nullable()
    .describe(
      "Half width within which `first_t_s` is right, s; null where none can be stated against the hub's clock.",
    ),
  start_skew_s: seconds
    .nullable()
    .describe("`start_distance_s` less up to one period, s: 0 if the first sample is the one that was due."),
  live_start_skew_s: seconds
    .nullable()
    .describe(
      "The same as it was seen live, s: on the estimate of the clock that made the cut as well, so that it is nearly always 0.",
    ),
};

/** One stream in one recording. */
const streamQuality = z.object({
  stream: z.string().describe("File type."),
  recording: z.int().positive().nullable().describe("Number of the recording; null where it is not known."),
  method: z.string().describe("How session times were obtained."),
  bound_s: width.nullable().describe("How far they may be off (half width), s; null where nothing tells."),
  bound_note: z.string().describe("What that bound covers and what it does not, for people."),
  ...streamCountsAndRates,
  ...streamStart,
});

const lossByCause = z.object({
  stream: z.string().describe("File type; empty for all streams."),
  cause: z.string().describe("The log's word for it."),
  gaps: count.describe("How often."),
  samples: count.describe("Samples in all; 0 where no number tells."),
});

const gapMark = z.object({
  stream: z.string().describe("File type; empty for all streams."),
  cause: z.string().describe("The log's word for it."),
  t_s: seconds.describe("Session time of the log's event, s."),
  samples: count.describe("Samples missing; 0 where no number tells."),
});

const silence = z.object({
  stream: z.string().describe("File type."),
  from_t_s: seconds.describe("Session time from which on a sample was due, s."),
  to_t_s: seconds.describe("Session time of the next sample, or of the recording's end, s."),
});

const absence = z.object({
  from_t_s: seconds.describe("Session time at which it was lost, s."),
  to_t_s: seconds.describe("Session time at which it was back, or the recording ended, s."),
  without_samples_s: width
    .nullable()
    .describe(
      "Seconds without samples in the stretches that touch this absence, of the regular stream that lacks most, s; 0 = nothing is missing; null where no regular stream tells.",
    ),
});

const startQuality = z.object({
  recording: z.int().positive().describe("Number of the recording."),
  status: punctuality.describe("`on_time`: within 0.05 s, `late`, or `never`, as it was seen live."),
  skew_s: width.nullable().describe("The largest skew of its streams as it was seen live, s."),
  reason: z
    .enum(["gone", "refused", "no_sample"])
    .nullable()
    .describe("Why it never began: not there, there but refused by the hub, or there without a sample."),
  code: z
    .string()
    .nullable()
    .describe("The error that the log has of the device, where it never began; null where there is none."),
  own_status: punctuality.nullable().describe("What a device that records on itself said of its own start."),
  own_skew_s: width.nullable().describe("How late it says that was, s."),
  joined_late_s: width.nullable().describe("How long after the start it joined, s; null for one that was there."),
  rejoined: count.describe("How often it was away and came back."),
  retried: count.describe("How often it was told again to start."),
});

/** One device of a session. */
export const deviceQuality = z.object({
  device: deviceId.describe("The id that the hub issued."),
  device_type: z.string().describe("As in the metadata."),
  simulated: z.boolean().describe("Whether it is made of code."),
  level: qualityLevel,
  scores: deviceScores,
  clock: clockQuality,
  streams: z.array(streamQuality).describe("Each stream in each recording."),
  losses: z.array(lossByCause).describe("Gaps of the log by cause."),
  largest_gaps: z.array(gapMark).describe("The largest gaps, at most 200, in order of time."),
  silences: z.array(silence).describe("The longest stretches without samples, at most 200, in order of time."),
  absences: z.array(absence).describe("When it was away in a recording."),
  files: z.object({ complete: count.describe("Whole files."), total: count.describe("All files.") }),
  starts: z.array(startQuality).describe("How it kept to the start of each recording, where the metadata tell."),
  start_acks: z.object({
    received: count.describe("Starts that it confirmed."),
    expected: count.describe("Starts that it was to confirm."),
  }),
});

export type QualityLevel = z.infer<typeof qualityLevel>;
export type QualityScore = z.infer<typeof qualityScore>;
export type DeviceQuality = z.infer<typeof deviceQuality>;
export type StreamQuality = DeviceQuality["streams"][number];
