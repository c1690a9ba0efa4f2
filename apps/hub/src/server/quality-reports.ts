import {
  isSessionId,
  joinPath,
  QUALITY_PAGE_FILE,
  QUALITY_REPORT_FILE,
  qualityReport,
} from "@polychron/session/format";
import { SessionNotFoundError } from "@polychron/session/model";
import { readWhole, type FileSystem } from "@polychron/session/store";
import { createReadStream } from "node:fs";
import { z } from "zod";
import { ServiceError } from "../errors.js";
import type { Download, ReportSummary } from "./api.js";

/** The quality reports of sessions, as they were made last. */
export class QualityReports {
  readonly #files: FileSystem;
  readonly #recordings: string;

  constructor(files: FileSystem, recordings: string) {
    this.#files = files;
    this.#recordings = recordings;
  }

  /** Null where none was made. Throws `SESSION_NOT_FOUND`, `QUALITY_REPORT_BROKEN`, `STORAGE_*`. */
  async summary(session: string): Promise<ReportSummary | null> {
    const place = await this.#place(session, QUALITY_REPORT_FILE);
    if (place === undefined) return null;
    try {
      const { verdict, scores } = qualityReport.parse(
        JSON.parse(new TextDecoder().decode(await readWhole(this.#files, place.path))),
      );
      return { verdict, scores };
    } catch (thrown) {
      if (!(thrown instanceof z.ZodError || thrown instanceof SyntaxError)) throw thrown;
      const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown).slice(0, 200) : thrown.message;
      throw new ServiceError("QUALITY_REPORT_BROKEN", { session, reason }, thrown);
    }
  }

  /** The page for people. Throws `ROUTE_NOT_FOUND` where none was made, `SESSION_NOT_FOUND`, `STORAGE_*`. */
  async page(session: string): Promise<Download> {
    const place = await this.#place(session, QUALITY_PAGE_FILE);
    if (place === undefined) throw new ServiceError("ROUTE_NOT_FOUND", { path: QUALITY_PAGE_FILE });
    return { name: "report.html", sizeBytes: place.sizeBytes, open: () => createReadStream(place.path) };
  }

  /** A link in the place of a file is no file: it may lead out of the session. */
  async #place(session: string, file: string): Promise<{ path: string; sizeBytes: number } | undefined> {
    if (!isSessionId(session)) throw new SessionNotFoundError(session);
    if ((await this.#files.facts(joinPath(this.#recordings, session)))?.kind !== "folder")
      throw new SessionNotFoundError(session);
    const path = joinPath(this.#recordings, session, file);
    const facts = await this.#files.facts(path);
    return facts?.kind === "file" ? { path, sizeBytes: facts.sizeBytes } : undefined;
  }
}
