import {
  isSealIntact,
  joinPath,
  METADATA_FILE,
  METADATA_SCHEMA_VERSION,
  parseMetadata,
  type Parsed,
  type SessionMetadata,
} from "../../format/index.js";
import { SessionNotFoundError } from "../../model/index.js";
import { readWhole, type FileSystem } from "../files.js";
import { sha256 } from "../sha256.js";
import { listTree } from "../tree.js";
import { checkFiles } from "./check-files.js";
import { checkLog } from "./check-log.js";
import { checkReport } from "./check-report.js";
import { checkTree } from "./check-tree.js";
import { finding, type Finding } from "./finding.js";

/** What a check found. */
export interface CheckReport {
  readonly session: string;
  /** No finding is an error or a warning. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** Acknowledged events in the log. */
  readonly events: number;
}

/** Which session to check; `auditOnly`: the log's chain and the seal, without reading the recorded files. */
export interface CheckOptions {
  readonly files: FileSystem;
  readonly recordingsFolder: string;
  readonly sessionId: string;
  readonly auditOnly?: boolean;
}

/** Reads a whole session and says what is not as it should be; changes nothing. Throws `SESSION_NOT_FOUND`, `STORAGE_*`. */
export async function checkSession({
  files,
  recordingsFolder,
  sessionId,
  auditOnly = false,
}: CheckOptions): Promise<CheckReport> {
  const folder = joinPath(recordingsFolder, sessionId);
  if ((await files.facts(folder))?.kind !== "folder") throw new SessionNotFoundError(sessionId);
  const parsed = await findMetadata(files, folder);
  const metadata = parsed === undefined || parsed.kind === "broken" ? undefined : parsed.value;
  const log = await checkLog(files, { folder, sessionId }, metadata);
  const findings = [...documentFindings(parsed), ...log.findings];
  if (metadata !== undefined) {
    findings.push(...metadataFindings(metadata, sessionId, log.lastState));
    if (!auditOnly)
      findings.push(
        ...checkTree(sessionId, await listTree(files, folder), metadata),
        ...(await checkFiles(files, folder, metadata)),
        ...(await checkReport(files, folder)),
      );
  }
  return {
    session: sessionId,
    ok: findings.every(({ severity }) => severity === "info"),
    findings,
    events: log.events,
  };
}

async function findMetadata(files: FileSystem, folder: string): Promise<Parsed<SessionMetadata> | undefined> {
  const path = joinPath(folder, METADATA_FILE);
  if ((await files.facts(path)) === undefined) return undefined;
  return parseMetadata(new TextDecoder().decode(await readWhole(files, path)));
}

function documentFindings(parsed: Parsed<SessionMetadata> | undefined): Finding[] {
  if (parsed === undefined) return [finding("METADATA_MISSING", METADATA_FILE, "there is no metadata file")];
  if (parsed.kind === "broken") return [finding("METADATA_BROKEN", METADATA_FILE, parsed.reason)];
  if (parsed.kind === "good") return [];
  const detail = `schema ${parsed.found}, this program knows ${METADATA_SCHEMA_VERSION}`;
  return [finding("METADATA_NEWER", METADATA_FILE, detail)];
}

function metadataFindings(metadata: SessionMetadata, sessionId: string, lastState: string | undefined): Finding[] {
  const findings: Finding[] = [];
  if (metadata.session_id !== sessionId)
    findings.push(finding("METADATA_FOREIGN", METADATA_FILE, `it names the session ${metadata.session_id}`));
  if (isSealIntact(metadata, sha256) === false)
    findings.push(finding("SEAL_BROKEN", METADATA_FILE, "the sealed part has another hash than the seal"));
  if (lastState !== undefined && lastState !== metadata.status) {
    findings.push(finding("METADATA_BEHIND", METADATA_FILE, `it says ${metadata.status}, the log says ${lastState}`));
  }
  return findings;
}
