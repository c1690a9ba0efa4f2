import type { Json } from "../model/index.js";
import type { Sha256 } from "./log-line.js";
import type { SessionMetadata } from "./metadata.js";

/** What goes on growing after the seal, and so is no part of it. */
const UNSEALED: readonly string[] = ["post_processing", "copies", "earlier_seals"];

/** What the seal says beside its own hash. */
export interface SealFacts {
  /** The hash of the log's last line: it pins the whole log. */
  readonly log_last: string;
  readonly sealed_time: string;
}

/**
 * The hash over the sealed part: SHA-256 of the metadata as JSON with sorted keys and no spaces, without what goes on
 * growing and with `seal` reduced to its facts. The files' own hashes stand in the metadata, so it pins every byte.
 */
export function sealHash(metadata: SessionMetadata, facts: SealFacts, sha256: Sha256): string {
  const { log_last, sealed_time } = facts;
  const kept = Object.entries(metadata).filter(([name]) => !UNSEALED.includes(name) && name !== "seal");
  return sha256(sortedJson({ ...(Object.fromEntries(kept) as Record<string, Json>), seal: { log_last, sealed_time } }));
}

/** The metadata with its seal. */
export function seal(metadata: SessionMetadata, facts: SealFacts, sha256: Sha256): SessionMetadata {
  const { log_last, sealed_time } = facts;
  return { ...metadata, seal: { sha256: sealHash(metadata, facts, sha256), log_last, sealed_time } };
}

/** Whether the sealed part is still what was sealed; `undefined` when there is no seal. */
export function isSealIntact(metadata: SessionMetadata, sha256: Sha256): boolean | undefined {
  return metadata.seal && metadata.seal.sha256 === sealHash(metadata, metadata.seal, sha256);
}

function sortedJson(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(sortedJson).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`).join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
