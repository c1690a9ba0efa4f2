import fastifyStatic from "@fastify/static";
import { PAIR_PATH, UPLOAD_PATH } from "@polychron/protocol";
import { errorReport, HubError } from "@polychron/session/model";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { ServiceError } from "../errors.js";
import { isLoopback, requireOwnSite } from "../security/origin.js";
import type { Grant, TokenBook } from "../security/tokens.js";
import { statusOf } from "./status-code.js";

/** What the HTTP shell needs to know of the hub. */
export interface HttpOptions {
  readonly tokens: TokenBook;
  /** The allow-list; known once the port is, so it is asked for at each request. */
  readonly hosts: () => ReadonlySet<string>;
  /** The folder of the built page. */
  readonly webRoot: string;
  /** How long a connection may say nothing; 10 s when absent. */
  readonly silentForMs?: number;
}

declare module "fastify" {
  interface FastifyRequest {
    grant?: Grant;
  }
}

const HEAD_WITHIN_MS = 10_000;

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** What is answered without a token: the page and the way to one. Every other route needs one. */
const PUBLIC_ROUTES: ReadonlySet<string> = new Set(["/", "/*", "/api/health", "/api/token", PAIR_PATH]);

/** The public shell: who may speak at all, which headers go out, how an error looks. Routes are added by the caller. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 60_000,
    forceCloseConnections: true,
    // An address that cannot even be read comes past every hook.
    frameworkErrors: (thrown, _request, reply) => void sendError(reply.headers(SECURITY_HEADERS), thrown),
    http: { headersTimeout: HEAD_WITHIN_MS, connectionsCheckingInterval: HEAD_WITHIN_MS / 2 },
  });
  app.removeContentTypeParser("text/plain");
  limitConnections(app.server, options.silentForMs ?? HEAD_WITHIN_MS);
  app.addHook("onRequest", async (request, reply) => {
    void reply.headers(SECURITY_HEADERS);
    admit(request, options);
  });
  app.setErrorHandler((thrown, _request, reply) => sendError(reply, thrown));
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, new ServiceError("ROUTE_NOT_FOUND", { path: request.url.slice(0, 200) })),
  );
  app.get("/api/health", () => ({ ok: true }));
  app.post("/api/token", (request) => issueToken(request, options.tokens));
  await servePage(app, options.webRoot);
  return app;
}

/** Refuses what comes under a foreign name, from a foreign page, or without a token where one is due. */
function admit(request: FastifyRequest, { hosts, tokens }: HttpOptions): void {
  requireOwnSite(request.headers, hosts());
  // The route that was found, not the address as it was written: `/%61pi/snapshot` leads to the same place.
  const route = request.routeOptions.url;
  if (route === undefined || PUBLIC_ROUTES.has(route)) return;
  const grant = tokens.check(request.headers.authorization?.replace(/^Bearer /, ""));
  if (grant === undefined) throw new ServiceError("TOKEN_REQUIRED");
  // A phone uploads and does nothing else here: it must not give commands or read what others recorded.
  if (grant.role === "device" && !isUpload(route))
    throw new ServiceError("ROLE_NOT_ALLOWED", { role: grant.role, path: route });
  request.grant = grant;
}

function isUpload(route: string): boolean {
  return route === UPLOAD_PATH || route.startsWith(`${UPLOAD_PATH}/`);
}

/** On loopback the hub issues a token by itself, to its own page only: a browser always names the page's origin here. */
function issueToken(request: FastifyRequest, tokens: TokenBook): { token: string } {
  if (!isLoopback(request.socket.remoteAddress)) throw new ServiceError("TOKEN_REQUIRED");
  if (request.headers.origin === undefined) throw new ServiceError("ORIGIN_NOT_ALLOWED", { origin: "none" });
  return { token: tokens.issue("operator") };
}

async function servePage(app: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(root)) {
    app.get("/", () => {
      throw new ServiceError("UI_NOT_BUILT");
    });
    return;
  }
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.setHeader("cache-control", cacheRule(path)),
  });
}

/** Built assets carry a hash in their name and never change; the page itself is asked for each time. */
function cacheRule(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? "public, max-age=31536000, immutable" : "no-cache";
}

function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const status = (thrown as { statusCode?: number }).statusCode ?? 500;
  const isRefusal = !(thrown instanceof HubError) && status < 500;
  // What the server itself refuses (too long, not JSON) keeps its own status.
  if (isRefusal)
    return reply
      .code(status)
      .send({ error: new ServiceError("REQUEST_INVALID", { reason: (thrown as Error).message }) });
  const report = errorReport(thrown);
  return reply.code(statusOf(report.code)).send({ error: report });
}

/** Node has no limit for a socket that connects and says nothing; slow heads and too many connections end too. */
function limitConnections(server: Server, silentForMs: number): void {
  server.maxConnections = 1000;
  server.on("connection", (socket) => {
    const silent = setTimeout(() => socket.destroy(), silentForMs);
    socket.once("data", () => clearTimeout(silent));
    socket.once("close", () => clearTimeout(silent));
  });
}
