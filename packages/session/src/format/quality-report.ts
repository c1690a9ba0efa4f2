import { z } from "zod";
import { deviceId } from "./metadata.js";
import { deviceQuality, qualityLevel, qualityScore } from "./quality-device.js";

/** The version of `report.json` this program writes. */
export const QUALITY_REPORT_VERSION = 1;

const seconds = z.number();
const width = z.number().nonnegative();

/** Something that a reviewer should know, the worst first. */
export const qualityFinding = z.object({
  device: deviceId.nullable().describe("Null for the session as a whole."),
  area: z.enum(["synchronization", "data", "coordination"]).describe("Which of the three scores it belongs to."),
  severity: z.enum(["bad", "warning", "note"]).describe("The worst of a device's findings is its level."),
  text: z.string().describe("One sentence."),
});

/** A cue found again in a stream, against the hub time at which it was given. */
export const cueResidual = z.object({
  cue: z.string().describe("Its number in the log."),
  kind: z.string().describe("flash, chirp or tap."),
  device: z.string().describe("Where it was sought."),
  stream: z.string().describe("File type."),
  at_s: seconds.describe("Session time of the cue, s."),
  residual_s: seconds.nullable().describe("The time by the stream less that, s; null where it was not found."),
  bound_s: width.nullable().describe("How far it may be off (half width), s; null where none can be stated."),
  inside: z.boolean().nullable().describe("Whether the residual lies inside the bound; null where nothing tells."),
});

const sessionScore = qualityScore.extend({ device: deviceId.nullable().describe("The device that has it.") });

/** `processing/quality/report.json`: how well a session was recorded, and how well its times hold. */
export const qualityReport = z.object({
  schema_version: z.int().positive().describe("Version of this form."),
  session_id: z.string().describe("The name of the session's folder."),
  session_name: z.string().describe("As the operator typed it."),
  session_uuid: z.string().describe("The same in no two sessions."),
  start_time: z.string().describe("ISO 8601 with zone offset; session times (`…_t_s`) are seconds since then."),
  duration_s: width.nullable().describe("Of the session, s; null while it runs, or torn."),
  status: z.string().describe("As in the metadata."),
  simulated: z.boolean().describe("Whether any device is made of code."),
  software: z.object({ name: z.string(), version: z.string() }).describe("What made the report."),
  verdict: z
    .object({
      level: qualityLevel,
      text: z.string().describe("A few sentences that can be quoted."),
      findings: z.array(qualityFinding).describe("The worst first."),
    })
    .describe("The session in words."),
  scores: z
    .object({ data: sessionScore, synchronization: sessionScore, coordination: sessionScore })
    .describe("Of the session: each the lowest of its devices, and which that is."),
  recordings: z
    .array(
      z.object({
        number: z.int().positive().describe("Number inside the session."),
        start_t_s: seconds.describe("Scheduled start, session time, s."),
        stop_t_s: seconds.describe("Scheduled stop, session time, s; of a torn one the end of its longest stream."),
      }),
    )
    .describe("From start to stop."),
  devices: z.array(deviceQuality).describe("Each device of the session, in the order of ids."),
  cues: z.array(cueResidual).describe("Sync cues that were sought in the streams."),
  incomplete: z
    .array(
      z.object({
        target: z.string().describe("A file's path inside the session, a stream, or the session."),
        reason: z.string().describe("What it lacks."),
      }),
    )
    .describe("What is not whole."),
});

export type QualityReport = z.infer<typeof qualityReport>;
export type QualityFinding = z.infer<typeof qualityFinding>;
export type CueResidual = z.infer<typeof cueResidual>;
