import { z } from "zod";
import { CUE_ACTS } from "../model/index.js";
import { cueResidual } from "./quality-report.js";

/** The version of `cues.json` this program writes. */
export const CUE_REPORT_VERSION = 1;

const width = z.number().nonnegative();

/** One act of a cue, looked for in one stream. */
export const cueRow = cueResidual.extend({
  kind: z.enum(CUE_ACTS),
  /** Who made it: `page`, or a device. */
  maker: z.string(),
  /** Session time at which the stream has it; null where it was not found. */
  found_s: z.number().nullable(),
  /** How far the act itself may lie from `at_s`; null where nobody knows. */
  cue_bound_s: width.nullable(),
  /** How far the search may be off. */
  search_bound_s: width.nullable(),
  /** 0 to 1: how much it stands out; also of what was not believed. */
  confidence: z.number().min(0).max(1),
  /** Why it was not found. */
  reason: z.string().nullable(),
});
export type CueRow = z.infer<typeof cueRow>;

/** What all cues together say of one stream. */
export const cueStream = z.object({
  device: z.string(),
  stream: z.string(),
  kind: z.enum(CUE_ACTS),
  /** Found, and looked for in vain. */
  n: z.int().nonnegative(),
  missed: z.int().nonnegative(),
  median_s: z.number().nullable(),
  /** The residual that is farthest from zero. */
  max_s: z.number().nullable(),
  /** Of those found, how many lie inside; those without a bound count in neither. */
  inside: z.int().nonnegative(),
  outside: z.int().nonnegative(),
});
export type CueStream = z.infer<typeof cueStream>;

/** `processing/quality/cues.json`: the cues of a session, found again in its streams. */
export const cueReport = z.object({
  schema_version: z.int().positive(),
  session_id: z.string(),
  software: z.object({ name: z.string(), version: z.string() }),
  cues: z.array(cueRow),
  streams: z.array(cueStream),
});
export type CueReport = z.infer<typeof cueReport>;
