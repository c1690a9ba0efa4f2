import { z } from "zod";
import { parseExactJson } from "./exact-json.js";
import { METADATA_SCHEMA_VERSION, sessionMetadata, sidecar, type SessionMetadata, type Sidecar } from "./metadata.js";

/** What the bytes of a document turned out to be. `broken` says where and why, in one line. */
export type Parsed<Document> =
  | { readonly kind: "good"; readonly value: Document }
  | { readonly kind: "broken"; readonly reason: string }
  /** Written by a newer version: `value` as far as this one understands it, to be read and never rewritten. */
  | { readonly kind: "newer"; readonly found: number; readonly value: Document | undefined };

/** The text of `session_metadata.json` as metadata. */
export function parseMetadata(text: string): Parsed<SessionMetadata> {
  return parseDocument(text, sessionMetadata);
}

/** The text of a data file's sidecar. */
export function parseSidecar(text: string): Parsed<Sidecar> {
  return parseDocument(text, sidecar);
}

function parseDocument<Document>(text: string, schema: z.ZodType<Document>): Parsed<Document> {
  const json = parseJson(text);
  if (json.kind !== "good") return json;
  const version = z.looseObject({ schema_version: z.int().positive() }).safeParse(json.value);
  const result = schema.safeParse(json.value);
  if (version.success && version.data.schema_version > METADATA_SCHEMA_VERSION) {
    return { kind: "newer", found: version.data.schema_version, value: result.data };
  }
  return result.success ? { kind: "good", value: result.data } : { kind: "broken", reason: firstIssue(result.error) };
}

function parseJson(text: string): Exclude<Parsed<unknown>, { kind: "newer" }> {
  try {
    return { kind: "good", value: parseExactJson(text) };
  } catch (cause) {
    // Expected of a torn document: the caller decides what a broken one means.
    return { kind: "broken", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "no reason known" : `${issue.path.join(".") || "document"}: ${issue.message}`;
}
