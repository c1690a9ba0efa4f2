import { z } from "zod";
import { cueReport } from "./cue-report.js";
import { sessionMetadata, sidecar } from "./metadata.js";
import { qualityReport } from "./quality-report.js";

/** One line of the session log; each kind adds its details. */
export const logEvent = z.looseObject({
  seq: z.int().positive(),
  event: z.string(),
  time: z.string().regex(/^\d\d:\d\d:\d\d\.\d{3}$/),
  timestamp: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d$/),
  t_s: z.number(),
  session: z.string(),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
});

/** One part of the session log as a document; `end_time`, `duration` and `status` stand in an ended one. */
export const logDocument = z.looseObject({
  schema_version: z.int().positive(),
  session: z.string(),
  session_name: z.string(),
  session_uuid: z.string(),
  start_time: z.string(),
  part: z.int().positive(),
  first_seq: z.int().positive(),
  prev: z.string().nullable(),
  events: z.array(logEvent),
  end_time: z.string().optional(),
  duration: z.number().optional(),
  status: z.string().optional(),
});

/** The documents of a session whose JSON Schemas ship in `schemas/`, by file name. */
const DOCUMENTS = {
  "session-metadata.schema.json": { title: "session_metadata.json", schema: sessionMetadata },
  "session-log.schema.json": { title: "<session_id>_log.json", schema: logDocument },
  "sidecar.schema.json": { title: "Sidecar of a sensor data file", schema: sidecar },
  "cue-report.schema.json": { title: "processing/quality/cues.json", schema: cueReport },
  "quality-report.schema.json": { title: "processing/quality/report.json", schema: qualityReport },
} as const;

/** The JSON Schemas (draft 2020-12) as they ship, by file name. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(DOCUMENTS).map(([file, { title, schema }]) => [
      file,
      { title, ...z.toJSONSchema(schema, { io: "input" }) },
    ]),
  );
}
