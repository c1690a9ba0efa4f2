import { createHash } from "node:crypto";
import {
  joinPath,
  QUALITY_PAGE_FILE,
  QUALITY_REPORT_FILE,
  folderOf,
  type QualityReport,
} from "@polychron/session/format";
import { makeFolders, replaceFile, SessionReader, type FileSystem } from "@polychron/session/store";
import { ProcessingError } from "../errors.js";
import { buildReport, type SessionFacts } from "./build-report.js";
import { gatherSession, type GatherOptions } from "./gather-session.js";
import { reportPage } from "./page/report-page.js";

/** The name under which the metadata's `post_processing` lists this step. */
export const QUALITY_PROCESSOR = "quality_report";

/** Where a session lies. */
export interface ReportPlace {
  readonly recordingsFolder: string;
  readonly sessionId: string;
}

/** One file that was made; `path` is relative to the session. */
export interface ReportFile {
  readonly path: string;
  readonly sha256: string;
}

/** What a report came to. */
export interface ReportResult {
  readonly sessionId: string;
  readonly verdict: QualityReport["verdict"];
  readonly scores: QualityReport["scores"];
  readonly files: readonly ReportFile[];
}

/**
 * Judges a session from its tree alone and replaces `processing/quality/report.json` and `report.html`; the same tree gives
 * the same bytes. Throws `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `STORAGE_*`, and `PROCESSING_CANCELLED`.
 */
export async function reportSession(
  files: FileSystem,
  { recordingsFolder, sessionId }: ReportPlace,
  options: GatherOptions,
): Promise<ReportResult> {
  const reader = await SessionReader.open(files, recordingsFolder, sessionId);
  const report = buildReport(await gathered(files, reader, options));
  await makeFolders(files, reader.folder, folderOf(QUALITY_REPORT_FILE));
  const made = [
    await replace(files, reader.folder, QUALITY_REPORT_FILE, `${JSON.stringify(report)}\n`),
    await replace(files, reader.folder, QUALITY_PAGE_FILE, reportPage(report)),
  ];
  return { sessionId, verdict: report.verdict, scores: report.scores, files: made };
}

async function gathered(files: FileSystem, reader: SessionReader, options: GatherOptions): Promise<SessionFacts> {
  try {
    return await gatherSession(files, reader, options);
  } catch (cause) {
    if (options.signal.aborted) throw new ProcessingError("PROCESSING_CANCELLED", { session: reader.id }, cause);
    throw cause;
  }
}

async function replace(files: FileSystem, folder: string, path: string, text: string): Promise<ReportFile> {
  const bytes = new TextEncoder().encode(text);
  await replaceFile(files, joinPath(folder, path), bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex") };
}
