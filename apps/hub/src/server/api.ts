import type { HubSnapshot, SessionPage } from "@polychron/protocol";
import type { SessionEvent } from "@polychron/session/model";
import type { QualityReport, SessionMetadata } from "@polychron/session/format";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ReadStream } from "node:fs";
import { z } from "zod";
import type { CommandDesk } from "../command/command-desk.js";
import { ServiceError } from "../errors.js";
import { statusOf } from "./status-code.js";

/** A file that an export made, ready to be sent. */
export interface Download {
  readonly name: string;
  readonly sizeBytes: number;
  open(): ReadStream;
}

/** What a quality report says in short. */
export type ReportSummary = Pick<QualityReport, "verdict" | "scores">;

/** What the HTTP routes reach. */
export interface ApiPort {
  readonly desk: CommandDesk;
  snapshot(): HubSnapshot;
  page(request: { limit: number; cursor: string | undefined }): Promise<SessionPage>;
  /** Throws `SESSION_NOT_FOUND`, `METADATA_BROKEN`. */
  metadata(session: string): Promise<SessionMetadata>;
  events(session: string, fromSeq: number, limit: number): Promise<SessionEvent[]>;
  exports(session: string): Promise<readonly { path: string; size: number }[]>;
  /** Throws `ROUTE_NOT_FOUND` for what no export made. */
  download(session: string, path: string): Promise<Download>;
  /** What the quality report says in short; null where none was made. Throws `QUALITY_REPORT_BROKEN`. */
  report(session: string): Promise<ReportSummary | null>;
  /** The report as a page. Throws `ROUTE_NOT_FOUND` where none was made. */
  reportPage(session: string): Promise<Download>;
}

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
const eventsQuery = z.object({
  from_seq: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
const sessionParams = z.object({ session: z.string().min(1).max(100) });
const fileParams = sessionParams.extend({ "*": z.string().min(1).max(300) });

/** A report is made of what others wrote: as a page it may load nothing, run nothing and be framed by nobody. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** The routes behind the token: commands, the snapshot, finished sessions and what was exported of them. */
export function addApi(app: FastifyInstance, port: ApiPort): void {
  app.post("/api/commands", async (request, reply) => {
    const result = await port.desk.take(request.body, { by: senderOf(request) });
    return reply.code(result.ok ? 200 : statusOf(result.error.code)).send(result);
  });
  app.get("/api/snapshot", () => port.snapshot());
  app.get("/api/sessions", (request) => {
    const { limit, cursor } = checked(pageQuery, request.query);
    return port.page({ limit, cursor });
  });
  app.get("/api/sessions/:session", async (request) => ({
    metadata: await port.metadata(checked(sessionParams, request.params).session),
  }));
  app.get("/api/sessions/:session/events", async (request) => {
    const { from_seq: fromSeq, limit } = checked(eventsQuery, request.query);
    return { events: await port.events(checked(sessionParams, request.params).session, fromSeq, limit) };
  });
  app.get("/api/sessions/:session/exports", async (request) => ({
    files: await port.exports(checked(sessionParams, request.params).session),
  }));
  app.get("/api/sessions/:session/exports/*", async (request, reply) => {
    const { session, "*": path } = checked(fileParams, request.params);
    const file = await port.download(session, path);
    return reply
      .header("content-type", "application/octet-stream")
      .header("content-length", file.sizeBytes)
      .header("content-disposition", `attachment; filename="${file.name}"`)
      .send(file.open());
  });
  addReports(app, port);
}

function addReports(app: FastifyInstance, port: ApiPort): void {
  app.get("/api/sessions/:session/report", async (request) => ({
    report: await port.report(checked(sessionParams, request.params).session),
  }));
  app.get("/api/sessions/:session/report.html", async (request, reply) => {
    const file = await port.reportPage(checked(sessionParams, request.params).session);
    return reply
      .header("content-type", "text/html; charset=utf-8")
      .header("content-length", file.sizeBytes)
      .header("content-security-policy", REPORT_POLICY)
      .send(file.open());
  });
}

function senderOf(request: FastifyRequest): string {
  return `${request.grant!.role}:${request.grant!.tokenId}`;
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ServiceError("REQUEST_INVALID", { reason: z.prettifyError(parsed.error).slice(0, 300) });
}
